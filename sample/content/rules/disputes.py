# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""The rule on disputes between buyers and sellers; from its second version on the burden table is a part of it. Invented."""

from datetime import date

from sample.content.bilingual import Both
from sample.content.rules.shape import RulePlan, VersionPlan, clause, revised

DISPUTE_RULE, WITH_TABLE = "dispute-handling", "2026-02-01"

_FIRST = (
    clause(1, "适用范围", "Scope",
           "买卖双方因订单发生争议，可以先自行协商，也可以请平台处理；平台处理不收费。",
           "Buyers and sellers who disagree about an order may talk first or ask the platform; that is free."),
    clause(2, "协商", "Talking",
           "对方应当在四十八小时内首次答复；逾期不答复的，平台自行介入。",
           "The other side first answers within 48 hours; if it does not, the platform joins by itself."),
    clause(3, "请平台介入", "Calling the platform in",
           "对方答复后，或者争议提出满二十四小时后，任何一方可以请平台介入，平台专员在二十四小时内加入。",
           "Once the other side has answered, or a day after the opening, either side may call the platform in; a mediator joins within a day."),
    clause(4, "回避", "Stepping aside",
           "曾代表任何一方行事的专员不得处理该争议；复议由另一位专员处理。",
           "Whoever acted for a side never mediates the dispute, and a review is by another mediator.", major=True),
    clause(5, "其他途径", "Other ways",
           "平台裁定不影响任何一方投诉、申请调解、仲裁或者起诉。",
           "A determination here leaves complaints, mediation, arbitration and court open to both sides.", major=True),
)

RULES: tuple[RulePlan, ...] = (
    RulePlan(DISPUTE_RULE, Both("平台争议处理规则", "Dispute Rule"), (
        VersionPlan(date(2025, 9, 1), Both("首次发布。", "First version."), _FIRST),
        VersionPlan(
            date(2026, 2, 1),
            Both("公布举证责任表，作为本规则的一部分；写明举证期限、平台记录和仅退款的条件。",
                 "Publishes the burden table as a part of this rule; says how long proof may take, what the platform brings in itself, and when a refund without return is possible."),
            revised(
                _FIRST,
                clause(6, "谁来证明", "Who must show what",
                       "每类争议由谁证明什么、期限多长、不提交有什么后果，见本规则所附举证责任表；交易适用下单时有效的版本。",
                       "The burden table attached here says, for each ground, who must show what, by when, and what follows from silence; the version in force at the order applies.", major=True),
                clause(7, "平台记录", "The platform's own records",
                       "订单、页面、物流、会话、付款等平台已有的记录由平台提供，任何一方可以指出记录有误；没有保存的，平台写明原因。",
                       "Order, page, logistics, chat and payment are brought in by the platform; either side may say that a record is wrong, and what was not kept is declared with the reason."),
                clause(8, "不退货仅退款", "Refund without return",
                       "未经商家在本次争议中同意或者事先自愿同意，平台不要求商家承担不退货仅退款；法律或者安全另有要求的除外。",
                       "No merchant bears a refund without return unless it agreed in the case or beforehand, or a law or safety requires it.", major=True),
                clause(9, "裁定与复议", "Determination and review",
                       "裁定由专员逐项写明事实、举证结果和理由；任何一方可以在七日内申请一次复议。",
                       "A mediator determines fact by fact with reasons; either side may ask once within seven days for a review."),
            ),
        ),
    )),
)
