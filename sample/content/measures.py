# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""The sample platform's catalogue of measures on four axes, and what is put back when one is undone. Invented.

What does not belong here: when a measure is taken (scenarios) and how it is stored (the notices app).
"""

from dataclasses import dataclass

from sample.content.bilingual import Both


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """One kind of measure; `is_high_stakes` asks for the short time limit, because a livelihood stands still."""

    code: str
    axis: str
    label: Both
    restores: Both
    is_high_stakes: bool = False


V, M, S, A = "VISIBILITY", "MONETARY", "SERVICE", "ACCOUNT"

MEASURE_TYPES: tuple[MeasureKind, ...] = (
    MeasureKind("listing-removed", V, Both("商品下架", "Listing taken down"),
                Both("商品重新上架，可搜索、可购买", "The listing is back, can be found and bought")),
    MeasureKind("search-demoted", V, Both("搜索降权", "Ranked lower in search"),
                Both("恢复原搜索权重", "The former search weight is restored")),
    MeasureKind("content-hidden", V, Both("内容屏蔽", "Content hidden"),
                Both("内容恢复公开展示", "The content is shown to the public again")),
    MeasureKind("live-traffic-limited", V, Both("直播限流", "Livestream reach limited"),
                Both("恢复直播推荐流量", "The live room is recommended as before")),
    MeasureKind("shop-hidden-in-search", V, Both("店铺屏蔽搜索", "Shop hidden in search"),
                Both("店铺恢复可被搜索", "The shop can be found in search again"), is_high_stakes=True),
    MeasureKind("label-removed", V, Both("取消优选标识", "Quality badge withdrawn"),
                Both("恢复优选标识", "The quality badge is shown again")),
    MeasureKind("risk-label-shown", V, Both("展示风险提示", "Risk warning shown"),
                Both("撤下风险提示", "The risk warning is taken off")),
    MeasureKind("deposit-deducted", M, Both("扣除保证金", "Deposit deducted"),
                Both("退回已扣保证金", "The deducted deposit is paid back")),
    MeasureKind("funds-frozen", M, Both("资金冻结", "Funds frozen"),
                Both("解冻资金，恢复提现", "The funds are released and can be withdrawn"), is_high_stakes=True),
    MeasureKind("contract-penalty", M, Both("违约金", "Contractual penalty"),
                Both("退还违约金", "The penalty is paid back")),
    MeasureKind("coupon-voided", M, Both("优惠券作废", "Coupon voided"),
                Both("重新发放等额优惠券", "A coupon of the same value is issued again")),
    MeasureKind("compensation-charged", M, Both("划扣赔付款", "Compensation charged"),
                Both("退回划扣的赔付款", "The charged compensation is paid back")),
    MeasureKind("subsidy-reclaimed", M, Both("追回补贴", "Subsidy reclaimed"),
                Both("补贴重新入账", "The subsidy is credited again")),
    MeasureKind("commission-withheld", M, Both("佣金不予结算", "Commission withheld"),
                Both("补结算佣金", "The commission is paid out")),
    MeasureKind("points-cleared", M, Both("积分清零", "Loyalty points cleared"),
                Both("恢复积分", "The loyalty points are restored")),
    MeasureKind("publishing-barred", S, Both("禁止发布商品", "Publishing barred"),
                Both("恢复商品发布功能", "New listings can be published again")),
    MeasureKind("campaign-barred", S, Both("活动禁入", "Barred from campaigns"),
                Both("恢复活动报名资格", "Campaigns can be joined again")),
    MeasureKind("refund-privilege-withdrawn", S, Both("收回极速退款权限", "Instant-refund privilege withdrawn"),
                Both("恢复极速退款权限", "The instant-refund privilege is restored")),
    MeasureKind("support-limited", S, Both("客服工具限制", "Customer-service tools limited"),
                Both("恢复客服消息功能", "The messaging tools work again")),
    MeasureKind("live-barred", S, Both("暂停直播权限", "Livestreaming suspended"),
                Both("恢复开播权限", "The shop can go live again")),
    MeasureKind("purchase-limited", S, Both("限制购买", "Purchases limited"),
                Both("恢复正常购买", "Purchases are possible as before")),
    MeasureKind("review-barred", S, Both("限制评价功能", "Reviewing suspended"),
                Both("恢复评价功能", "Reviews can be written again")),
    MeasureKind("ads-barred", S, Both("暂停推广投放", "Advertising suspended"),
                Both("恢复推广投放", "Advertising runs again")),
    MeasureKind("shop-closed", A, Both("店铺关闭", "Shop closed"),
                Both("店铺恢复营业", "The shop is open again"), is_high_stakes=True),
    MeasureKind("account-frozen", A, Both("账号冻结", "Account frozen"),
                Both("账号解冻，恢复登录和交易", "The account is unfrozen: sign-in and trade work"), is_high_stakes=True),
    MeasureKind("points-deducted", A, Both("违规扣分", "Penalty points"),
                Both("扣分清除，记录更正", "The points are removed and the record corrected")),
    MeasureKind("speech-muted", A, Both("禁言", "Muted"),
                Both("解除禁言", "The account can speak again")),
    MeasureKind("service-score-reduced", A, Both("服务分扣减", "Service score reduced"),
                Both("恢复服务分", "The service score is restored")),
    MeasureKind("membership-downgraded", A, Both("会员降级", "Membership downgraded"),
                Both("恢复会员等级", "The membership level is restored")),
)

MEASURE_BY_CODE: dict[str, MeasureKind] = {kind.code: kind for kind in MEASURE_TYPES}
