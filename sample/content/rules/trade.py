# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Rules about carrying out trade: shipping, after-sale, honest trade, campaigns, deposits, service quality. Invented."""

from datetime import date

from sample.content.bilingual import Both
from sample.content.rules.shape import RulePlan, VersionPlan, clause, revised

_FULFILMENT = (
    clause(1, "适用范围", "Scope", "本规则适用于实物商品的发货和配送。", "This rule covers shipping and delivery of goods."),
    clause(2, "发货时限", "Time to ship",
           "除另有约定外，商家应当自付款之时起四十八小时内发货，以首条揽收记录为准。",
           "Unless agreed otherwise goods are shipped within 48 hours of payment; the first carrier scan counts.", major=True),
    clause(3, "延迟发货", "Late shipment",
           "超过时限发货的，按每单五元向消费者支付违约金，单店单日最高两千元。",
           "Late shipments cost CNY 5 per order, paid to the consumer, at most CNY 2,000 per shop and day.", major=True),
    clause(4, "虚假发货", "Sham shipment",
           "点击发货后二十四小时内无揽收记录，或者物流信息与实际不符的，为虚假发货。",
           "A shipment without a carrier scan 24 hours after it was declared, or with tracking that is not true, is a sham."),
    clause(5, "缺货", "Out of stock",
           "付款后无法供货的，按商品实付金额的百分之十支付违约金，每单不低于五元、不高于一百元。",
           "If paid goods cannot be supplied, 10 % of the price is due, at least CNY 5 and at most CNY 100 per order.", major=True),
    clause(6, "免责", "Excuses",
           "因自然灾害、交通管制、消费者地址有误等不可归责于商家的原因造成延迟的，提供证明后不予处置。",
           "Delay through natural disaster, traffic control, a wrong address and other causes beyond the merchant is not acted upon "
           "once shown."),
    clause(8, "处置", "Measures",
           "月度虚假发货率超过百分之三的，降低搜索权重七天、活动禁入十五天，并扣减服务分。",
           "A monthly sham rate above 3 % leads to lower search weight for seven days, fifteen days without campaigns and a lower "
           "service score.", major=True),
)
_AFTER_SALE = (
    clause(1, "适用范围", "Scope", "本规则适用于退货、换货、退款和维修。", "This rule covers returns, exchanges, refunds and repairs."),
    clause(2, "无理由退货", "Returns without reason",
           "除法定和经消费者逐单确认的例外外，商家应当支持签收次日起七日内无理由退货。",
           "Except for legal exceptions and those the consumer confirmed for that order, goods may be returned within seven days "
           "counted from the day after delivery.", major=True),
    clause(3, "处理时限", "Time to answer",
           "商家应当在四十八小时内处理退款申请，在收到退货后七日内退款。",
           "Refund requests are answered within 48 hours and paid within seven days of receiving the goods.", major=True),
    clause(4, "拒绝理由", "Reasons for refusal",
           "拒绝退款应当说明理由并提供凭证，不得以商品拆封为唯一理由拒绝。",
           "A refusal gives reasons and proof; opened packaging alone is no reason."),
    clause(5, "平台代付", "Payment by the platform",
           "商家逾期不履行处理结果的，平台可以从货款中划扣相应退款支付给消费者。",
           "If a merchant does not carry out a result in time, the platform may pay the refund out of its sales money.", major=True),
    clause(6, "运费", "Freight",
           "因质量问题退货的运费由商家承担；无理由退货的运费按约定承担。",
           "Freight for faulty goods falls on the merchant; for returns without reason it follows the agreement."),
    clause(7, "处置", "Measures",
           "无正当理由拖延、拒绝退款的，限制客服工具、取消优选标识并扣减服务分。",
           "Delay or refusal without good reason leads to limited service tools, loss of the quality badge and a lower service score.",
           major=True),
)
_FAIR = (
    clause(1, "适用范围", "Scope", "本规则适用于虚假交易、虚假评价和不正当竞争的治理。",
           "This rule deals with sham trades, sham reviews and unfair competition."),
    clause(2, "虚假交易", "Sham trades",
           "不得通过自买自卖、空包、代刷等方式虚增销量。",
           "Sales may not be inflated by buying from oneself, empty parcels or hired orders.", major=True),
    clause(3, "虚假评价", "Sham reviews",
           "不得以返现、免单等条件要求好评，不得编造、购买评价。",
           "Cash back or free orders may not be offered for good reviews, and reviews may not be invented or bought.", major=True),
    clause(4, "恶意竞争", "Hostile competition",
           "不得组织他人对竞争对手恶意下单、恶意差评、恶意投诉。",
           "Others may not be organised to place hostile orders, bad reviews or complaints against a competitor."),
    clause(5, "站外引流", "Steering off the platform",
           "不得引导消费者在禾市以外付款，以免失去交易保障。",
           "Consumers may not be steered to pay outside HeMart, where their payment is not protected.", major=True),
    clause(6, "认定", "How it is established",
           "认定虚假交易应当结合收货信息、物流重量、支付账户、设备等至少两类证据。",
           "A sham trade is established on at least two kinds of evidence, such as addresses, parcel weight, payer and device."),
    clause(7, "处置", "Measures",
           "虚假交易成立的，不计销量、降低搜索权重；情节严重的，冻结涉案货款、扣除保证金或者关闭店铺。",
           "Established sham sales are not counted and lower the search weight; in grave cases the money is frozen, the deposit "
           "deducted or the shop closed.", major=True),
)
_CAMPAIGN = (
    clause(1, "适用范围", "Scope", "本规则适用于平台营销活动、补贴和优惠券。",
           "This rule covers platform campaigns, subsidies and coupons."),
    clause(2, "报名资格", "Eligibility",
           "店铺服务分不低于八十分、近三十天无严重违规的，可以报名活动。",
           "Shops with a service score of at least 80 and no grave breach in thirty days may join."),
    clause(3, "价格承诺", "Price promise",
           "活动期间的成交价不得高于报名价，活动前七天不得提价。",
           "The campaign price may not exceed the price given, and prices may not rise in the seven days before.", major=True),
    clause(4, "补贴使用", "Use of subsidies",
           "平台补贴应当用于让利给真实消费者，不得通过自买套取。",
           "Subsidies go to real consumers and may not be drawn by buying from oneself.", major=True),
    clause(5, "优惠券", "Coupons",
           "优惠券限本人合理自用，不得批量领取、倒卖或者利用系统漏洞使用。",
           "Coupons are for one's own reasonable use; they may not be collected in bulk, resold or used through a system error.",
           major=True),
    clause(6, "中途退出", "Leaving early",
           "报名后无正当理由退出活动的，三十天内不得报名同类活动。",
           "Whoever leaves a campaign without good reason may not join one of its kind for thirty days."),
    clause(7, "处置", "Measures",
           "违反价格承诺的，取消活动资格并按高出部分向消费者退差；套取补贴的，追回补贴；违规领取的优惠券作废。",
           "Breaking the price promise ends participation and the difference is refunded; drawn subsidies are reclaimed; coupons "
           "obtained against this rule are voided.", major=True),
)
_DEPOSIT = (
    clause(1, "适用范围", "Scope", "本规则适用于保证金的缴存、扣除、退还和货款的冻结。",
           "This rule covers paying in, deducting and returning deposits and freezing sales money."),
    clause(2, "缴存", "Paying in",
           "保证金按类目缴存，低于标准的应当在十日内补足。",
           "The deposit depends on the category; a shortfall is made up within ten days."),
    clause(3, "扣除", "Deduction",
           "扣除保证金应当写明所依据的条款、计算方法和涉案订单，不得超过相应条款的上限。",
           "A deduction names the clause, the calculation and the orders concerned and may not exceed the cap of that clause.",
           major=True),
    clause(4, "冻结", "Freezing",
           "有证据显示存在售假、虚假交易或者大额售后风险的，可以冻结与涉案订单相当的货款，最长三十天。",
           "Where evidence shows fakes, sham trades or large after-sale risks, money equal to the orders concerned may be frozen for "
           "at most thirty days.", major=True),
    clause(5, "补足", "Making up",
           "逾期未补足保证金的，暂停发布商品，直至补足。",
           "If the shortfall is not made up in time, publishing is suspended until it is."),
    clause(6, "退还", "Return",
           "商家退出经营的，在售后期满且无未结纠纷后十五日内退还。",
           "On leaving, the deposit is returned within fifteen days once the after-sale period is over and no dispute is open."),
)
_SERVICE = (
    clause(1, "适用范围", "Scope", "本规则适用于商家客服、推广和直播以外的服务质量管理。",
           "This rule covers customer service, advertising and service quality outside livestreams."),
    clause(2, "客服响应", "Answering",
           "每日九时至二十一时，客服应当在三分钟内首次响应，月平均响应率不低于百分之八十五。",
           "From 9:00 to 21:00 a first answer comes within three minutes; the monthly rate is at least 85 %."),
    clause(3, "文明服务", "Courtesy",
           "不得辱骂、威胁、骚扰消费者，不得泄露消费者信息。",
           "Consumers may not be insulted, threatened or harassed, and their data may not be disclosed.", major=True),
    clause(4, "承诺兑现", "Keeping promises",
           "在页面、聊天中作出的承诺应当兑现。",
           "Promises made on the page or in chat are kept."),
    clause(5, "群发消息", "Mass messages",
           "未经同意，不得向消费者群发营销消息。",
           "Marketing messages may not be sent in bulk without consent."),
    clause(6, "推广内容", "Advertising content",
           "推广落地页应当与广告内容一致，不得引流至与广告无关的商品。",
           "The landing page matches the ad and does not lead to unrelated goods."),
    clause(7, "处置", "Measures",
           "违反本规则的，限制客服工具一至七天、暂停推广投放、扣减服务分；情节严重的，店铺屏蔽搜索。",
           "Breaches lead to one to seven days of limited service tools, a stop of advertising, a lower score; in grave cases the shop "
           "is hidden in search.", major=True),
)
_LIVE = (
    clause(1, "适用范围", "Scope", "本规则适用于在禾市开展的直播营销活动。", "This rule covers livestream selling on HeMart."),
    clause(2, "经营者公示", "Who sells",
           "直播间应当持续展示实际经营者名称。",
           "The live room shows the name of the actual seller all the time.", major=True),
    clause(3, "真实演示", "True demonstration",
           "主播应当使用所售同款商品演示，不得使用替代品。",
           "The host demonstrates with the goods on sale and no substitutes."),
    clause(4, "话术", "What hosts say",
           "不得虚构限时限量、虚构抢购人数，不得贬低竞争对手。",
           "Time limits, quantities and numbers of buyers may not be invented and competitors may not be run down."),
    clause(5, "未成年人", "Minors",
           "不得诱导未成年人打赏、购物。",
           "Minors may not be led to tip or to buy.", major=True),
    clause(6, "挂机录播", "Recorded streams",
           "不得以录播冒充直播。",
           "A recording may not be passed off as live."),
    clause(7, "处置", "Measures",
           "违反本规则的，直播限流一至七天、暂停直播权限一至三十天，相应佣金不予结算。",
           "Breaches lead to one to seven days of limited reach, one to thirty days without livestreams, and the commission concerned is "
           "withheld.", major=True),
)

