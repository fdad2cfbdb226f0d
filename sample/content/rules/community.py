# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Rules about accounts, consumers and what people write. Invented."""

from datetime import date

from sample.content.bilingual import Both
from sample.content.rules.shape import RulePlan, VersionPlan, clause, revised

_ACCOUNT = (
    clause(1, "适用范围", "Scope", "本规则适用于在禾市注册的全部账号。", "This rule covers every account on HeMart."),
    clause(2, "真实身份", "True identity",
           "账号应当由本人使用真实身份注册，不得冒用他人身份。",
           "Accounts are opened by the person under a true identity and not in another's name."),
    clause(3, "不得出借", "No lending",
           "店铺和账号不得出租、出借、转让给他人经营。",
           "Shops and accounts may not be let, lent or handed to others to run.", major=True),
    clause(4, "异常登录", "Unusual sign-in",
           "出现异地批量登录、撞库、盗号迹象的，可以临时冻结账号，核验本人后立即恢复。",
           "On signs of mass remote sign-in, credential stuffing or theft the account may be frozen for the time being and is restored "
           "at once when the owner is verified.", major=True),
    clause(5, "资质有效", "Valid licences",
           "商家的营业执照和行政许可应当在有效期内，变更后三个工作日内更新。",
           "Business licence and permits are valid and updated within three working days of a change."),
    clause(6, "批量注册", "Mass registration",
           "不得使用程序批量注册账号。",
           "Accounts may not be registered in bulk by a program."),
    clause(7, "处置", "Measures",
           "违反本规则的，冻结账号、记违规分；冒用身份或者转租店铺情节严重的，关闭店铺。",
           "Breaches lead to a frozen account and penalty points; grave misuse of identity or letting of a shop leads to closing it.",
           major=True),
)
_CONSUMER = (
    clause(1, "适用范围", "Scope", "本规则适用于消费者在禾市的下单、退货、退款和索赔。",
           "This rule covers orders, returns, refunds and claims by consumers."),
    clause(2, "诚信退货", "Returns in good faith",
           "退回的应当是本人收到的原商品，不得调包、少退或者以空包退货。",
           "What is returned is what was received; goods may not be swapped, held back or replaced by an empty parcel.", major=True),
    clause(3, "极速退款", "Instant refunds",
           "信用良好的消费者可以享受先退款后验货；多次退回商品与原商品不符的，可以收回该权限，但不影响依法退货。",
           "Consumers in good standing get their money before the goods are checked; if goods repeatedly come back different the "
           "privilege may be withdrawn, without touching the legal right to return.", major=True),
    clause(4, "真实凭证", "True proof",
           "申请售后提交的照片、视频、检测报告应当真实。",
           "Pictures, films and test reports given for a claim are true.", major=True),
    clause(5, "合理购买", "Reasonable purchases",
           "不得为转售囤积活动商品，不得恶意下单后批量取消。",
           "Campaign goods may not be hoarded for resale and orders may not be placed only to be cancelled in bulk."),
    clause(7, "处置", "Measures",
           "违反本规则的，视情节收回极速退款权限、限制购买、会员降级或者清零违规所得积分；不收取任何违约金。",
           "By gravity the instant-refund privilege is withdrawn, purchases are limited, membership is downgraded or points wrongly "
           "gained are cleared; no penalty is ever charged.", major=True),
)
_COMMUNITY = (
    clause(1, "适用范围", "Scope", "本规范适用于评价、问答、社区帖子和聊天消息。",
           "This code covers reviews, questions and answers, posts and chat."),
    clause(2, "真实评价", "Honest reviews",
           "评价应当基于真实购买和使用，不得为他人代写，不得以差评相要挟。",
           "Reviews rest on a real purchase and use; they are not written for others and bad reviews are not used as a threat."),
    clause(3, "禁止内容", "Prohibited content",
           "不得发布违法信息、色情低俗内容、人身攻击和他人隐私。",
           "Illegal, obscene or abusive content and other people's private data may not be posted.", major=True),
    clause(4, "广告骚扰", "Spam",
           "不得在评价、问答中发布广告、联系方式或者二维码。",
           "Reviews and answers may not carry advertising, contact details or QR codes."),
    clause(5, "不删除差评", "Bad reviews stay",
           "平台不因评价为负面而删除或者屏蔽；只对法律禁止的内容作技术处理。",
           "A review is not deleted or hidden for being negative; only content the law prohibits is treated.", major=True),
    clause(6, "处置", "Measures",
           "违反本规范的，屏蔽相应内容、禁言一至十五天、限制评价功能。",
           "Breaches lead to hiding that content, one to fifteen days muted, or a suspension of reviewing.", major=True),
)

