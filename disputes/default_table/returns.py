"""Grounds about returning goods: may they go back, in time, intact, and what came back.

In all of them the platform must mediate when the consumer asks. What does not belong here: the money and the freight
that follow (refunds), and why goods were faulty (quality).
"""

from disputes.default_table.law import (
    CONSUMER,
    CONSUMER_REGULATION,
    ONLINE_CONSUMPTION,
    PROCEDURE,
    SEVEN_DAYS,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

RETURNS: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-11",
        slug="not_intact",
        family=Family.RETURN,
        title=Words("七日无理由退货：卖家称商品不完好", "Seven-day return refused as not intact"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="not_intact",
                statement=Words("退回的商品不完好", "The returned goods are not intact"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明商品不完好；拆封查验和合理试用不算",
                            "The seller shows that they are not intact; opening and reasonable testing do no harm",
                        ),
                        accepts=Words(
                            "退货验收视频、序列号对比、激活记录",
                            "Inspection video, comparison of serial numbers, activation record",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(
                            CONSUMER("25"),
                            SEVEN_DAYS("8", "9"),
                            ONLINE_CONSUMPTION("3"),
                            CONSUMER_REGULATION("19(3)"),
                            PROCEDURE("91"),
                        ),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为商品完好。", "If the seller provides nothing, the goods count as intact."
                        ),
                        holds=(Record.RETURN, Record.AFTER_SALE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "商品视为完好。卖家收到退货后七日内退款。",
            "The goods count as intact. The seller refunds within seven days of getting them back.",
        ),
        if_not_supported=Words(
            "商品不完好，不适用无理由退货。", "The goods are not intact, so there is no return without reason."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
    GroundDraft(
        code="BOP-12",
        slug="return_excluded",
        family=Family.RETURN,
        title=Words("七日无理由退货：卖家称不适用", "Seven-day return refused as excluded"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="excluded",
                statement=Words(
                    "商品依法不适用七日无理由退货，或买家本次已确认不适用",
                    "The law excludes the goods, or the buyer confirmed the exclusion for this purchase",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明商品属于法定例外，或者买家本次购买时单独确认；默认勾选不算",
                            "The seller shows a legal exception or a separate confirmation for this purchase. "
                            "A pre-ticked box does not count",
                        ),
                        accepts=Words(
                            "下单时的确认记录、商品标注快照", "Confirmation record at checkout, snapshot of the label"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(
                            SEVEN_DAYS("6", "7", "20(2)"),
                            CONSUMER("25(1)", "25(2)"),
                            CONSUMER_REGULATION("19(2)"),
                            ONLINE_CONSUMPTION("2"),
                        ),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "没有确认记录的，卖家应当接受退货。",
                            "Without a record of confirmation the seller must accept the return.",
                        ),
                        hours=48,
                        holds=(Record.ORDER, Record.LISTING),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "卖家应当接受七日无理由退货。卖家自愿承诺可退的，按承诺办理。",
            "The seller accepts the seven-day return. A voluntary promise to take returns binds the seller.",
        ),
        if_not_supported=Words("该商品不适用七日无理由退货。", "The seven-day return does not apply to these goods."),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
    GroundDraft(
        code="BOP-13",
        slug="return_window",
        family=Family.RETURN,
        title=Words("七日退货期限", "Seven-day return: was it in time"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="notice_sent",
                statement=Words("买家发出了退货通知", "The buyer gave notice of the return"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words("买家说明何时发出退货通知", "The buyer shows when notice of the return was given"),
                        accepts=Words(
                            "退货申请记录、发给卖家的消息", "Return request in the app, message to the seller"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CONSUMER("25(1)"), SEVEN_DAYS("10"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为没有发出通知。",
                            "If the buyer provides nothing, no notice counts as given.",
                        ),
                        hours=48,
                        holds=(Record.RETURN, Record.AFTER_SALE, Record.CHAT),
                    ),
                ),
            ),
            FactDraft(
                key="too_late",
                statement=Words("退货通知发出时已过七日", "Notice was given after the seven days"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明签收日期；七日从签收次日起算",
                            "The seller shows the date of signing; the seven days start the day after",
                        ),
                        accepts=Words("签收记录、承运人说明", "Sign-off record, carrier's statement"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(SEVEN_DAYS("10"), CONSUMER("25(1)"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不能说明签收日期的，视为未超期。",
                            "If the date of signing is not shown, the return counts as in time.",
                        ),
                        hours=48,
                        holds=(Record.LOGISTICS,),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "退货在期限内提出，卖家应当接受。", "The return was asked for in time; the seller accepts it."
        ),
        if_not_supported=Words("退货超过期限，或者没有发出通知。", "The return came too late, or no notice was given."),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
    GroundDraft(
        code="BOP-14",
        slug="returned_parcel",
        family=Family.RETURN,
        title=Words("退回包裹少件、空包或被调换", "The returned parcel was short, empty or swapped"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="returned",
                statement=Words(
                    "买家已寄出退货，且退货已送达卖家", "The buyer sent the return and it reached the seller"
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words("买家说明退货已寄出并送达", "The buyer shows that the return was sent and arrived"),
                        accepts=Words(
                            "退货运单、寄件凭证、签收记录", "Return waybill, posting receipt, sign-off record"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(SEVEN_DAYS("11(2)", "12"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，暂不退款。", "If the buyer provides nothing, no refund is due yet."
                        ),
                        holds=(Record.RETURN, Record.LOGISTICS),
                    ),
                ),
            ),
            FactDraft(
                key="discrepancy",
                statement=Words(
                    "卖家开包时退货少件、空包或被调换", "On opening, the return was short, empty or swapped"
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words("卖家说明开包时发现的差异", "The seller shows the difference found on opening"),
                        accepts=Words(
                            "退货开包视频、揽收和签收重量、序列号对比",
                            "Opening video, weights at posting and arrival, serial numbers",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(SEVEN_DAYS("12", "13"), PROCEDURE("91"), CONSUMER_REGULATION("49(2)")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为退货齐全，应当退款。",
                            "If the seller provides nothing, the return counts as complete and is refunded.",
                        ),
                        holds=(Record.RETURN, Record.LOGISTICS),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "退货视为齐全送达，卖家退款。", "The return counts as complete and arrived; the seller refunds."
        ),
        if_not_supported=Words(
            "退货未送达的，暂不退款。退货有差异的，卖家可以拒绝退款。",
            "A return that did not arrive is not refunded yet. For a differing one the seller may refuse.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        must_mediate=True,
    ),
)
