# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Words that scenarios share: what each measure does, how each object is named, and the tools that find or decide."""

from dataclasses import dataclass

from sample.content.bilingual import Both


@dataclass(frozen=True, slots=True)
class ObjectWords:
    ref: str
    label: Both


OBJECTS: dict[str, ObjectWords] = {
    "listing": ObjectWords("{listing}", Both("商品 {listing}（{product}）", "listing {listing} ({product})")),
    "shop": ObjectWords("{party_ref}", Both("店铺“{party}”", "shop “{party}”")),
    "account": ObjectWords("{party_ref}", Both("账号 {party_ref}", "account {party_ref}")),
    "order": ObjectWords("{order}", Both("订单 {order}", "order {order}")),
    "live": ObjectWords("{live}", Both("直播间 {live}", "live room {live}")),
    "deposit": ObjectWords("BZJ-{party_ref}", Both("店铺“{party}”的保证金", "deposit of the shop “{party}”")),
    "balance": ObjectWords("HK-{party_ref}", Both("店铺“{party}”的货款账户", "sales account of the shop “{party}”")),
    "coupon": ObjectWords("{coupon}", Both("优惠券 {coupon}", "coupon {coupon}")),
    "points": ObjectWords("JF-{party_ref}", Both("账号 {party_ref} 的积分", "loyalty points of account {party_ref}")),
    "content": ObjectWords("{content}", Both("内容 {content}", "content {content}")),
    "campaign": ObjectWords("{campaign_ref}", Both("活动 {campaign_ref}", "campaign {campaign_ref}")),
}

