"""Grounds about unsafe food, the knowing buyer, and goods that hurt somebody; none ends without a person.

What does not belong here: faults that harm nobody (quality).
"""

from disputes.default_table.law import (
    CIVIL_CODE,
    FOOD_DAMAGES,
    FOOD_DISPUTES,
    FOOD_LIABILITY,
    FOOD_SAFETY,
    PROCEDURE,
    PRODUCTS,
    cite,
)
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Stake, Standard

FOOD_BOUGHT = FactDraft(
    key="bought",
    statement=Words("买家从该商家购买了这份食品", "The buyer bought this food from the business"),
    favours=Side.CLAIMANT,
    persuasion_on=Side.CLAIMANT,
    steps=(
        StepDraft(
            bearer=Side.CLAIMANT,
            shows=Words(
                "买家说明购买了食品；有人身损害的，还说明损害和初步因果关系",
                "The buyer shows the purchase; if somebody was hurt, also the harm and a first causal link",
            ),
            accepts=Words(
                "订单、付款记录、食品和标签照片、就诊记录", "Order, payment, photos of food and label, medical record"
            ),
            standard=Standard.PRIMA_FACIE,
            basis_kind=BasisKind.EXPLICIT,
            basis=FOOD_DISPUTES("5"),
            if_silent=FactState.NOT_PROVED,
            silence_establishes=False,
            silence=Words(
                "买家不提供的，视为没有购买。", "If the buyer provides nothing, the food counts as not bought there."
            ),
            holds=(Record.ORDER, Record.PAYMENT),
        ),
    ),
)
FOOD_MEETS_STANDARD = FactDraft(
    key="meets_standard",
    statement=Words("该食品符合食品安全标准", "The food meets the food-safety standard"),
    favours=Side.RESPONDENT,
    persuasion_on=Side.RESPONDENT,
    steps=(
        StepDraft(
            bearer=Side.RESPONDENT,
            shows=Words(
                "生产者或销售者说明食品符合安全标准", "The producer or seller shows that the food meets the standard"
            ),
            accepts=Words("检验报告、进货查验记录、许可证、标签", "Test report, intake records, licences, labels"),
            standard=Standard.HIGH_PROBABILITY,
            basis_kind=BasisKind.EXPLICIT,
            basis=cite(FOOD_DISPUTES("6"), FOOD_SAFETY("148"), FOOD_LIABILITY("6")),
            if_silent=FactState.NOT_PROVED,
            silence_establishes=False,
            silence=Words(
                "生产者或销售者不提供的，视为不符合标准。",
                "If producer or seller provides nothing, the food counts as below the standard.",
            ),
            hours=240,
            holds=(Record.LICENCE, Record.LISTING),
        ),
    ),
)