RULES: tuple[RulePlan, ...] = (
    RulePlan("account-security", Both("账号与安全管理规则", "Account and Security Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _ACCOUNT),
        VersionPlan(
            date(2026, 3, 15),
            Both("资质到期给予十五天更新期；关店前须先提示。",
                 "Fifteen days to renew expired licences; closing needs a warning first."),
            revised(
                _ACCOUNT,
                clause(5, "资质有效", "Valid licences",
                       "商家的营业执照和行政许可应当在有效期内；到期的，平台提示后十五日内更新，逾期未更新的暂停发布商品。",
                       "Business licence and permits are valid; when one expires it is renewed within fifteen days of a reminder, else "
                       "publishing is suspended."),
                clause(7, "处置", "Measures",
                       "违反本规则的，冻结账号、记违规分；冒用身份或者转租店铺情节严重，经提示仍不改正的，关闭店铺。",
                       "Breaches lead to a frozen account and penalty points; grave misuse of identity or letting of a shop that goes on after "
                       "a warning leads to closing it.", major=True),
            ),
        ),
    )),
    RulePlan("consumer-conduct", Both("消费者权益与用户行为规则", "Consumer Conduct Rule"), (
        VersionPlan(date(2025, 12, 1), Both("首次发布。", "First version."), _CONSUMER),
        VersionPlan(
            date(2026, 6, 1),
            Both("收回极速退款权限须有三次以上记录；新增申诉期间不降级。",
                 "Withdrawal of instant refunds needs three records; no downgrade during an appeal."),
            revised(
                _CONSUMER,
                clause(3, "极速退款", "Instant refunds",
                       "信用良好的消费者可以享受先退款后验货；九十天内三次以上退回商品与原商品不符的，可以收回该权限，但不影响依法退货。",
                       "Consumers in good standing get their money before the goods are checked; if goods come back different three times in "
                       "ninety days the privilege may be withdrawn, without touching the legal right to return.", major=True),
                clause(6, "积分来源", "Where points come from",
                       "积分应当通过真实消费和活动获得，不得通过脚本签到、反复下单取消等方式获取。",
                       "Points are earned by real purchases and activities and not by scripts or by ordering and cancelling."),
                clause(8, "申诉期间", "During an appeal",
                       "会员降级在申诉期间不执行。",
                       "A downgrade of membership is not carried out while an appeal runs."),
            ),
        ),
    )),
    RulePlan("community", Both("评价与社区内容规范", "Review and Community Code"), (
        VersionPlan(date(2025, 8, 15), Both("首次发布。", "First version."), _COMMUNITY),
        VersionPlan(
            date(2026, 8, 1),
            Both("方言、反讽须结合上下文判断。", "Dialect and irony are read in context."),
            revised(
                _COMMUNITY,
                clause(3, "禁止内容", "Prohibited content",
                       "不得发布违法信息、色情低俗内容、人身攻击和他人隐私；对方言、反讽和商品名称，应当结合上下文判断。",
                       "Illegal, obscene or abusive content and other people's private data may not be posted; dialect, irony and product "
                       "names are read in their context.", major=True),
            ),
        ),
    )),
)
