"""Grounds about what the parcel held and how it looked on opening, and about gifts that came with it.

What does not belong here: faults that show in use (quality).
"""

from disputes.default_table.law import (
    CIVIL_CODE,
    CONSUMER,
    CONSUMER_REGULATION,
    ECOMMERCE,
    MARKETPLACES,
    ONLINE_CONSUMPTION,
    PROCEDURE,
    SEVEN_DAYS,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

GOODS: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-03",
        slug="short_or_wrong",
        family=Family.SHORT_OR_WRONG,
        title=Words("少件、空包或错发", "Something missing, an empty parcel or the wrong goods"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="complete",
                statement=Words("包裹内的商品与订单一致、数量齐全", "The parcel held what was ordered, in full"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words("卖家说明装入并交付了哪些商品", "The seller shows what was packed and delivered"),
                        accepts=Words(
                            "打包视频、出库重量、承运人称重记录、拣货单",
                            "Packing video, outbound weight, carrier's weight, picking list",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(
                            CONSUMER("48(1)[6]"),
                            PROCEDURE("90", "91"),
                            CIVIL_CODE("620", "621", "622", "623"),
                            ONLINE_CONSUMPTION("1[1]"),
                        ),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为少件或错发。",
                            "If the seller provides nothing, the parcel counts as short or wrong.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明开箱时的短缺或错误",
                            "The buyer first shows what was missing or wrong on opening",
                        ),
                        accepts=Words(
                            "开箱视频、开箱照片、包裹外观和面单照片",
                            "Unboxing video or photos, photos of parcel and label",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, PROCEDURE("90")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "卖家已举证而买家不提供的，视为商品齐全。",
                            "If the buyer provides nothing after the seller's proof, the parcel counts as complete.",
                        ),
                        rebuts=True,
                        holds=(Record.CHAT, Record.AFTER_SALE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RESEND, Remedy.PARTIAL_REFUND, Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE),
        default_remedy=Remedy.PARTIAL_REFUND,
        if_supported=Words(
            "卖家补发、换货或者退还短缺部分的价款。",
            "The seller sends what is missing, exchanges it or refunds its price.",
        ),
        if_not_supported=Words(
            "视为已按订单交付，不予补发或退款。",
            "The order counts as delivered in full; nothing more is sent or refunded.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-04",
        slug="damaged",
        family=Family.DEFECT,
        title=Words("外观破损或表面不一致", "Damaged on arrival or different on the surface"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="undamaged_at_signing",
                statement=Words("商品签收时外观完好", "The goods looked intact when they were signed for"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明商品完好地交到买家手中", "The seller shows that the goods reached the buyer intact"
                        ),
                        accepts=Words(
                            "出库照片、包装说明、承运人签收和破损记录",
                            "Outbound photos, packing description, carrier's sign-off and damage notes",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(
                            ECOMMERCE("20", "52(2)"),
                            CIVIL_CODE("604", "623"),
                            ONLINE_CONSUMPTION("1[1]"),
                            PROCEDURE("91"),
                        ),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，视为交付前已经破损。",
                            "If the seller provides nothing, the damage counts as older than delivery.",
                        ),
                        holds=(Record.ORDER, Record.LOGISTICS),
                        presumption=Words(
                            "签收不等于认可质量。签收单写明数量、型号的，推定已查验数量和外观，可以推翻。",
                            "Signing is not accepting the quality. A slip naming quantity and model raises "
                            "a rebuttable presumption that these and visible flaws were checked.",
                        ),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明收到时已经破损", "The buyer first shows that the goods arrived damaged"
                        ),
                        accepts=Words("签收后不久拍摄的照片或视频", "Photos or video taken soon after signing"),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.PRACTICE,
                        basis=cite(MARKETPLACES, PROCEDURE("90")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "卖家已举证而买家不提供的，视为签收时完好。",
                            "If the buyer provides nothing after the seller's proof, the goods count as intact then.",
                        ),
                        rebuts=True,
                        holds=(Record.CHAT, Record.AFTER_SALE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE, Remedy.REPAIR, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.RETURN_AND_REFUND,
        if_supported=Words(
            "破损视为交付前已经存在，由卖家承担。",
            "The damage counts as older than delivery and is the seller's to bear.",
        ),
        if_not_supported=Words(
            "商品视为完好交付，卖家不承担该破损。",
            "The goods count as delivered intact; the seller does not answer for the damage.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-27",
        slug="gift",
        family=Family.DEFECT,
        title=Words("赠品、奖品或换购品造成损失", "Loss caused by a gift, prize or add-on"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="gift_caused_loss",
                statement=Words(
                    "随订单提供的赠品、奖品或换购品给买家造成损失",
                    "A gift, prize or add-on that came with the order caused the buyer loss",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明物品来自该促销，并造成了损失",
                            "The buyer first shows that the item came from the promotion and caused loss",
                        ),
                        accepts=Words(
                            "促销页面、赠品清单、照片、损失凭证", "Promotion page, gift list, photos, proof of loss"
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PROCEDURE("90"), CONSUMER_REGULATION("7(2)")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，视为没有造成损失。",
                            "If the buyer provides nothing, no loss counts as caused.",
                        ),
                        holds=(Record.ORDER, Record.PRICE, Record.LISTING),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家说明损失不是该物品造成的；“免费”“换购”不是理由",
                            "The seller shows another cause; that the item was free or an add-on is no defence",
                        ),
                        accepts=Words(
                            "合格证明、检测报告、其他原因的证据",
                            "Quality certificate, test report, evidence of another cause",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(ONLINE_CONSUMPTION("8"), CONSUMER_REGULATION("7(2)"), SEVEN_DAYS("12")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "买家已初步举证而卖家不提供的，视为由该物品造成。",
                            "If the seller provides nothing after the first showing, the item counts as the cause.",
                        ),
                        rebuts=True,
                        holds=(Record.PRICE, Record.LICENCE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.COMPENSATE, Remedy.EXCHANGE, Remedy.REPAIR, Remedy.PARTIAL_REFUND),
        default_remedy=Remedy.COMPENSATE,
        if_supported=Words(
            "卖家对赠品、奖品和换购品与所售商品同样负责。",
            "The seller answers for gifts, prizes and add-ons as for goods sold.",
        ),
        if_not_supported=Words("卖家不承担这项损失。", "The seller does not bear this loss."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