SCOPES: dict[str, Both] = {
    "listing-removed": Both("商品不可搜索、不可购买，已付款订单照常履行。", "The listing cannot be found or bought; paid orders are carried out."),
    "search-demoted": Both("在搜索和推荐结果中的排序降低，直达链接仍可购买。", "It ranks lower in search and recommendations; the direct link still works."),
    "content-hidden": Both("该内容仅发布者本人可见。", "Only its author can see this content."),
    "live-traffic-limited": Both("直播间不进入推荐流量，粉丝仍可进入。", "The live room is not recommended; followers can still enter."),
    "shop-hidden-in-search": Both("店铺及其全部商品不出现在搜索结果中，老客可从订单进入。", "The shop and all its goods leave search results; former buyers can enter from their orders."),
    "label-removed": Both("店铺和商品页不再显示“禾市优选”标识。", "The “HeMart Select” badge is no longer shown on the shop and its goods."),
    "risk-label-shown": Both("商品页显示“抽检不合格，请谨慎购买”提示。", "The product page shows “failed a spot check, buy with care”."),
    "deposit-deducted": Both("从保证金中扣除 {amount}。", "{amount} is deducted from the deposit."),
    "funds-frozen": Both("货款 {amount} 暂不可提现，新订单的货款不受影响。", "{amount} of sales money cannot be withdrawn for now; money from new orders is not touched."),
    "contract-penalty": Both("从货款中支付违约金 {amount}，已转入相关消费者账户。", "A penalty of {amount} is paid from sales money to the consumers concerned."),
    "coupon-voided": Both("价值 {amount} 的未使用优惠券作废。", "Unused coupons worth {amount} are voided."),
    "compensation-charged": Both("从货款中划扣 {amount} 支付给消费者。", "{amount} is taken from sales money and paid to the consumer."),
    "subsidy-reclaimed": Both("从货款中追回平台补贴 {amount}。", "Platform subsidies of {amount} are reclaimed from sales money."),
    "commission-withheld": Both("本场直播佣金 {amount} 不予结算。", "The commission of {amount} for this stream is withheld."),
    "points-cleared": Both("价值 {amount} 的积分清零，其余积分不受影响。", "Points worth {amount} are cleared; the other points stay."),
    "publishing-barred": Both("不可发布新商品，在售商品不受影响。", "No new listings; goods on sale are not touched."),
    "campaign-barred": Both("不可报名平台活动，已结束的活动不受影响。", "Campaigns cannot be joined; finished ones are not touched."),
    "refund-privilege-withdrawn": Both("退款改为商家收货后到账，依法退货的权利不受影响。", "Refunds arrive after the shop has the goods; the legal right to return stays."),
    "support-limited": Both("客服消息每小时最多发送三十条，不能主动发起会话。", "At most thirty messages an hour, and conversations cannot be started."),
    "live-barred": Both("不可开播，直播回放不受影响。", "No new streams; recordings are not touched."),
    "purchase-limited": Both("活动商品每日限购一件，普通商品不受影响。", "One campaign item a day; other goods are not limited."),
    "review-barred": Both("不可发布新评价和追评，已有评价保留。", "No new reviews; existing ones stay."),
    "ads-barred": Both("站内推广计划暂停，未消耗的推广费余额保留。", "On-site advertising is paused; the unspent budget stays."),
    "shop-closed": Both("店铺停止营业，不能接受新订单；未完成订单应当继续履行，售后入口保留。", "The shop takes no new orders; open orders are carried out and after-sale service stays open."),
    "account-frozen": Both("账号不可下单、提现和发布，可以登录查看通知和申诉。", "No orders, withdrawals or posts; signing in to read notices and to appeal is possible."),
    "points-deducted": Both("记违规分 {points} 分，至本自然年结束清零。", "{points} penalty points, cleared at the end of the calendar year."),
    "speech-muted": Both("不可发布帖子、问答和聊天消息，购物和售后沟通不受影响。", "No posts, answers or chat; buying and after-sale messages are not touched."),
    "service-score-reduced": Both("店铺服务分扣减 {score} 分。", "The shop's service score falls by {score} points."),
    "membership-downgraded": Both("会员等级由{level_from}调整为{level_to}，申诉期间不执行。", "Membership moves from {level_from} to {level_to}; not carried out during an appeal."),
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A machine that finds or decides, with what it looked at and what it did not."""

    name: Both
    data_used: Both
    data_not_used: Both


TOOLS: dict[str, Tool] = {
    "ad-scan": Tool(
        Both("广告用语巡检 ad-scan 3.2", "advertising text scan ad-scan 3.2"),
        Both("商品标题、主图文字、详情页文字", "title, text in the main picture, text of the product page"),
        Both("商家历史违规记录、销量", "the shop's past record, sales"),
    ),
    "listing-check": Tool(
        Both("商品信息核查 listing-check 2.7", "listing check listing-check 2.7"),
        Both("商品属性、图片、类目、修改记录", "attributes, pictures, category, history of changes"),
        Both("消费者身份、聊天内容", "who the consumers are, chat messages"),
    ),
    "goods-guard": Tool(
        Both("禁限售识别 goods-guard 5.0", "prohibited goods detection goods-guard 5.0"),
        Both("商品图片、文字、资质库", "pictures, text, licence store"),
        Both("商家成交额、店铺等级", "turnover, shop level"),
    ),
    "ship-clock": Tool(
        Both("发货时效统计 ship-clock 1.9", "shipping clock ship-clock 1.9"),
        Both("付款时间、揽收时间、物流轨迹", "time of payment, first scan, tracking"),
        Both("商家与消费者的聊天、天气", "chat between shop and buyer, the weather"),
    ),
    "trade-graph": Tool(
        Both("交易关系图谱 trade-graph 4.1", "trade graph trade-graph 4.1"),
        Both("收货地址、支付账户、设备、包裹重量", "addresses, payers, devices, parcel weights"),
        Both("聊天内容、商品评价内容", "chat messages, text of reviews"),
    ),
    "live-watch": Tool(
        Both("直播巡检 live-watch 2.3", "livestream watch live-watch 2.3"),
        Both("直播画面、语音转写、挂载商品", "picture, transcript, goods on show"),
        Both("观众身份、打赏记录", "who watched, tips"),
    ),
    "service-meter": Tool(
        Both("服务质量统计 service-meter 3.0", "service meter service-meter 3.0"),
        Both("会话时间、退款单处理时间", "times of messages and refund steps"),
        Both("会话文字内容", "the words of the messages"),
    ),
    "promo-guard": Tool(
        Both("活动风控 promo-guard 6.4", "campaign risk control promo-guard 6.4"),
        Both("领券记录、价格变动、设备与收货地址", "coupon records, price changes, devices and addresses"),
        Both("年龄、性别、聊天内容", "age, sex, chat messages"),
    ),
    "account-shield": Tool(
        Both("账号安全 account-shield 7.2", "account security account-shield 7.2"),
        Both("登录地点、设备、登录频率", "place, device and frequency of sign-in"),
        Both("购买内容、余额", "what was bought, balance"),
    ),
    "return-check": Tool(
        Both("退货核验 return-check 2.0", "return check return-check 2.0"),
        Both("退货包裹重量、验货结果、退货次数", "weight of returns, results of inspection, number of returns"),
        Both("消费金额、会员等级、投诉记录", "money spent, membership level, complaints"),
    ),
    "text-review": Tool(
        Both("文本内容审核 text-review 8.1", "text moderation text-review 8.1"),
        Both("评价、帖子和聊天的文字与图片", "text and pictures of reviews, posts and chat"),
        Both("评分高低、购买金额", "number of stars, money spent"),
    ),
}

DECISION_TOOL = Both("处置引擎 policy-engine 5.1", "measure engine policy-engine 5.1")
