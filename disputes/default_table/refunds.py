"""Grounds about what follows a return: when the money or the exchange comes, and who pays the freight.

In both the platform must mediate when the consumer asks. What does not belong here: may goods go back (returns).
"""

from disputes.default_table.law import (
    CONSUMER,
    CONSUMER_PENALTIES,
    PROCEDURE,
    SEVEN_DAYS,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

REFUNDS: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-15",
        slug="refund_delayed",
        family=Family.RETURN,
        title=Words("拖延退款、退货、更换或修理", "Refund, return, exchange or repair delayed"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="performed_in_time",
                statement=Words("卖家已按期退款、退换或修理", "The seller refunded, exchanged or repaired in time"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words("卖家说明何时已经办理", "The seller shows when it was done"),
                        accepts=Words(
                            "退款流水、换货运单、维修单", "Refund record, waybill of the exchange, repair slip"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER("25(3)", "48(1)[8]", "56(1)[8]"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有按期办理。",
                            "If the seller provides nothing, it counts as not done in time.",
                        ),
                        holds=(Record.PAYMENT, Record.RETURN, Record.AFTER_SALE),
                    ),
                ),
            ),
            FactDraft(
                key="good_reason",
                statement=Words("卖家没有按期办理有正当理由", "The seller had a good reason for the delay"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words("卖家说明迟延的正当理由", "The seller shows a good reason for the delay"),
                        accepts=Words(
                            "与买家的约定、支付机构故障说明、检测安排",
                            "Agreement with the buyer, payment failure notice, test under way",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(CONSUMER_PENALTIES("8", "9"), SEVEN_DAYS("31")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有正当理由。",
                            "If the seller provides nothing, there counts as no good reason.",
                        ),
                        holds=(Record.CHAT, Record.PAYMENT),
                        presumption=Words(
                            "超过十五日没有办理的，视为故意拖延。",
                            "More than fifteen days without doing it counts as wilful delay.",
                        ),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.EXCHANGE, Remedy.REPAIR, Remedy.COMPENSATE),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "卖家应当立即办理。超过十五日的，平台记录并可上报。",
            "The seller does it at once. Beyond fifteen days the platform records it and may report it.",
        ),
        if_not_supported=Words(
            "卖家已按期办理，或者迟延有正当理由。", "The seller did it in time, or had a good reason for the delay."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
    GroundDraft(
        code="BOP-28",
        slug="freight",
        family=Family.RETURN,
        title=Words("退货运费由谁承担", "Who pays the freight of a return"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="seller_bears",
                statement=Words(
                    "退货因质量等卖家原因，或者约定由卖家承担运费",
                    "The return has the seller's cause, such as quality, or the seller agreed to pay freight",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明退货原因或运费约定",
                            "The buyer first shows the cause of the return or the agreement",
                        ),
                        accepts=Words(
                            "退货申请、质量问题照片、运费承诺页面、运费单",
                            "Return request, photos of the fault, freight promise, freight bill",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(CONSUMER("24(2)", "25(3)"), SEVEN_DAYS("18")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，按无理由退货由买家承担。",
                            "If the buyer provides nothing, the buyer pays as for a return without reason.",
                        ),
                        holds=(Record.RETURN, Record.LISTING, Record.LOGISTICS, Record.PAYMENT),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明属于无理由退货，且没有运费约定",
                            "The seller shows a return without reason and no agreement on freight",
                        ),
                        accepts=Words(
                            "退货原因记录、验收结果、下单时的页面快照",
                            "Recorded cause, inspection result, page snapshot at the order",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PROCEDURE("90"), SEVEN_DAYS("18")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "买家已初步举证而卖家不提供的，由卖家承担。",
                            "If the seller provides nothing after the first showing, the seller pays.",
                        ),
                        rebuts=True,
                        holds=(Record.RETURN, Record.LISTING),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.FREIGHT,),
        default_remedy=Remedy.FREIGHT,
        if_supported=Words("运费由卖家承担。", "The seller pays the freight."),
        if_not_supported=Words("运费由买家承担。", "The buyer pays the freight."),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
)
