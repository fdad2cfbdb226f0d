# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""The rule on notices and appeals itself: what every measure must state and how it is looked at again. Invented."""

from datetime import date

from sample.content.bilingual import Both
from sample.content.rules.shape import RulePlan, VersionPlan, clause, revised

_APPEALS = (
    clause(1, "告知", "Notice",
           "平台采取对商家或者消费者有负面影响的措施，应当告知事实、理由、依据、期限和申诉入口。",
           "When the platform acts against a merchant or a consumer it states facts, reasons, basis, duration and the way to appeal.",
           major=True),
    clause(2, "申诉", "Appeal",
           "当事人可以自收到通知之日起申诉；申诉不收费，不限次数，不要求先撤回投诉或者诉讼。",
           "The party may appeal from the day the notice arrives; appeals are free, are not counted, and need no withdrawal of a "
           "complaint or lawsuit.", major=True),
    clause(3, "及时处理", "Prompt handling",
           "一般申诉七日内作出决定；涉及资金冻结、账号冻结、店铺关闭的，三个工作日内作出决定。",
           "Appeals are decided within seven days, and within three working days when money or an account is frozen or a shop closed."),
    clause(4, "补充材料", "More evidence",
           "材料可以在提交申诉后继续补充；需要补充的，平台一次性告知。",
           "Evidence may follow after the appeal; what is still needed is said once and completely."),
    clause(5, "不加重", "No worse",
           "申诉不会加重原处置。",
           "An appeal never makes the measure heavier.", major=True),
)

RULES: tuple[RulePlan, ...] = (
    RulePlan("notice-and-appeal", Both("处置告知与申诉规则", "Notice and Appeal Rule"), (
        VersionPlan(date(2025, 7, 15), Both("首次发布。", "First version."), _APPEALS),
        VersionPlan(
            date(2026, 2, 1),
            Both("写明人工判定的权利；原处置人员回避。", "States the right to a decision by a person; the original decider steps aside."),
            revised(
                _APPEALS,
                clause(6, "人工判定", "Decision by a person",
                       "当事人要求人工判定的，无需说明理由，由未参与原处置的专员判定，并告知结果。",
                       "Whoever asks for a person needs no reason; an officer not involved before decides and the result is told.", major=True),
                clause(7, "恢复", "Restoring",
                       "申诉成立的，平台在决定后一日内恢复原状；资金三日内退回。",
                       "If the appeal succeeds, everything is restored within one day and money is returned within three."),
                clause(8, "第三方", "Third parties",
                       "由受托第三方执行处置的，通知应当写明，平台对其行为负责。",
                       "If an entrusted third party acted, the notice says so and the platform answers for it."),
            ),
        ),
    )),
)
