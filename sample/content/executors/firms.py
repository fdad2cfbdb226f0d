# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Four organisations and two individuals whom the invented marketplace entrusts with carrying out its rules.

What does not belong here: their people's names (people.py) and what they did (acts.py).
"""

from datetime import date

from sample.content.bilingual import Both
from sample.content.executors.shape import FirmPlan, MandatePlan, PersonPlan, SubProcessorPlan, TermsPlan, Turn

LISTING_RULES = ("advertising", "listing-quality", "prohibited-goods", "live-streaming")
CAMPAIGN_CHANGED = date(2026, 10, 10)
QINGYUAN_FIRST = {"listing-removed": 2, "content-hidden": 1, "points-deducted": 2}
QINGYUAN_NOW = QINGYUAN_FIRST | {"search-demoted": 1, "service-score-reduced": 1, "publishing-barred": 2, "live-traffic-limited": 1}
ANHE_TRADES = ("女装", "箱包皮具", "鞋靴", "珠宝首饰", "小家电", "母婴用品", "玩具", "手机配件", "美妆护肤", "耳机音响", "个人消费者")

_DELETED = "delete"

FIRMS: tuple[FirmPlan, ...] = (
    FirmPlan(
        key="qingyuan", kind="ORGANISATION", contract_number="HT-2026-0117", began=300, term=700,
        terms=TermsPlan(
            Both("审核商品页面、直播和社区内容是否符合平台规则", "Reviewing listings, livestreams and posts against the platform's rules"),
            Both("在平台审核台上逐件查看，不得下载、截屏或者转出", "Case by case on the platform's desk; no download, screenshot or transfer"),
            Both("商品页面、直播画面、店铺编号；不含买家信息", "Product pages, live pictures, shop numbers; nothing of buyers"),
            Both("专用终端，双因素登录，操作留痕，每季度抽查", "Dedicated terminals, two-factor sign-in, logged work, checked every quarter"),
            _DELETED,
        ),
        sub_processors=(
            SubProcessorPlan("yehang", Both("夜航图片初审工作室", "Night Sailing Picture Review"), Both("夜间时段的图片初审", "First review of pictures at night"), True),
            SubProcessorPlan("zhongbao", Both("众包标注平台“快标”", "Crowd labelling platform Kuaibiao"), Both("将商品图片转交众包人员标注", "Passing product pictures to crowd workers"), False),
            SubProcessorPlan("chengyun", Both("澄云语音转写", "Chengyun Speech to Text"), Both("直播语音转写", "Transcribing livestreams"), None),
        ),
        pay=(
            ("PER_CASE", Both("每件按复杂程度计价，处置与否同价", "A price per case by its complexity, the same with or without a measure")),
            ("ACCURACY", Both("双盲复核一致率达到98%的月份，件价上浮百分之五", "Five per cent more in months with 98 % agreement in blind second looks")),
        ),
        mandates=(
            MandatePlan(292, QINGYUAN_FIRST, LISTING_RULES[:2]),
            MandatePlan(260, QINGYUAN_NOW, LISTING_RULES),
        ),
        people=(
            PersonPlan("qingyuan_bai", ("advertising", "listing-quality"), is_lead=True),
            PersonPlan("qingyuan_mo", LISTING_RULES, failed_first=("prohibited-goods",)),
            PersonPlan("qingyuan_fang", LISTING_RULES),
            PersonPlan("qingyuan_deng", ("live-streaming",), is_lead=True),
            PersonPlan("qingyuan_hu", ("live-streaming", "advertising"), sub_processor="yehang"),
            PersonPlan("qingyuan_lao", ("advertising",), left=90),
        ),
    ),
    FirmPlan(
        key="anhe", kind="ORGANISATION", contract_number="HT-2026-0203", began=280, term=500,
        terms=TermsPlan(
            Both("商品抽检、送检与依据报告处置", "Spot checks of goods, laboratory tests, and measures that rest on the report"),
            Both("在平台提供的抽检系统中登记样品和报告", "Samples and reports are entered in the platform's own system"),
            Both("商品、店铺编号、抽检订单号", "Goods, shop numbers, numbers of test orders"),
            Both("样品封存，报告加盖电子签章，专人保管", "Sealed samples, signed reports, named keepers"),
            "return",
        ),
        pay=(("HOURLY", Both("按核定工时结算，与抽检结论无关", "By approved hours, whatever the result")),),
        mandates=(
            MandatePlan(
                272,
                {"listing-removed": 2, "points-deducted": 2, "risk-label-shown": 2, "deposit-deducted": 3,
                 "refund-privilege-withdrawn": 2, "purchase-limited": 2},
                ("advertising", "listing-quality", "prohibited-goods", "brand-ip", "consumer-conduct"),
                categories=ANHE_TRADES, ceiling_minor=5_000_000,
            ),
        ),
        people=(
            PersonPlan("anhe_ren", ("brand-ip", "listing-quality"), is_lead=True),
            PersonPlan("anhe_tao", ("advertising", "listing-quality", "prohibited-goods", "brand-ip", "consumer-conduct")),
        ),
        turns=(
            Turn(170, "suspend", Both("季度检查发现抽检样品未按约定封存，整改期间暂停执行。", "The quarterly check found samples unsealed; no measures while this is put right.")),
            Turn(158, "reinstate", Both("封存流程已整改并复查合格，恢复执行。", "Sealing was put right and checked again; it may act.")),
        ),
        tool=Both("抽检系统 2.8", "Spot check system 2.8"),
    ),
    FirmPlan(
        key="meridian", kind="ORGANISATION", contract_number="HT-2026-0311", began=150, term=365,
        terms=TermsPlan(
            Both("用模型识别虚假交易和虚假评价，由其人员核对后处置", "Finding sham trades and reviews with a model; its people check and act"),
            Both("数据在平台隔离区内处理，模型输出回传", "Data are processed in the platform's enclave; only the model's output leaves"),
            Both("订单号、评价文字、店铺编号", "Order numbers, texts of reviews, shop numbers"),
            Both("加密存储，不用于训练其他客户的模型", "Encrypted at rest, never used to train a model for others"),
            _DELETED,
        ),
        pay=(("TIMELINESS", Both("按时完成率达到约定的月份全额结算", "Paid in full in months in which the agreed timeliness is met")),),
        mandates=(
            MandatePlan(142, {"search-demoted": 2, "points-deducted": 2, "ads-barred": 2}, ("fair-trade",)),
        ),
        people=(
            PersonPlan("meridian_cole", ("fair-trade",), is_lead=True),
            PersonPlan("meridian_park", ("fair-trade",)),
        ),
        tool=Both("Meridian TrustModel 3.2", "Meridian TrustModel 3.2"),
    ),
    FirmPlan(
        key="yunfan", kind="ORGANISATION", contract_number="HT-2026-0288", began=135, term=900, anchor=CAMPAIGN_CHANGED,
        terms=TermsPlan(
            Both("营销活动巡检和补贴核对", "Patrolling campaigns and checking subsidies"),
            Both("在平台后台查看活动订单", "Campaign orders are read on the platform's desk"),
            Both("订单号、金额、活动报名信息", "Order numbers, sums, entries to campaigns"),
            Both("专用账号，离岗锁屏，操作留痕", "Own accounts, locked screens, logged work"),
            _DELETED,
        ),
        pay=(("PER_CASE", Both("按核对的订单数计价", "By the number of orders checked")),),
        mandates=(
            MandatePlan(126, {"subsidy-reclaimed": 2, "campaign-barred": 2}, ("campaign",), ceiling_minor=1_000_000),
        ),
        people=(
            PersonPlan("yunfan_lu", ("campaign",), is_lead=True, until=CAMPAIGN_CHANGED),
            PersonPlan("yunfan_qi", ("campaign",), until=CAMPAIGN_CHANGED),
        ),
        tool=Both("活动巡检台 1.6", "Campaign patrol desk 1.6"),
    ),
    FirmPlan(
        key="zheng", kind="INDIVIDUAL", contract_number="GR-2026-0042", began=210, term=400,
        terms=TermsPlan(
            Both("核查退货争议中的称重和开箱视频", "Checking weights and films of unpacking in disputes about returns"),
            Both("在平台核查页面在线查看，不得保存", "Online on the platform's page; nothing is kept"),
            Both("退货单号、称重记录、视频（人脸已遮挡）", "Return numbers, weights, films with faces covered"),
            Both("实名账号，水印，逐次授权", "Account in one's own name, watermark, leave for each case"),
            _DELETED,
        ),
        pay=(("PER_CASE", Both("每件固定报酬，与结论无关", "A fixed fee per case, whatever the result")),),
        mandates=(
            MandatePlan(200, {"refund-privilege-withdrawn": 2, "purchase-limited": 2}, ("consumer-conduct",)),
        ),
        people=(PersonPlan("zhengyiming", ("consumer-conduct",), is_lead=True),),
        tool=Both("退货核查页 1.2", "Return check page 1.2"),
    ),
    FirmPlan(
        key="suhe", kind="INDIVIDUAL", contract_number="GR-2026-0077", began=9, term=365,
        terms=TermsPlan(
            Both("社区和直播内容巡检", "Patrolling posts and livestreams"),
            Both("在平台巡检页面在线查看，不得保存", "Online on the platform's page; nothing is kept"),
            Both("帖子、直播画面", "Posts, live pictures"),
            Both("实名账号，水印", "Account in one's own name, watermark"),
            _DELETED,
        ),
        people=(PersonPlan("suhe", is_lead=True),),
    ),
)
FIRM_BY_KEY: dict[str, FirmPlan] = {firm.key: firm for firm in FIRMS}
FIRM_OF_PERSON: dict[str, FirmPlan] = {person.username: firm for firm in FIRMS for person in firm.people}
TRAINING, UNFINISHED = "suhe", "live-streaming"
"""The individual in training, and the rule on which a test is open: one was failed, one is half answered."""