RULES: tuple[RulePlan, ...] = (
    RulePlan("fulfilment", Both("发货与物流服务规则", "Shipping Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _FULFILMENT),
        VersionPlan(
            date(2026, 5, 1),
            Both("违约金改为按金额比例并降低上限；物流异常自动豁免。",
                 "The penalty follows the price and has a lower cap; carrier trouble is excused automatically."),
            revised(
                _FULFILMENT,
                clause(3, "延迟发货", "Late shipment",
                       "超过时限发货的，按每单实付金额的百分之五向消费者支付违约金，单店单日最高一千五百元。",
                       "Late shipments cost 5 % of what was paid for each order, paid to the consumer, at most CNY 1,500 per shop and day.",
                       major=True),
                clause(7, "物流异常", "Carrier trouble",
                       "平台确认的区域性物流异常期间，相关订单的时限自动顺延，商家无需举证。",
                       "During regional carrier trouble confirmed by the platform time limits move by themselves; the merchant proves "
                       "nothing."),
            ),
        ),
    )),
    RulePlan("after-sale", Both("售后与退款服务规则", "After-Sale and Refund Rule"), (
        VersionPlan(date(2025, 8, 1), Both("首次发布。", "First version."), _AFTER_SALE),
        VersionPlan(
            date(2026, 2, 1),
            Both("明确不得强制商家退款不退货；新增验货视频。",
                 "States that refunds without return are never forced on merchants; inspection films are new."),
            revised(
                _AFTER_SALE,
                clause(5, "平台代付", "Payment by the platform",
                       "商家逾期不履行处理结果的，平台可以从货款中划扣相应退款支付给消费者；未经商家同意，不得要求其退款不退货。",
                       "If a merchant does not carry out a result in time, the platform may pay the refund out of its sales money; refunds "
                       "without return are not asked of a merchant who did not agree.", major=True),
                clause(8, "验货视频", "Inspection film",
                       "商家以退回商品不完好为由拒绝退款的，应当提供连续的拆包验货视频。",
                       "A merchant who refuses because the goods came back damaged shows an uncut film of the unpacking."),
            ),
        ),
    )),
    RulePlan("fair-trade", Both("诚信经营与虚假交易治理规则", "Honest Trade Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _FAIR),
        VersionPlan(
            date(2026, 2, 1),
            Both("写明亲友正常购买不属于虚假交易；扣款写明比例和上限。",
                 "Normal purchases by relatives are not sham trades; deductions have a rate and a cap."),
            revised(
                _FAIR,
                clause(2, "虚假交易", "Sham trades",
                       "不得通过自买自卖、空包、代刷等方式虚增销量；亲友、员工真实付款并实际收货自用的，不属于虚假交易。",
                       "Sales may not be inflated by buying from oneself, empty parcels or hired orders; relatives and staff who really pay "
                       "and receive goods for their own use are not sham buyers.", major=True),
                clause(7, "处置", "Measures",
                       "虚假交易成立的，不计销量、降低搜索权重；情节严重的，冻结涉案货款，按涉案订单金额的百分之十扣除保证金"
                       "（最高两万元），或者关闭店铺。",
                       "Established sham sales are not counted and lower the search weight; in grave cases the money is frozen, 10 % of the "
                       "orders concerned is deducted from the deposit (at most CNY 20,000), or the shop is closed.", major=True),
            ),
        ),
    )),
    RulePlan("campaign", Both("营销活动与优惠券规则", "Campaign and Coupon Rule"), (
        VersionPlan(date(2025, 9, 1), Both("首次发布。", "First version."), _CAMPAIGN),
        VersionPlan(
            date(2026, 5, 20),
            Both("优惠券家庭共用不视为批量领取。", "Sharing coupons within a household is not bulk collecting."),
            revised(
                _CAMPAIGN,
                clause(5, "优惠券", "Coupons",
                       "优惠券限本人和同住家人合理自用，不得批量领取、倒卖或者利用系统漏洞使用；同一家庭三个以内账号分别领取的，"
                       "不视为批量领取。",
                       "Coupons are for the reasonable use of oneself and one's household; they may not be collected in bulk, resold or used "
                       "through a system error. Up to three accounts of one household are not bulk.", major=True),
            ),
        ),
        VersionPlan(
            date(2026, 10, 10),
            Both("双十一活动增补：新增库存锁定。", "Added for the November campaign: locked stock."),
            revised(
                _CAMPAIGN,
                clause(5, "优惠券", "Coupons",
                       "优惠券限本人和同住家人合理自用，不得批量领取、倒卖或者利用系统漏洞使用；同一家庭三个以内账号分别领取的，"
                       "不视为批量领取。平台系统差错造成的，只作废未使用部分。",
                       "Coupons are for the reasonable use of oneself and one's household; they may not be collected in bulk, resold or used "
                       "through a system error. Up to three accounts of one household are not bulk. Where our system erred, only what is "
                       "unused is voided.", major=True),
                clause(8, "库存锁定", "Locked stock",
                       "活动报名库存在活动期间锁定，不得无故减少。",
                       "Stock entered for a campaign is locked and may not be cut without reason."),
            ),
        ),
    )),
    RulePlan("deposit-funds", Both("保证金与资金管理规则", "Deposit and Funds Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _DEPOSIT),
        VersionPlan(
            date(2026, 2, 1),
            Both("冻结期由三十天缩短为十五天，逐笔列明订单。", "Freezes last fifteen days instead of thirty and list every order."),
            revised(
                _DEPOSIT,
                clause(4, "冻结", "Freezing",
                       "有证据显示存在售假、虚假交易或者大额售后风险的，可以冻结与涉案订单相当的货款，最长十五天；"
                       "冻结通知应当逐笔列明订单。",
                       "Where evidence shows fakes, sham trades or large after-sale risks, money equal to the orders concerned may be frozen "
                       "for at most fifteen days; the notice lists every order.", major=True),
            ),
        ),
    )),
    RulePlan("merchant-service", Both("商家服务质量规则", "Merchant Service Quality Rule"), (
        VersionPlan(date(2025, 10, 1), Both("首次发布。", "First version."), _SERVICE),
        VersionPlan(
            date(2026, 7, 1),
            Both("响应率剔除凌晨和节假日；新增误判更正。", "Nights and holidays no longer count; corrections of errors are new."),
            revised(
                _SERVICE,
                clause(2, "客服响应", "Answering",
                       "每日九时至二十一时（法定节假日除外），客服应当在三分钟内首次响应，月平均响应率不低于百分之八十五。",
                       "From 9:00 to 21:00, public holidays excepted, a first answer comes within three minutes; the monthly rate is at least "
                       "85 %."),
                clause(8, "误判更正", "Correction",
                       "因平台统计差错造成的扣分，查明后三日内更正。",
                       "Points lost through an error in our statistics are corrected within three days of finding it."),
            ),
        ),
    )),
    RulePlan("live-streaming", Both("直播营销管理规则", "Livestream Selling Rule"), (
        VersionPlan(date(2025, 11, 1), Both("首次发布。", "First version."), _LIVE),
        VersionPlan(
            date(2026, 6, 1),
            Both("数字人直播应当标识。", "Digital hosts must be labelled."),
            revised(
                _LIVE,
                clause(6, "录播与数字人", "Recordings and digital hosts",
                       "不得以录播冒充直播；使用数字人的，应当全程显著标识。",
                       "A recording may not be passed off as live; a digital host is labelled prominently throughout."),
            ),
        ),
    )),
)
