"""Grounds about the first six months of durable goods, and about the warranty.

What does not belong here: other faults (quality).
"""

from disputes.default_table.law import (
    CONSUMER,
    CONSUMER_REGULATION,
    PROCEDURE,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

WARRANTY: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-05",
        slug="durable_defect",
        family=Family.DEFECT,
        title=Words("耐用商品或装饰装修等服务六个月内的瑕疵", "Fault in durable goods or decoration within six months"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="timely",
                statement=Words(
                    "买家购买该商品或服务，并在接受之日起六个月内发现瑕疵",
                    "The buyer bought it and found the fault within six months of receipt",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家说明购买、收货或验收日期，以及何时发现瑕疵",
                            "The buyer shows purchase, date of receipt, and when the fault was found",
                        ),
                        accepts=Words(
                            "订单、签收记录、首次反映问题的消息、报修记录",
                            "Order, sign-off, first message about it, repair request",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=CONSUMER("23(3)"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为不在六个月以内。",
                            "If the buyer provides nothing, the six months count as not shown.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS, Record.CHAT, Record.AFTER_SALE),
                    ),
                ),
            ),
            FactDraft(
                key="defect",
                statement=Words(
                    "商品或服务存在瑕疵，且不是买家造成的", "There is a fault that the buyer did not cause"
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明没有瑕疵，或者瑕疵由买家造成",
                            "The seller shows no fault, or that the buyer caused it",
                        ),
                        accepts=Words(
                            "检测报告、维修记录、不当使用的证据", "Test report, repair record, evidence of misuse"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=CONSUMER("23(3)"),
                        if_silent=FactState.PRESUMED,
                        silence_establishes=True,
                        silence=Words(
                            "卖家不提供的，视为存在瑕疵且不是买家造成的。",
                            "If the seller provides nothing, the fault counts as there and not the buyer's doing.",
                        ),
                        hours=240,
                        rebuts=True,
                        holds=(Record.AFTER_SALE, Record.WARRANTY),
                        presumption=Words(
                            "六个月内发现瑕疵发生争议的，由卖家举证。",
                            "For a fault found within six months the proof is on the seller.",
                        ),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REPAIR, Remedy.EXCHANGE, Remedy.RETURN_AND_REFUND, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.REPAIR,
        if_supported=Words(
            "卖家依法修理、更换或者退货。", "The seller repairs, replaces or takes the goods back as the law says."
        ),
        if_not_supported=Words(
            "不适用六个月内由卖家举证的规则，或者卖家已推翻瑕疵。",
            "The six-month rule does not apply, or the seller has disproved the fault.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-29",
        slug="warranty_start",
        family=Family.DEFECT,
        title=Words("保修期、三包期的起算和退款价格", "Start of the warranty and the price refunded under it"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="expired",
                statement=Words("提出要求时保修期已经届满", "The warranty had ended when the buyer asked"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明交付或安装完成、更换和修理的日期，以及期限已过",
                            "The seller shows delivery or installation, replacement and repair dates, and the end",
                        ),
                        accepts=Words(
                            "交付记录、安装单、更换和维修记录",
                            "Delivery record, installation slip, replacement and repair records",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER_REGULATION("18"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，按较长的保修期计算。",
                            "If the seller provides nothing, the longer warranty period counts.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS, Record.WARRANTY),
                    ),
                ),
            ),
            FactDraft(
                key="real_price",
                statement=Words("实际支付的价格与购货凭证不同", "The price really paid differs from the voucher"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明买家实际支付的价格", "The seller shows the price that the buyer really paid"
                        ),
                        accepts=Words(
                            "支付流水、优惠记录、发票更正记录", "Payment record, discount record, corrected invoice"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=CONSUMER_REGULATION("18"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，按凭证上的价格退款。",
                            "If the seller provides nothing, the voucher's price is refunded.",
                        ),
                        holds=(Record.PRICE, Record.PAYMENT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REPAIR, Remedy.EXCHANGE, Remedy.RETURN_AND_REFUND),
        default_remedy=Remedy.REPAIR,
        if_supported=Words(
            "保修仍然有效，卖家修理、更换或按凭证价格退货退款。",
            "The warranty runs; the seller repairs, replaces or refunds the voucher's price.",
        ),
        if_not_supported=Words(
            "保修期已过的，不再适用保修。只是价格不同的，按实付价格退款。",
            "A warranty that ended no longer applies. If only the price differs, the price paid is refunded.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
