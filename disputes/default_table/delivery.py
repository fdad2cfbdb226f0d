"""Grounds about arrival: never came, left with others, sent late.

What does not belong here: what was in the parcel (goods).
"""

from disputes.default_table.law import CIVIL_CODE, ECOMMERCE, EXPRESS, PROCEDURE, cite
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

DELIVERY: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-01",
        slug="not_received",
        family=Family.NOT_RECEIVED,
        title=Words("未收到货", "Goods not received"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="delivered",
                statement=Words("包裹已经交给约定的收件人", "The parcel was delivered to the agreed recipient"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明包裹已交给约定的收件人；买家自选快递的，说明已交给该快递",
                            "The seller shows delivery to the agreed recipient, or to a courier that the buyer chose",
                        ),
                        accepts=Words(
                            "签收记录、交付照片、取件码记录、承运人说明",
                            "Sign-off record, delivery photo, pick-up code record, carrier's statement",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PROCEDURE("91"), ECOMMERCE("20", "51(1)"), CIVIL_CODE("512", "604")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为未交付。",
                            "If the seller provides nothing, the parcel counts as not delivered.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.RESEND),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "卖家退款或者重新发货。运输途中的风险由卖家承担。",
            "The seller refunds or sends again and bears the risk on the way.",
        ),
        if_not_supported=Words(
            "包裹视为已经交付，不予退款。", "The parcel counts as delivered and nothing is refunded."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-02",
        slug="handed_to_others",
        family=Family.NOT_RECEIVED,
        title=Words("未经同意由他人代收或放入驿站、快递柜", "Left with others or in a locker without consent"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="consented",
                statement=Words(
                    "收件人同意由他人代收或放入驿站、快递柜",
                    "The recipient agreed that the parcel be left with others or in a locker",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家通过承运人说明收件人事先同意",
                            "The seller shows, through the carrier, that the recipient agreed beforehand",
                        ),
                        accepts=Words(
                            "同意代收的消息、通话记录、下单时的投递选择",
                            "Message or call agreeing, delivery preference chosen at the order",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("52(2)"), EXPRESS("25"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为收件人没有同意。",
                            "If the seller provides nothing, the recipient counts as not having agreed.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS, Record.CHAT),
                    ),
                ),
            ),
            FactDraft(
                key="received",
                statement=Words("买家后来实际收到了包裹", "The buyer later received the parcel after all"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明买家已实际取到包裹", "The seller shows that the buyer actually got the parcel"
                        ),
                        accepts=Words(
                            "本人取件码使用记录、取件照片、买家确认收到的消息",
                            "Use of the buyer's pick-up code, pick-up photo, buyer's message that it arrived",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("51(1)"), CIVIL_CODE("512"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为买家没有收到。",
                            "If the seller provides nothing, the buyer counts as not having received it.",
                        ),
                        holds=(Record.LOGISTICS, Record.CHAT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.RESEND),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "包裹视为未交付，卖家退款或者重新发货。",
            "The parcel counts as not delivered; the seller refunds or sends again.",
        ),
        if_not_supported=Words(
            "包裹视为已经交付，不予退款。", "The parcel counts as delivered and nothing is refunded."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-16",
        slug="late_shipment",
        family=Family.NOT_RECEIVED,
        title=Words("延迟发货或虚假发货", "Shipped late or only said to be shipped"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="shipped_on_time",
                statement=Words("卖家在承诺的时间内实际发货", "The seller really shipped within the promised time"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明承运人在承诺时间内已收到包裹",
                            "The seller shows that the carrier had the parcel within the promised time",
                        ),
                        accepts=Words(
                            "首次揽收扫描、交接单、承运人说明；仅点击发货不够",
                            "First carrier scan, hand-over slip, carrier's statement; the click alone is not enough",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("20"), PROCEDURE("91"), CIVIL_CODE("577")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为没有按时发货。",
                            "If the seller provides nothing, the order counts as not shipped on time.",
                        ),
                        holds=(Record.ORDER, Record.LISTING, Record.LOGISTICS),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.COMPENSATE, Remedy.REFUND),
        default_remedy=Remedy.COMPENSATE,
        if_supported=Words(
            "卖家按承诺赔付，赔付数额应当合理。仍未发货的，买家可以要求退款。",
            "The seller pays reasonable compensation as promised. If nothing was shipped, the buyer may have a refund.",
        ),
        if_not_supported=Words(
            "视为按时发货，不予赔付。", "The order counts as shipped on time and no compensation is due."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
