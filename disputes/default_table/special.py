"""Grounds about who answers as seller, about bad faith of a buyer, and about intellectual property.

What does not belong here: the platform's own measures (platform).
"""

from disputes.default_table.law import (
    CIVIL_CODE,
    CONSUMER_REGULATION,
    ECOMMERCE,
    FOOD_DAMAGES,
    ONLINE_CONSUMPTION,
    PLATFORM_RULES,
    PROCEDURE,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Stake, Standard

SPECIAL: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-24",
        slug="live_room_not_seller",
        family=Family.OTHER,
        title=Words("直播间称自己不是销售者", "The live room says it is not the seller"),
        claimant_role=Role.BUYER,
        respondent_role=Role.LIVE_ROOM,
        facts=(
            FactDraft(
                key="seller_labelled",
                statement=Words(
                    "直播间以足以辨别的方式标明了实际销售者",
                    "The live room marked the real seller clearly enough to be told apart",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "直播间运营者说明已标明并让人辨明销售者",
                            "The live-room operator shows that the real seller was clearly marked",
                        ),
                        accepts=Words(
                            "直播回放、画面标识、口播和字幕记录", "Replay, overlay, captions and spoken notice"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=ONLINE_CONSUMPTION("12(1)"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "直播间运营者不提供的，视为销售者。",
                            "If the operator provides nothing, it counts as the seller.",
                        ),
                        holds=(Record.LIVE, Record.ORDER),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.DECLARE,),
        default_remedy=Remedy.DECLARE,
        if_supported=Words(
            "直播间运营者承担销售者责任。退赔内容按具体争议事由认定。",
            "The operator answers as the seller. What is owed follows from the ground about the goods.",
        ),
        if_not_supported=Words("由标明的实际销售者承担责任。", "The real seller that was marked answers."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-25",
        slug="self_operated",
        family=Family.OTHER,
        title=Words("标识让人误以为平台自营", "Marks suggested that the platform itself sold"),
        claimant_role=Role.BUYER,
        respondent_role=Role.PLATFORM,
        facts=(
            FactDraft(
                key="misled",
                statement=Words(
                    "页面标识足以让消费者误以为是平台自营",
                    "Marks on the page led consumers to think the platform itself sold",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words("买家初步说明哪些标识造成误认", "The buyer first shows which marks misled"),
                        accepts=Words("页面截图、订单页面、发票", "Screenshots, order page, invoice"),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("4"), ECOMMERCE("37"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，误导不予认定。",
                            "If the buyer provides nothing, no misleading mark is found.",
                        ),
                        holds=(Record.ORDER, Record.LISTING),
                    ),
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台提供下单时的页面记录，说明不致误认",
                            "The platform shows the page at the order and that it did not mislead",
                        ),
                        accepts=Words(
                            "下单时的页面快照、标识使用记录", "Page snapshot at the order, record of the marks"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ECOMMERCE("37", "62"), PROCEDURE("90")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "平台不提供的，推定足以造成误认。",
                            "If the platform provides nothing, the marks are taken as misleading.",
                        ),
                        hours=48,
                        rebuts=True,
                        holds=(Record.LISTING,),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.DECLARE,),
        default_remedy=Remedy.DECLARE,
        if_supported=Words(
            "平台承担销售者责任。退赔内容按具体争议事由认定。",
            "The platform answers as the seller. What is owed follows from the ground about the goods.",
        ),
        if_not_supported=Words("由平台内的卖家承担责任。", "The seller on the platform answers."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-30",
        slug="private_seller",
        family=Family.OTHER,
        title=Words("二手卖家是不是经营者", "Is the second-hand seller a business"),
        claimant_role=Role.BUYER,
        respondent_role=Role.SELLER,
        facts=(
            FactDraft(
                key="in_business",
                statement=Words("二手卖家实际上从事经营活动", "The second-hand seller is really in business"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "买家初步说明卖家在从事经营", "The buyer first shows that the seller is in business"
                        ),
                        accepts=Words(
                            "商品性质和来源、数量、价格、频率、收入的线索",
                            "Signs from nature, source, quantity, price, frequency and income",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("7"), PROCEDURE("90")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "买家不提供的，按个人出售处理。",
                            "If the buyer provides nothing, the sale counts as private.",
                        ),
                        holds=(Record.ORDER, Record.LISTING),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "卖家对照平台销量数据说明只是个人闲置",
                            "The seller answers the platform's sales data: only own used goods",
                        ),
                        accepts=Words(
                            "平台销量统计、原购买凭证、来源说明",
                            "Platform's sales figures, original receipts, account of the source",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(ONLINE_CONSUMPTION("7"), PROCEDURE("90")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "买家已初步举证而卖家不提供的，视为经营者。",
                            "If the seller provides nothing after the first showing, it counts as a business.",
                        ),
                        rebuts=True,
                        holds=(Record.ORDER, Record.LISTING),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.DECLARE,),
        default_remedy=Remedy.DECLARE,
        if_supported=Words(
            "卖家承担经营者责任，适用消费者保护规则。", "The seller answers as a business and consumer rules apply."
        ),
        if_not_supported=Words("按个人之间的买卖处理。", "The rules for a private sale apply."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-31",
        slug="bad_faith_buyer",
        family=Family.OTHER,
        title=Words("买家恶意（调换、伪造、滥用退货）", "Buyer in bad faith: swapping, forging, abusing returns"),
        claimant_role=Role.SELLER,
        respondent_role=Role.BUYER,
        facts=(
            FactDraft(
                key="bad_faith",
                statement=Words(
                    "买家恶意调换、伪造证据或滥用退货",
                    "The buyer swapped goods, forged evidence or abused returns in bad faith",
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "卖家证明买家恶意，达到排除合理怀疑", "The seller proves bad faith beyond reasonable doubt"
                        ),
                        accepts=Words(
                            "序列号不符、开包视频、有说明的风险记录",
                            "Differing serial numbers, opening video, explained risk records",
                        ),
                        standard=Standard.BEYOND_REASONABLE_DOUBT,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(
                            PROCEDURE("91", "109"),
                            CONSUMER_REGULATION("19(4)", "27(2)", "49(2)"),
                            FOOD_DAMAGES("16"),
                            PLATFORM_RULES("21"),
                        ),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "卖家不提供的，恶意不予认定。", "If the seller provides nothing, no bad faith is found."
                        ),
                        holds=(Record.ORDER, Record.RETURN, Record.LOGISTICS, Record.RISK),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.DECLARE, Remedy.COMPENSATE),
        default_remedy=Remedy.DECLARE,
        if_supported=Words(
            "认定买家恶意。对买家采取措施须另行告知并可申诉。",
            "Bad faith is found. A measure against the buyer needs its own notice and appeal.",
        ),
        if_not_supported=Words("按普通规则处理，不限制买家。", "Ordinary rules apply and the buyer is not restricted."),
        confidence=SourceConfidence.TEXT_SEEN,
        stakes=(Stake.FRAUD,),
    ),
    GroundDraft(
        code="BOP-32",
        slug="ip_notice",
        family=Family.OTHER,
        title=Words("知识产权通知与不侵权声明", "Intellectual property notice and counter-statement"),
        claimant_role=Role.RIGHT_HOLDER,
        respondent_role=Role.MERCHANT,
        facts=(
            FactDraft(
                key="infringement",
                statement=Words(
                    "有初步证据表明商家侵害知识产权", "There is first evidence that the merchant infringes the right"
                ),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "权利人提供权属和侵权的初步证据",
                            "The right holder gives first evidence of right and infringement",
                        ),
                        accepts=Words(
                            "权利证书、授权书、侵权商品对比",
                            "Certificate of the right, authorisation, comparison of the goods",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(ECOMMERCE("42"), CIVIL_CODE("1195")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "权利人不提供的，不采取措施。", "If the right holder provides nothing, no measure is taken."
                        ),
                        holds=(Record.LISTING, Record.MEASURE),
                    ),
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "商家提交不侵权声明和初步证据",
                            "The merchant states there is no infringement, with first evidence",
                        ),
                        accepts=Words(
                            "不侵权声明、许可或授权、进货来源",
                            "Statement, licence or authorisation, source of the goods",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(ECOMMERCE("43(1)"), CIVIL_CODE("1196")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "商家不声明的，措施继续。", "If the merchant makes no statement, the measures go on."
                        ),
                        rebuts=True,
                        holds=(Record.LICENCE,),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "权利人在声明送达后十五日内说明已经投诉或起诉",
                            "Within fifteen days of the statement the right holder shows a complaint or lawsuit",
                        ),
                        accepts=Words(
                            "主管部门的受理材料、法院立案材料", "Authority's acceptance of the complaint, court filing"
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(ECOMMERCE("43(2)"), CIVIL_CODE("1196")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "十五日内没有收到的，平台终止措施。",
                            "If nothing comes within fifteen days, the platform ends the measures.",
                        ),
                        hours=360,
                    ),
                ),
            ),
        ),
        remedies=(Remedy.DECLARE,),
        default_remedy=Remedy.DECLARE,
        if_supported=Words(
            "措施继续，是否侵权由主管部门或法院认定。通知、声明和处理结果予以公示。",
            "The measures go on; authority or court decides. Notice, statement and result are published.",
        ),
        if_not_supported=Words(
            "平台终止措施。通知、声明和处理结果予以公示。",
            "The platform ends the measures. Notice, statement and result are published.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
