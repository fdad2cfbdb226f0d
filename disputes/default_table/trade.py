"""Grounds about price, promises, and payment outside the platform.

What does not belong here: payments nobody authorised (service).
"""

from disputes.default_table.law import (
    CONSUMER,
    CONSUMER_REGULATION,
    ECOMMERCE,
    EVIDENCE,
    ONLINE_CONSUMPTION,
    PRICES,
    PROCEDURE,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

TRADE: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-17",
        slug="price",
        family=Family.PRICE,
        title=Words("价格、促销或保价争议", "Price, promotion or price protection"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="price_shown",
                statement=Words(
                    "下单时展示了买家所说的价格或优惠", "The price or offer that the buyer names was shown at the order"
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明当时展示的价格或优惠", "The buyer first shows the price or offer shown then"
                        ),
                        accepts=Words(
                            "页面截图、优惠券、促销规则、聊天记录", "Screenshots, coupon, promotion rules, chat"
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER("20"), ECOMMERCE("49"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为没有展示过。", "If the buyer provides nothing, it counts as not shown."
                        ),
                        holds=(Record.ORDER, Record.PRICE),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家提供下单时的价格和促销快照",
                            "The seller shows the price and promotion snapshot at the order",
                        ),
                        accepts=Words(
                            "页面快照、改价记录、促销规则版本",
                            "Page snapshot, price-change log, version of the promotion rules",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("62"), EVIDENCE("95")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words("没有快照的，以买家所说为准。", "Without a snapshot the buyer's version counts."),
                        rebuts=True,
                        holds=(Record.PRICE, Record.LISTING),
                    ),
                ),
            ),
            FactDraft(
                key="price_honoured",
                statement=Words(
                    "卖家按展示的价格和优惠成交，所比较的价格真实",
                    "The seller kept the price and offer shown, and any compared price is true",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明已按价成交，所比较的价格真实",
                            "The seller shows that the price was kept and any comparison is true",
                        ),
                        accepts=Words(
                            "付款记录、历史成交价、优惠使用记录",
                            "Payment record, earlier sale prices, record of the discount",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER_REGULATION("9", "10", "12"), PRICES("19"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有兑现或比较价格不真实。",
                            "If the seller provides nothing, the price counts as not kept or compared falsely.",
                        ),
                        holds=(Record.PRICE, Record.PAYMENT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.PARTIAL_REFUND, Remedy.RETURN_AND_REFUND, Remedy.COMPENSATE),
        default_remedy=Remedy.PARTIAL_REFUND,
        if_supported=Words("卖家退还差价或者兑现优惠。", "The seller refunds the difference or honours the offer."),
        if_not_supported=Words(
            "价格视为真实并已兑现，不退差价。", "The price counts as true and kept; no difference is refunded."
        ),
        confidence=SourceConfidence.SUMMARY_SEEN,
    ),
    GroundDraft(
        code="BOP-18",
        slug="promise",
        family=Family.PRICE,
        title=Words("赔偿等承诺没有兑现（如“假一赔十”）", "A promise, such as tenfold for fakes, was not kept"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="promised",
                statement=Words(
                    "下单时有这项承诺，该订单符合承诺的条件",
                    "The promise stood at the order, and the order meets its terms",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明有何承诺，为何符合条件",
                            "The buyer first shows the promise and why its terms are met",
                        ),
                        accepts=Words("页面截图、服务标识、聊天记录", "Screenshot, service badge, chat"),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("10"), CONSUMER("16(2)"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为没有承诺。", "If the buyer provides nothing, no promise counts as made."
                        ),
                        holds=(Record.ORDER, Record.LISTING, Record.CHAT),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家提供下单时的页面，说明没有承诺或不符合条件；承诺按普通消费者的理解解释",
                            "The seller shows the page at the order, and no promise or unmet terms. "
                            "A promise is read as ordinary consumers do",
                        ),
                        accepts=Words(
                            "下单时的页面快照、服务标识记录", "Page snapshot at the order, record of the badge"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER("44(1)"), CONSUMER_REGULATION("12"), ECOMMERCE("62")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "卖家不提供的，以买家所说的承诺为准。",
                            "If the seller provides nothing, the promise counts as the buyer says.",
                        ),
                        rebuts=True,
                        holds=(Record.LISTING, Record.LIVE),
                    ),
                ),
            ),
            FactDraft(
                key="kept",
                statement=Words("卖家已经兑现承诺", "The seller has kept the promise"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明何时、怎样兑现了承诺", "The seller shows when and how the promise was kept"
                        ),
                        accepts=Words("赔付记录、付款流水、补发运单", "Compensation record, payment record, waybill"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PROCEDURE("91"), CONSUMER("16(2)")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有兑现。",
                            "If the seller provides nothing, the promise counts as not kept.",
                        ),
                        holds=(Record.PAYMENT, Record.AFTER_SALE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.COMPENSATE, Remedy.PARTIAL_REFUND, Remedy.RETURN_AND_REFUND),
        default_remedy=Remedy.COMPENSATE,
        if_supported=Words(
            "卖家按普通消费者理解的内容兑现承诺。", "The seller keeps the promise as an ordinary consumer reads it."
        ),
        if_not_supported=Words(
            "没有这项承诺、条件不符或者已经兑现。", "There was no such promise, its terms are unmet, or it was kept."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-26",
        slug="off_platform",
        family=Family.OTHER,
        title=Words("被引导在平台外付款", "Steered into paying outside the platform"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="steered",
                statement=Words(
                    "卖家的工作人员引导买家在平台外付款",
                    "The seller's staff steered the buyer into paying outside the platform",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家说明卖家人员如何引导，以及付款情况",
                            "The buyer shows how the staff steered and what was paid",
                        ),
                        accepts=Words("聊天记录、通话录音、转账凭证", "Chat, call recording, transfer slip"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("5"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，引导付款不予认定。", "If the buyer provides nothing, no steering is found."
                        ),
                        holds=(Record.CHAT, Record.ORDER),
                    ),
                ),
            ),
            FactDraft(
                key="performed",
                statement=Words("卖家已经按约定履行这笔交易", "The seller has performed this deal as agreed"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明已按约定履行；“未经平台付款”不是理由",
                            "The seller shows performance; payment outside the platform is no defence",
                        ),
                        accepts=Words(
                            "发货和签收记录、服务完成记录", "Shipping and sign-off records, record of the service"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("5"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有履行。",
                            "If the seller provides nothing, the deal counts as not performed.",
                        ),
                        holds=(Record.LOGISTICS,),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.RESEND, Remedy.COMPENSATE, Remedy.DECLARE),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "卖家照样承担销售者责任，退还所付款项。", "The seller answers as for any sale and refunds what was paid."
        ),
        if_not_supported=Words(
            "引导没有得到证明，或者交易已按约定履行。", "Steering was not shown, or the deal was performed as agreed."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
