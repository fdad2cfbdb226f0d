"""Grounds about services, prepaid cards and payments: rendered, balance left, not authorised, made by a minor.

What does not belong here: decoration and durable goods (quality).
"""

from disputes.default_table.law import (
    CIVIL_CODE,
    CONSUMER,
    CONSUMER_REGULATION,
    ECOMMERCE,
    PREPAID,
    PROCEDURE,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

SERVICE: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-19",
        slug="service_not_rendered",
        family=Family.SERVICE,
        title=Words("服务没有提供或不符合约定", "Service not rendered or not as agreed"),
        claimant_role=Role.BUYER,
        respondent_role=Role.PROVIDER,
        facts=(
            FactDraft(
                key="rendered",
                statement=Words("服务已按约定提供", "The service was rendered as agreed"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "服务者说明已按约定提供服务", "The provider shows that the service was rendered as agreed"
                        ),
                        accepts=Words(
                            "核销码、签到或定位记录、签字的工单",
                            "Redeemed code, check-in or location record, signed job sheet",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("51(1)"), CIVIL_CODE("512"), CONSUMER("48(1)[7]"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "服务者不提供的，视为没有提供服务。",
                            "If the provider provides nothing, the service counts as not rendered.",
                        ),
                        holds=(Record.ORDER, Record.AFTER_SALE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.RESEND, Remedy.COMPENSATE),
        default_remedy=Remedy.REFUND,
        if_supported=Words("服务者退款，或者重新提供服务。", "The provider refunds or renders the service again."),
        if_not_supported=Words(
            "服务视为已按约定提供，不予退款。", "The service counts as rendered as agreed; nothing is refunded."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-20",
        slug="prepaid_balance",
        family=Family.SERVICE,
        title=Words("预付卡余额或剩余次数", "Balance or visits left on a prepaid card"),
        claimant_role=Role.CONSUMER,
        respondent_role=Role.PROVIDER,
        facts=(
            FactDraft(
                key="balance",
                statement=Words("余额或剩余次数如消费者所说", "The balance or visits left are as the consumer says"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "经营者提供合同和消费记录，说明实际余额",
                            "The business shows contract and usage records and the true balance",
                        ),
                        accepts=Words("合同、消费明细、会员系统记录", "Contract, list of uses, member system records"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(PREPAID("25"), CONSUMER_REGULATION("22")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "经营者不提供的，以消费者所说的数额为准。",
                            "If the business provides nothing, the consumer's figure counts.",
                        ),
                        rebuts=True,
                        holds=(Record.ORDER, Record.PREPAID, Record.PAYMENT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.DECLARE),
        default_remedy=Remedy.PARTIAL_REFUND,
        if_supported=Words(
            "按消费者所说的余额退还或者继续使用。", "The balance that the consumer names is refunded or stays usable."
        ),
        if_not_supported=Words("按经营者记录的余额处理。", "The balance in the business's records counts."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-21",
        slug="unauthorised_payment",
        family=Family.PAYMENT,
        title=Words("未经授权的支付", "Payment without authorisation"),
        claimant_role=Role.CONSUMER,
        respondent_role=Role.PAYMENT_PROVIDER,
        facts=(
            FactDraft(
                key="user_at_fault",
                statement=Words("未经授权的支付因用户的过错造成", "The user's fault led to the unauthorised payment"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "支付服务提供者说明用户有何过错", "The payment provider shows what the user did wrong"
                        ),
                        accepts=Words(
                            "设备和登录记录、身份验证记录、风险提示记录",
                            "Device and login logs, authentication logs, record of warnings",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=ECOMMERCE("57(2)"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "支付服务提供者不提供的，由其承担损失。",
                            "If the payment provider provides nothing, it bears the loss.",
                        ),
                        holds=(Record.PAYMENT, Record.RISK),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.COMPENSATE),
        default_remedy=Remedy.REFUND,
        if_supported=Words("损失由支付服务提供者承担。", "The payment provider bears the loss."),
        if_not_supported=Words(
            "损失因用户过错造成，支付服务提供者不承担。",
            "The user's fault caused the loss; the payment provider does not bear it.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-22",
        slug="minor",
        family=Family.PAYMENT,
        title=Words("未成年人下单", "Order placed by a minor"),
        claimant_role=Role.GUARDIAN,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="capable",
                statement=Words("下单人具有相应的民事行为能力", "Whoever ordered had the legal capacity to do so"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "监护人说明实际下单的是未成年人", "The guardian shows that a minor really placed the order"
                        ),
                        accepts=Words(
                            "身份和亲属关系证明、设备使用和时间规律、语音聊天",
                            "Proof of identity and kinship, device use and times, voice messages",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=ECOMMERCE("48(2)"),
                        if_silent=FactState.PRESUMED,
                        silence_establishes=True,
                        silence=Words(
                            "监护人不提供的，推定下单人具有相应能力。",
                            "If the guardian provides nothing, whoever ordered is presumed capable.",
                        ),
                        rebuts=True,
                        holds=(Record.ORDER, Record.PAYMENT, Record.RISK),
                        presumption=Words(
                            "网上交易的当事人推定具有相应能力，有相反证据的除外。",
                            "Parties to online trade are presumed capable unless evidence shows otherwise.",
                        ),
                    ),
                ),
            ),
            FactDraft(
                key="binding_anyway",
                statement=Words(
                    "该购买与未成年人的年龄、智力相适应，或者监护人同意、追认",
                    "The purchase fits the minor's age and mind, or the guardian agreed to it",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明购买与年龄相适应，或者监护人同意",
                            "The seller shows that it fits the age or that the guardian agreed",
                        ),
                        accepts=Words(
                            "商品种类和金额、监护人的消息或操作记录",
                            "Kind of goods and amount, guardian's messages or acts",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CIVIL_CODE("145"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为不相适应且没有同意。",
                            "If the seller provides nothing, it counts as unfit and not agreed to.",
                        ),
                        holds=(Record.ORDER, Record.CHAT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "订单不生效，卖家退款，尚存的商品退回。",
            "The order does not bind. The seller refunds and what is left goes back.",
        ),
        if_not_supported=Words(
            "推定没有被推翻，或者订单仍然有效，不予退款。",
            "The presumption stands or the order binds anyway; nothing is refunded.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