SAFETY: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-07",
        slug="food_standard",
        family=Family.SAFETY,
        title=Words("食品不符合安全标准", "Food below the safety standard"),
        claimant_role=Role.BUYER,
        respondent_role=Role.PRODUCER,
        facts=(FOOD_BOUGHT, FOOD_MEETS_STANDARD),
        remedies=(Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.REFUND_NO_RETURN, Remedy.COMPENSATE),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "首先接到要求的商家先行赔付，不得推诿。惩罚性赔偿由人工决定。",
            "The business asked first pays first. A person decides on punitive damages.",
        ),
        if_not_supported=Words(
            "食品视为符合安全标准，不予退赔。", "The food counts as meeting the standard; nothing is paid."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        stakes=(Stake.SAFETY, Stake.PUNITIVE),
    ),
    GroundDraft(
        code="BOP-08",
        slug="knowing_buyer",
        family=Family.SAFETY,
        title=Words("商家主张食品买家“知假买假”", "The business says that the food buyer knew"),
        claimant_role=Role.BUYER,
        respondent_role=Role.PRODUCER,
        facts=(
            FOOD_BOUGHT,
            FOOD_MEETS_STANDARD,
            FactDraft(
                key="buyer_knew",
                statement=Words(
                    "买家购买时明知食品不合格，且数量超出合理生活需要",
                    "The buyer knew of the fault when buying, and bought beyond reasonable household need",
                ),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "生产者或销售者说明买家明知，且购买数量超出生活需要",
                            "The producer or seller shows knowledge and a quantity beyond household need",
                        ),
                        accepts=Words(
                            "购买数量和频次、保质期、同类索赔记录、聊天记录",
                            "Quantity and frequency, shelf life, like claims, chat",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=FOOD_DAMAGES("12(1)", "12(3)"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "生产者或销售者不提供的，视为买家并不明知。",
                            "If producer or seller provides nothing, the buyer counts as not having known.",
                        ),
                        holds=(Record.ORDER, Record.CHAT),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.REFUND, Remedy.COMPENSATE, Remedy.DECLARE),
        default_remedy=Remedy.REFUND,
        if_supported=Words(
            "按普通的食品安全主张处理。惩罚性赔偿由人工决定。",
            "The claim is treated as an ordinary food claim. A person decides on punitive damages.",
        ),
        if_not_supported=Words(
            "超出合理生活需要的部分不予惩罚性赔偿。合理数量以内的部分由人工另行认定。",
            "Beyond reasonable household need there are no punitive damages. A person judges the part within it.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        stakes=(Stake.SAFETY, Stake.PUNITIVE),
    ),
    GroundDraft(
        code="BOP-23",
        slug="injury",
        family=Family.SAFETY,
        title=Words("产品缺陷造成人身或财产损害", "A defective product hurt somebody or damaged property"),
        claimant_role=Role.BUYER,
        respondent_role=Role.PRODUCER,
        facts=(
            FactDraft(
                key="defective",
                statement=Words("产品存在危及安全的缺陷", "The product has a dangerous defect"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words("受害人说明产品有危及安全的缺陷", "The injured person shows a dangerous defect"),
                        accepts=Words(
                            "产品实物和照片、检测报告、召回公告", "The product, photos, test report, recall notice"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CIVIL_CODE("1202", "1203"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "受害人不提供的，缺陷不予认定。",
                            "If the injured person provides nothing, no defect is found.",
                        ),
                        hours=240,
                        holds=(Record.ORDER, Record.LICENCE, Record.AFTER_SALE),
                    ),
                ),
            ),
            FactDraft(
                key="harm_caused",
                statement=Words("该缺陷造成了人身或财产损害", "The defect caused injury or damage"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.CLAIMANT,
                steps=(
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "受害人说明损害及其与缺陷的因果关系",
                            "The injured person shows the harm and that the defect caused it",
                        ),
                        accepts=Words("就诊记录、鉴定意见、损失凭证", "Medical record, expert opinion, proof of loss"),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(CIVIL_CODE("1202", "1203"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "受害人不提供的，损害不予认定。",
                            "If the injured person provides nothing, no harm is found.",
                        ),
                        hours=240,
                    ),
                ),
            ),
            FactDraft(
                key="exempt",
                statement=Words("存在法律规定的免责情形", "The law frees the producer in this case"),
                favours=Side.RESPONDENT,
                persuasion_on=Side.RESPONDENT,
                steps=(
                    StepDraft(
                        bearer=Side.RESPONDENT,
                        shows=Words(
                            "生产者说明下列之一：未投入流通；投入流通时尚无缺陷；当时的科技水平无法发现",
                            "The producer shows one of three: never put on the market; no defect then; "
                            "science could not find it then",
                        ),
                        accepts=Words(
                            "出厂和流通记录、检测报告、技术文献",
                            "Factory and distribution records, test reports, technical papers",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(PRODUCTS("41(2)", "42(2)"), CIVIL_CODE("1202", "1203")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "生产者不提供的，视为不能免责。", "If the producer provides nothing, nothing frees it."
                        ),
                        hours=240,
                        holds=(Record.LICENCE,),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.COMPENSATE, Remedy.RETURN_AND_REFUND, Remedy.REFUND_NO_RETURN),
        default_remedy=Remedy.COMPENSATE,
        if_supported=Words(
            "由人工确认赔偿。销售者说不出生产者和供货者的，自行赔偿。",
            "A person confirms the compensation. A seller who names neither producer nor supplier pays.",
        ),
        if_not_supported=Words(
            "不认定产品责任，安全风险仍由人工核查。",
            "No product liability is found. A person still looks into the safety risk.",
        ),
        confidence=SourceConfidence.TEXT_SEEN,
        stakes=(Stake.SAFETY,),
    ),
)
