# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""What the sample's executors carried out, were told to do, and what came of it when it was overturned.

Ordinary work is drawn from a few scenarios; each case that shows something is written out. What people say stands in
the language in which they say it. What does not belong here: who they are (firms.py).
"""

from itertools import cycle, islice

from sample.content.bilingual import Both
from sample.content.executors.shape import ActPlan, InstructionPlan, step
from sample.content.scenarios import SCENARIO_BY_CODE

LISTINGS, LIVE = Both("商品队列", "Listings queue"), Both("直播队列", "Livestream queue")
CHECKS, RETURNS = Both("抽检队列", "Spot checks"), Both("退货核查队列", "Return checks")
FAIR, CAMPAIGNS = Both("虚假交易队列", "Sham trades"), Both("活动巡检队列", "Campaign patrol")
NIGHT = Both("夜班", "Night shift")

UPHELD = (
    ("ad-cure-claim", "rule_not_applicable"),
    ("listing-swapped", "facts_wrong"),
    ("stock-bait", "evidence_wrong"),
    ("protected-species", "facts_wrong"),
    ("ad-test-report", "authorised"),
    ("listing-material", "evidence_wrong"),
)
"""Scenarios of the listings queue whose appeals were not followed."""


def _ordinary(number: int, first: int, last: int) -> tuple[ActPlan, ...]:
    """So many decided cases of the large firm, between `first` and `last` days ago, in turn by two of its people."""
    scenarios = list(islice(cycle(UPHELD), number))
    people = cycle(("qingyuan_mo", "qingyuan_fang", "qingyuan_mo"))
    rows = []
    for place, ((code, ground), person) in enumerate(zip(scenarios, people, strict=False)):
        parties = SCENARIO_BY_CODE[code].parties
        rows.append(
            ActPlan(
                key=f"ordinary-{place + 1}",
                person=person,
                scenario=code,
                days_ago=first - place * (first - last) // number,
                party=parties[place // len(UPHELD) % len(parties)],
                ground=ground,
                queue=LISTINGS,
            )
        )
    return tuple(rows)


QINGYUAN: tuple[ActPlan, ...] = (
    *_ordinary(28, 240, 24),
    # Somebody who has left by now did this.
    ActPlan(key="left-behind", person="qingyuan_lao", scenario="ad-cure-claim", days_ago=150, party="linjia", queue=LISTINGS, drawn=True,
            seen=("", "页面写有“调理血压”，属于普通食品的功效宣传，我也会下架。")),
    ActPlan(
        key="national-level-settled", person="qingyuan_mo", scenario="ad-national-level", days_ago=120, party="shanye", ground="authorised", queue=LISTINGS,
        steps=(
            step(20, "explain", text="当班按词表命中处理，没有点开检测报告附件。该词出自国家标准名称，属于引用。"),
            step(70, "find", outcome="IMPROPER", error_class="WRONG_FACT", reasons="页面下方附有标准编号和报告，提交处置前未打开。规则第八条的例外写得清楚。",
                 step="提交前须打开页面全部附件；词表命中只作为线索。"),
            step(90, "compensate", amount_minor=32_000, reference="PAY-SAMPLE-0031", words="下架两日的营业损失，按前三十日日均计算。"),
            step(96, "claim", amount_minor=32_000, words="按服务合同第十二条，因未核对附件造成的赔偿由受托方承担。"),
            step(250, "pay", amount_minor=12_000, reference="QY-SAMPLE-118", words="首期款。"),
            step(400, "settle", amount_minor=20_000, reference="QY-SAMPLE-131", words="双方确认，余款已到账。"),
            step(401, "close"),
        ),
    ),
    ActPlan(
        key="code-words-contested", person="qingyuan_fang", scenario="evasion-code-words", days_ago=19, party="laozhou", ground="facts_wrong", queue=LISTINGS,
        steps=(
            step(30, "explain", text="命中词为平台下发词库 2026-10 版，审核台未显示上下文，我按流程点了确认。"),
            step(80, "find", outcome="IMPROPER", error_class="WRONG_FACT", reasons="词库只作提示，审核指引要求阅读前后文；该词在汽配行业是常用叫法。",
                 step="复核词库命中须填写上下文理由。"),
            step(110, "contest", reasons="审核台 4.1 在该时段未显示上下文，属工具缺陷；截图已随说明提交，认定未作评价。"),
        ),
    ),
    ActPlan(
        key="live-unexplained", person="qingyuan_hu", scenario="live-substitute", days_ago=13, party="tangtang", ground="facts_wrong",
        queue=LIVE, shift=NIGHT, instruction="patrol-live",
    ),
    ActPlan(
        key="label-explained", person="qingyuan_mo", scenario="listing-food-label", days_ago=8, party="xiaoman", ground="facts_wrong", queue=LISTINGS,
        steps=(
            step(28, "explain", text="我看的是移动端缩略图，标签在第二屏。已请组长把详情页全图设为必看项。"),
        ),
    ),
    ActPlan(
        key="national-level-opened", person="qingyuan_mo", scenario="ad-national-level", days_ago=3, party="linjia", ground="authorised", queue=LISTINGS,
    ),
    ActPlan(
        key="cure-claim-on-order", person="qingyuan_mo", scenario="ad-cure-claim", days_ago=6, party="baicao", queue=LISTINGS, instruction="check-wellness",
        drawn=True,
    ),
)

ANHE: tuple[ActPlan, ...] = (
    ActPlan(key="anhe-1", person="anhe_tao", scenario="listing-material", days_ago=230, party="beichuan", ground="evidence_wrong", queue=CHECKS),
    ActPlan(key="anhe-2", person="anhe_tao", scenario="unsafe-spot-check", days_ago=200, party="tongqu", ground="evidence_wrong", queue=CHECKS),
    ActPlan(key="anhe-3", person="anhe_tao", scenario="ad-test-report", days_ago=130, party="meixue", ground="authorised", queue=CHECKS),
    ActPlan(key="anhe-4", person="anhe_tao", scenario="unsafe-spot-check", days_ago=70, party="zhuolang", queue=CHECKS, drawn=True,
            seen=("DISPROPORTIONATE", "不合格的是一个批次，下架即可；风险提示挂在整条链接上过重。")),
    ActPlan(
        key="brand-not-improper", person="anhe_ren", scenario="ip-no-authorisation", days_ago=60, party="haoting", ground="authorised", queue=CHECKS,
        steps=(
            step(40, "explain", text="处置时商家只上传了一级发票；申诉时补交了完整链条。当时的材料确实不足。"),
            step(90, "find", outcome="NOT_IMPROPER", error_class="WRONG_FACT", reasons="作出处置时所见材料不能证明授权链条，商家其后才补齐；执行并无不当。",
                 step="催补通知写明还缺哪一级发票。"),
            step(100, "compensate", amount_minor=0, words="商家已书面确认期间无成交损失，商品已恢复，不另行赔偿。"),
            step(250, "close"),
        ),
    ),
    ActPlan(
        key="deposit-disputed", person="anhe_tao", scenario="ip-fakes-deposit", days_ago=44, party="nanfeng", ground="disproportionate", queue=CHECKS,
        steps=(
            step(50, "explain", text="涉案成交额按平台导出的总表计算，总表包含已退款订单，我方没有逐笔剔除。"),
            step(110, "find", outcome="SHARED", error_class="DISPROPORTIONATE", reasons="平台导出表未标注已退款订单，受托方亦未按指引逐笔核对。双方均有责任。",
                 step="导出表增加退款标记；受托方逐笔核对后签名。"),
            step(130, "compensate", amount_minor=180_000, reference="PAY-SAMPLE-0044", words="多扣保证金期间的资金占用损失和进货违约损失。"),
            step(140, "claim", amount_minor=90_000, words="按双方责任各半，向受托方追偿一半。"),
            step(260, "dispute", reasons="导出表由平台制作，合同附件三约定受托方以导出表为准；请求免除或者减至三成。"),
        ),
    ),
    ActPlan(
        key="empty-return-found", person="anhe_tao", scenario="empty-return", days_ago=12, party="zhaolei", ground="facts_wrong", queue=RETURNS,
        steps=(
            step(26, "explain", text="只比对了称重，没有等开箱视频回传，视频当日晚间才到。"),
            step(120, "find", outcome="IMPROPER", error_class="PROCEDURE", reasons="指引要求称重与视频互相印证，视频未到即提交。",
                 step="视频未回传的任务不得提交，系统加锁。"),
        ),
    ),
    ActPlan(
        key="brand-opened", person="anhe_tao", scenario="ip-no-authorisation", days_ago=4, party="meixue", ground="authorised", queue=CHECKS,
    ),
)

# The test of decided appeals suspends this firm at the last of these; what the tool was at fault for does not count.
MERIDIAN: tuple[ActPlan, ...] = (
    ActPlan(key="meridian-1", person="meridian_park", scenario="review-cashback", days_ago=110, party="haoting", ground="facts_wrong", queue=FAIR),
    ActPlan(
        key="meridian-2", person="meridian_park", scenario="review-cashback", days_ago=96, party="lvye", ground="evidence_wrong", queue=FAIR,
        steps=(
            step(30, "explain", text="The model flagged the card by its layout. We confirmed from the thumbnail; version 3.2 crops the lower third."),
            step(100, "find", outcome="TOOL", error_class="TECHNICAL", reasons="模型3.2版裁掉了图片下部三分之一，印章和店名不在画面内；同版本处置须全部复看。",
                 step="停用3.2版裁剪，升级前人工看原图。"),
            step(120, "compensate", amount_minor=45_000, reference="PAY-SAMPLE-0052", words="搜索降权期间的推广损失。"),
            step(260, "close"),
        ),
    ),
    ActPlan(key="meridian-3", person="meridian_cole", scenario="review-cashback", days_ago=88, party="tangtang", ground="facts_wrong", queue=FAIR),
    ActPlan(
        key="meridian-4", person="meridian_park", scenario="hostile-orders", days_ago=76, party="ronghua", ground="evidence_wrong", queue=FAIR,
        steps=(
            step(40, "explain", text="Two buyer accounts shared a device fingerprint; we took that for the second kind of evidence."),
            step(90, "find", outcome="IMPROPER", error_class="WRONG_RULE", reasons="同一设备只是一类证据的两次出现，规则第六条要求两类。",
                 step="提交页分列两类证据，缺一不能提交。"),
            step(110, "compensate", amount_minor=26_000, reference="PAY-SAMPLE-0057", words="推广暂停三日的损失。"),
            step(116, "claim", amount_minor=26_000, words="按合同第九条追偿。"),
            step(400, "write_off", reason="执行方已被暂停，双方就此笔金额互不追究，合同结算时一并了结。"),
            step(401, "close"),
        ),
    ),
    ActPlan(key="meridian-5", person="meridian_park", scenario="review-cashback", days_ago=64, party="meixue", ground="facts_wrong", queue=FAIR),
    ActPlan(
        key="meridian-6", person="meridian_park", scenario="review-cashback", days_ago=50, party="linjia", ground="evidence_wrong", queue=FAIR,
        steps=(
            step(60, "explain", text="Same cropping as before. The upgrade to 3.3 had been announced to us for the following week."),
            step(130, "find", outcome="IMPROPER", error_class="TECHNICAL", reasons="前案认定后已通知停用裁剪，仍继续使用。",
                 step="停用未完成前不派单。"),
            step(150, "compensate", amount_minor=38_000, reference="PAY-SAMPLE-0063", words="搜索降权五日的损失。"),
            step(160, "claim", amount_minor=38_000, words="按合同第九条追偿。"),
            step(300, "pay", amount_minor=10_000, reference="MR-SAMPLE-07", words="First instalment."),
        ),
    ),
    ActPlan(
        key="meridian-7", person="meridian_cole", scenario="hostile-orders", days_ago=41, party="zhuolang", ground="evidence_wrong", queue=FAIR,
        steps=(
            step(200, "find", outcome="IMPROPER", error_class="WRONG_RULE", reasons="逾期未作说明。案卷中只有设备重合一类证据。",
                 step="同前：两类证据分列。"),
        ),
    ),
    ActPlan(key="meridian-8", person="meridian_park", scenario="hostile-orders", days_ago=24, party="lvye", ground="evidence_wrong", queue=FAIR),
    ActPlan(key="meridian-9", person="meridian_park", scenario="review-cashback", days_ago=22, party="lvye", ground="evidence_wrong", queue=FAIR,
            steps=(step(44, "explain", text="The notice cites the card; the photo in the file belongs to another parcel. We cannot say how it got there."),)),
    ActPlan(key="meridian-10", person="meridian_cole", scenario="review-cashback", days_ago=20, party="haoting", ground="evidence_wrong", queue=FAIR),
    ActPlan(key="meridian-standing-1", person="meridian_cole", scenario="review-cashback", days_ago=58, party="linjia", queue=FAIR),
    ActPlan(key="meridian-standing-2", person="meridian_park", scenario="hostile-orders", days_ago=33, party="tangtang", queue=FAIR),
)

# Days before the campaign rule changed.
YUNFAN: tuple[ActPlan, ...] = (
    ActPlan(
        key="subsidy-rule", person="yunfan_qi", scenario="subsidy-self-dealing", days_ago=16, party="ronghua", ground="rule_not_applicable", queue=CAMPAIGNS,
        steps=(
            step(30, "explain", text="规则未写明员工自购是否算真实消费者，我方按字面执行。"),
            step(24 * 24, "find", outcome="RULE", error_class="WRONG_RULE", reasons="条文对员工自购未作规定，执行方按字面处理，责任在规则表述。",
                 step="提请修订第四条，修订前此类情形转平台判断。"),
            step(25 * 24, "compensate", amount_minor=15_000, reference="PAY-SAMPLE-0061", words="补贴被追回期间的资金占用损失。"),
            step(31 * 24, "close"),
        ),
    ),
    ActPlan(key="subsidy-2", person="yunfan_qi", scenario="subsidy-self-dealing", days_ago=40, party="zhuolang", queue=CAMPAIGNS, drawn=True),
    ActPlan(key="subsidy-3", person="yunfan_lu", scenario="subsidy-self-dealing", days_ago=70, party="qinghe", queue=CAMPAIGNS),
)

ZHENG: tuple[ActPlan, ...] = (
    ActPlan(key="zheng-1", person="zhengyiming", scenario="empty-return", days_ago=170, party="maokai", queue=RETURNS),
    ActPlan(
        key="return-settled", person="zhengyiming", scenario="empty-return", days_ago=100, party="fengjun", ground="facts_wrong", queue=RETURNS,
        steps=(
            step(22, "explain", text="赠品单独寄回，我没有查到第二个运单，是我疏忽。"),
            step(70, "find", outcome="SHARED", error_class="WRONG_FACT", reasons="核查页没有提示同一订单有两个退货运单；核查人也未查询物流。",
                 step="核查页合并显示同一订单的全部运单。"),
            step(80, "compensate", amount_minor=8_000, reference="PAY-SAMPLE-0036", words="限制购买期间错过的活动差价。"),
            step(85, "claim", amount_minor=4_000, words="按责任各半。"),
            step(250, "settle", amount_minor=3_000, reference="ZYM-SAMPLE-2", words="考虑到系统提示缺失，余下十元不再追偿。"),
            step(251, "close"),
        ),
    ),
    ActPlan(key="zheng-3", person="zhengyiming", scenario="empty-return", days_ago=30, party="heqiang", queue=RETURNS, drawn=True),
)

ACTS: tuple[ActPlan, ...] = QINGYUAN + ANHE + MERIDIAN + YUNFAN + ZHENG

INSTRUCTIONS: tuple[InstructionPlan, ...] = (
    InstructionPlan(
        key="patrol-live", firm="qingyuan", hours_ago=15.5 * 24, within=72, subject="XJ-SAMPLE-301", measure="live-traffic-limited",
        words=Both("巡检糖糖零食铺本周直播，演示商品与在售商品不一致的，限流并留存画面。", "Patrol this week's livestreams of the shop; where the goods shown are not those on sale, limit reach and keep the picture."),
        acknowledged=(6, "qingyuan_hu"),
        completed=(62, "qingyuan_hu", Both("巡检记录见任务单，画面三张已上传。", "See the task sheet; three pictures were uploaded.")),
    ),
    InstructionPlan(
        key="check-wellness", firm="qingyuan", hours_ago=9 * 24, within=120, subject="XJ-SAMPLE-318", measure="listing-removed",
        words=Both("核对滋补类目新上架商品，宣传治疗作用的予以下架。", "Check new listings of wellness products; take down those that claim to cure."),
        acknowledged=(3, "qingyuan_mo"),
        completed=(100, "qingyuan_mo", Both("核对三十一件，下架一件，清单见任务单。", "Thirty-one checked, one taken down; list in the task sheet.")),
    ),
    InstructionPlan(
        key="recheck-brand", firm="anhe", hours_ago=96, within=70, subject="XJ-SAMPLE-322", measure="listing-removed",
        words=Both("对投诉涉及的三款鞋履抽样送检，不合格的下架。", "Sample and test the three shoes complained about; take down what fails."),
    ),
    InstructionPlan(
        key="campaign-words", firm="qingyuan", hours_ago=30, within=48, subject="XJ-SAMPLE-330", measure="listing-removed",
        words=Both("活动期间巡检绝对化用语，首次且轻微的只提示，不下架。", "Patrol for absolute terms during the campaign; a first and minor one gets a request to correct, no takedown."),
        acknowledged=(2, "qingyuan_mo"),
    ),
    InstructionPlan(
        key="new-livestreams", firm="qingyuan", hours_ago=6, within=60, subject="XJ-SAMPLE-334", measure="live-traffic-limited",
        words=Both("巡检新开直播间的数字人标识，未标识的限流。", "Patrol new live rooms for the label of digital hosts; limit the reach of those without."),
    ),
    InstructionPlan(
        key="taken-back", firm="qingyuan", hours_ago=80, within=96, subject="XJ-SAMPLE-325", measure="publishing-barred",
        words=Both("核对重复违规店铺名单，名单内店铺禁止发布。", "Check the list of repeat offenders; bar those on it from publishing."),
        withdrawn=(5, Both("名单由系统误导出，停止执行。", "The list was exported by mistake; do not carry it out.")),
    ),
    InstructionPlan(
        key="handed-over", firm="meridian", hours_ago=23 * 24, within=30 * 24, subject="XJ-SAMPLE-309", measure="search-demoted",
        words=Both("复看十月返现线索，证据齐备的降低搜索权重。", "Go through the cash-back leads of the month; rank lower where the evidence is complete."),
        acknowledged=(4, "meridian_cole"),
    ),
)
SIBLINGS: tuple[tuple[int, str, str, str], ...] = (
    (10, "meridian-1", "KEPT", "复看原图：卡片印章完整，店名清晰，与退货件一致，维持处置。"),
    (9, "meridian-standing-1", "CORRECTED", "复看原图：卡片上的店名不是本店，平台撤销处置并恢复。"),
)
"""So many days ago compliance looked again at the notice of that act: what it said, and why."""
