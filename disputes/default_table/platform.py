"""Grounds in which the platform itself stands opposite: a merchant against a measure, a consumer against a restriction.

A measure falls as soon as one of its parts does, so all parts are one fact with one ladder: separate facts would make
whoever complains win every one of them. What does not belong here: how a measure is appealed (appeals).
"""

from disputes.default_table.law import CONTRACTS, PERSONAL_DATA, PLATFORM_RULES, PROCEDURE, cite
from disputes.machine import FactState
from disputes.proof import FactDraft, GroundDraft, StepDraft, Words
from disputes.words import BasisKind, Family, Record, Remedy, Role, Side, SourceConfidence, Standard

PLATFORM: tuple[GroundDraft, ...] = (
    GroundDraft(
        code="BOP-33",
        slug="merchant_measure",
        family=Family.OTHER,
        title=Words("商家不服平台处置", "A merchant objects to the platform's measure"),
        claimant_role=Role.MERCHANT,
        respondent_role=Role.PLATFORM,
        facts=(
            FactDraft(
                key="measure_taken",
                statement=Words("平台对商家采取了该项处置措施", "The platform took this measure against the merchant"),
                favours=Side.CLAIMANT,
                persuasion_on=Side.PLATFORM,
                steps=(
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台说明没有采取该项措施，或者措施内容不同",
                            "The platform shows that it took no such measure, or another one",
                        ),
                        accepts=Words(
                            "处置通知、执行记录、扣款明细", "Notice, record of execution, list of deductions"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PLATFORM_RULES("19"), PROCEDURE("112")),
                        if_silent=FactState.ADVERSE_INFERENCE,
                        silence_establishes=True,
                        silence=Words(
                            "平台不提供的，以商家所说的措施为准。",
                            "If the platform provides nothing, the measure counts as the merchant says.",
                        ),
                        hours=48,
                        rebuts=True,
                        holds=(Record.MEASURE,),
                    ),
                ),
            ),
            FactDraft(
                key="measure_justified",
                statement=Words(
                    "违规属实，条款已经提示说明，处置轻重合理",
                    "The breach happened, the clause was brought to notice, and the measure is fair",
                ),
                favours=Side.PLATFORM,
                persuasion_on=Side.PLATFORM,
                steps=(
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台说明违规事实、理由和规则依据",
                            "The platform shows the facts of the breach, the reasons and the rule",
                        ),
                        accepts=Words(
                            "发现记录、当时有效的规则版本、处置通知",
                            "Detection log, version of the rule in force, notice",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PLATFORM_RULES("19"), PROCEDURE("91")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "平台不提供的，违规不予认定，撤销处置。",
                            "If the platform provides nothing, no breach is found and the measure is lifted.",
                        ),
                        hours=48,
                        holds=(Record.MEASURE, Record.RISK),
                    ),
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台说明已醒目提示并解释该条款；勾选或弹窗本身不够",
                            "The platform shows that it drew attention to the clause and explained it. "
                            "A tick or pop-up alone is not enough",
                        ),
                        accepts=Words(
                            "显著提示的版式、阅读记录、说明记录",
                            "Prominent layout, reading record, record of the explanation",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=CONTRACTS("10(3)"),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "平台不提供的，该条款不约束商家。",
                            "If the platform provides nothing, the clause does not bind the merchant.",
                        ),
                        hours=48,
                        holds=(Record.MEASURE,),
                    ),
                    StepDraft(
                        bearer=Side.CLAIMANT,
                        shows=Words(
                            "商家提出反证，或者说明处置或金额过重",
                            "The merchant answers the facts, or shows that measure or amount is too heavy",
                        ),
                        accepts=Words(
                            "经营和交易记录、实际损失、同类处置对比",
                            "Business and trade records, actual loss, like cases",
                        ),
                        standard=Standard.PRIMA_FACIE,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(CONTRACTS("64(2)"), PROCEDURE("90")),
                        if_silent=FactState.PROVED,
                        silence_establishes=True,
                        silence=Words(
                            "平台已举证而商家不提供的，处置视为有据。",
                            "If the merchant provides nothing after the platform's proof, the measure stands.",
                        ),
                        rebuts=True,
                        holds=(Record.ORDER, Record.MEASURE),
                    ),
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台说明处置和金额为何合理、如何计算",
                            "The platform shows why measure and amount are fair and how it was calculated",
                        ),
                        accepts=Words(
                            "计算方法和数据、损失凭证、裁量标准", "Method and figures, proof of loss, scale of measures"
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.EXPLICIT,
                        basis=cite(PLATFORM_RULES("29"), CONTRACTS("64(2)")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "平台不提供的，撤销或者减轻处置。",
                            "If the platform provides nothing, the measure is lifted or made lighter.",
                        ),
                        hours=48,
                        holds=(Record.MEASURE,),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.LIFT, Remedy.REFUND, Remedy.PARTIAL_REFUND, Remedy.COMPENSATE),
        default_remedy=Remedy.LIFT,
        if_supported=Words(
            "平台撤销或者减轻处置，退还多收的款项。",
            "The platform lifts or lightens the measure and pays back what was too much.",
        ),
        if_not_supported=Words("处置有事实和规则依据，予以维持。", "The measure rests on facts and rules and stays."),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
    GroundDraft(
        code="BOP-34",
        slug="consumer_restriction",
        family=Family.OTHER,
        title=Words("消费者不服账号或权益限制", "A consumer objects to a restriction of account or rights"),
        claimant_role=Role.CONSUMER,
        respondent_role=Role.PLATFORM,
        facts=(
            FactDraft(
                key="breach",
                statement=Words(
                    "消费者有平台所说的违规行为，限制有规则依据",
                    "The consumer did what the platform says, and a rule allows the restriction",
                ),
                favours=Side.PLATFORM,
                persuasion_on=Side.PLATFORM,
                steps=(
                    StepDraft(
                        bearer=Side.PLATFORM,
                        shows=Words(
                            "平台说明违规事实和规则依据，并解释自动判断",
                            "The platform shows facts and rule, and explains any automated judgement",
                        ),
                        accepts=Words(
                            "有说明的风险记录、操作日志、规则版本",
                            "Explained risk records, activity logs, version of the rule",
                        ),
                        standard=Standard.HIGH_PROBABILITY,
                        basis_kind=BasisKind.DERIVED,
                        basis=cite(PLATFORM_RULES("19"), PERSONAL_DATA("24(3)")),
                        if_silent=FactState.NOT_PROVED,
                        silence_establishes=False,
                        silence=Words(
                            "平台不提供的，违规不予认定，解除限制。",
                            "If the platform provides nothing, no breach is found and the restriction is lifted.",
                        ),
                        hours=48,
                        holds=(Record.RISK, Record.MEASURE),
                    ),
                ),
            ),
        ),
        remedies=(Remedy.LIFT, Remedy.COMPENSATE),
        default_remedy=Remedy.LIFT,
        if_supported=Words(
            "平台解除限制，恢复账号和权益。", "The platform lifts the restriction and restores account and rights."
        ),
        if_not_supported=Words(
            "限制有事实和规则依据，予以维持。", "The restriction rests on facts and rules and stays."
        ),
        confidence=SourceConfidence.TEXT_SEEN,
    ),
)
