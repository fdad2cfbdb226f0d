# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""What people of executors learn of the invented rules, and the questions that they are asked, in both languages.

A question that only a later version of a rule can answer says since when. What does not belong here: who learns what.
"""

from datetime import date

from sample.content.bilingual import Both
from sample.content.executors.shape import CurriculumPlan, question

CURRICULA: tuple[CurriculumPlan, ...] = (
    CurriculumPlan(
        "advertising", 2, Both("广告宣传规范：审核与处置", "Advertising Code: review and measures"),
        Both("先读页面全文，再看条款。判断一个词语是否绝对化，要看它修饰什么、有没有出处、消费者会怎样理解。存证页面和被处置的商品必须是同一件。",
             "Read the whole page first and the clause after. Whether a term is absolute depends on what it describes, on its source, "
             "and on how a consumer reads it. The archived page and the listing acted upon must be the same."),
        (
            question(("页面写有“符合国家标准GB/T 22291”，应当怎样处理？", "A page says “meets national standard GB/T 22291”. What do you do?"),
                     ("不处置：这是可以核实的事实", "Nothing: it is a fact that can be checked"), ("按绝对化用语下架", "Take it down as an absolute term"), ("先下架，等商家申诉", "Take it down and wait for an appeal"),
                     right=0, why=("第八条禁止的是无法证实的绝对化用语；标准编号可以查证。", "Clause 8 forbids absolute terms that cannot be verified; a standard's number can be looked up.")),
            question(("商家写“我们的目标是做到行业第一”，是否违反第八条？", "A merchant writes “our aim is to be number one”. Does clause 8 forbid it?"),
                     ("违反", "Yes"), ("不违反：说的是自身经营理念", "No: it speaks of the merchant's own aims"), ("看销量", "That depends on sales"),
                     right=1, why=("二〇二六年一月起，指向商家自身经营理念的除外。", "Since January 2026 words about the merchant's own aims are excepted."), since=date(2026, 1, 1)),
            question(("存证截图上的商品编号与您要下架的商品不一致，怎么办？", "The listing number on the archived page is not that of the listing you are about to take down. What do you do?"),
                     ("图片相似就可以下架", "Take it down if the pictures look alike"), ("停止处理，退回核对", "Stop, and send it back to be checked"), ("两件都下架", "Take both down"),
                     right=1, why=("事实必须落在被处置的商品上；编号不一致就没有事实。", "The facts must be about the listing acted upon; with another number there are none.")),
            question(("普通食品页面称“辅助降血糖”，适用哪一条？", "A page of ordinary food claims to “help lower blood sugar”. Which clause applies?"),
                     ("第五条 价格宣传", "Clause 5, price claims"), ("第六条 功效宣传", "Clause 6, claims of effect"), ("第十条 检测报告", "Clause 10, test reports"),
                     right=1, why=("普通食品不得宣传保健功能。", "Ordinary food may not claim health functions.")),
            question(("首次且轻微的绝对化用语，应当先做什么？", "An absolute term for the first time and of minor gravity: what comes first?"),
                     ("下架一天", "A takedown of one day"), ("提示改正", "A request to correct"), ("记违规分一分", "One penalty point"),
                     right=1, why=("二〇二六年九月版第九条：首次且轻微的，先提示改正。", "Clause 9 of the September 2026 version: a first and minor breach gets a request to correct."), since=date(2026, 9, 1)),
        ),
    ),
    CurriculumPlan(
        "listing-quality", 2, Both("商品信息发布规范：审核与处置", "Listing Code: review and measures"),
        Both("属性与实物是否一致，要以可核验的材料为准；重复铺货要比对颜色、尺码、容量和套餐。看不清的标签先请商家补图，不猜。",
             "Whether attributes match the goods is decided on material that can be checked; for duplicates compare colour, size, volume and "
             "bundle. Where a label cannot be read, ask for a better picture; do not guess."),
        (
            question(("同一款连衣裙，一条链接为S码至L码，另一条为XL码至3XL码，是否重复铺货？", "One dress, one link for sizes S to L and another for XL to 3XL. Are these duplicates?"),
                     ("是", "Yes"), ("不是：尺码不同不视为同款", "No: another size is not the same goods"), ("主图相同就是", "Yes, if the main picture is the same"),
                     right=1, why=("二〇二六年四月起，颜色、尺码、容量、套餐不同的，不视为同款。", "Since April 2026 another colour, size, volume or bundle is not the same goods."), since=date(2026, 4, 1)),
            question(("预包装食品的标签在详情页上，但图片太小看不清，怎么办？", "The label of prepacked food is on the page, but too small to read. What do you do?"),
                     ("按无标签下架", "Take it down as unlabelled"), ("先提示商家换清晰图片", "First tell the merchant to show a clear picture"), ("放行不管", "Let it pass"),
                     right=1, why=("第九条：先提示修改，二十四小时内未改的才处置。", "Clause 9: first a request to correct; measures only if that is not done within 24 hours.")),
            question(("链接原卖手机壳，有两千条评价，现改卖充电宝，适用哪一条？", "A link with 2,000 reviews sold phone cases and now sells power banks. Which clause applies?"),
                     ("第四条 类目放置", "Clause 4, right category"), ("第七条 换品", "Clause 7, swapping the product"), ("第二条 信息准确", "Clause 2, accurate information"),
                     right=1, why=("保留销量和评价而改卖另一种商品，是换品。", "Turning a link with its sales and reviews into another product is swapping.")),
            question(("商家称“真丝”，抽检报告为聚酯纤维，处置前还要确认什么？", "A shop says “silk”, the spot check says polyester. What must be checked before acting?"),
                     ("送检样品确是该链接售出的商品", "That the sample was sold under this very link"), ("商家是否新店", "Whether the shop is new"), ("商品价格高低", "Whether it was expensive"),
                     right=0, why=("样品与链接对不上，报告就不能作为依据。", "If the sample is not of that link, the report proves nothing about it.")),
        ),
    ),
    CurriculumPlan(
        "prohibited-goods", 2, Both("禁限售商品管理规则：识别与处置", "Prohibited Goods Rule: recognising and acting"),
        Both("暗语要结合上下文：同一个词在渔具、模型、文玩里可以是正常名称。临时措施最长七十二小时，期满自动解除。",
             "Code words are read in context: the same word can be an ordinary name for tackle, models or curios. Interim measures last at most "
             "72 hours and end by themselves."),
        (
            question(("文玩店写有“老料手串，懂的来”，可以直接认定为暗语吗？", "A curio shop writes “old material, those who know come”. Is that a code word by itself?"),
                     ("可以", "Yes"), ("不可以：要有其他证据指向禁售品", "No: other evidence must point to prohibited goods"), ("看店铺等级", "That depends on the shop's level"),
                     right=1, why=("第四条禁止的是规避；语焉不详本身不等于规避。", "Clause 4 forbids evasion; vague words alone are none.")),
            question(("线索核查期间的临时下架，最长多久？", "How long may a listing be down while a lead is checked?"),
                     ("二十四小时", "24 hours"), ("七十二小时", "72 hours"), ("查清为止", "Until it is cleared up"),
                     right=1, why=("第八条：最长七十二小时，期满自动解除。", "Clause 8: at most 72 hours; it then ends by itself."), since=date(2026, 3, 1)),
            question(("抽检不合格的批次已售罄，新批次合格，能否继续下架？", "The failed batch is sold out and the new one passes. May the listing stay down?"),
                     ("能", "Yes"), ("不能：处置针对不合格批次", "No: the measure is about the failed batch"), ("再下架三天", "Three more days"),
                     right=1, why=("处置的对象是不安全商品，不是链接本身。", "What is acted upon is the unsafe goods, not the link.")),
            question(("限售商品的许可证在有效期内但未上传，属于哪种情形？", "The licence for restricted goods is valid but was not uploaded. What is that?"),
                     ("禁售", "Prohibited goods"), ("未经核验，请商家补传", "Unverified: ask the merchant to upload it"), ("不处理", "Nothing to do"),
                     right=1, why=("第三条要求取得资质并经核验；有证未传的，先补。", "Clause 3 asks for a verified licence; one that exists is uploaded first.")),
        ),
        valid_days=300,
    ),
    CurriculumPlan(
        "brand-ip", 3, Both("品牌与知识产权保护规则：扣款级", "Brand and IP Rule: with money"),
        Both("授权链条可以由进货发票逐级证明。扣除保证金须写明计算：涉案成交额的百分之三十，最高五万元。权利人通知要看初步证据。",
             "A chain of invoices may prove the authorisation. A deduction states its calculation: 30 % of the sales concerned, at most "
             "CNY 50,000. A right holder's notice needs prima facie evidence."),
        (
            question(("商家没有授权书，但有逐级对应到品牌方的发票，是否违反第二条？", "A merchant has no letter of authorisation but invoices leading to the brand. Is clause 2 breached?"),
                     ("违反", "Yes"), ("不违反", "No"), ("补授权书前先下架", "Take it down until there is a letter"),
                     right=1, why=("二〇二六年二月起，进货发票可以证明授权链条。", "Since February 2026 invoices may prove the chain."), since=date(2026, 2, 1)),
            question(("售假成立，涉案成交额三十万元，最多扣多少保证金？", "Fakes are established, sales concerned CNY 300,000. How much may be deducted at most?"),
                     ("九万元", "CNY 90,000"), ("五万元", "CNY 50,000"), ("三十万元", "CNY 300,000"),
                     right=1, why=("百分之三十为九万元，但最高五万元。", "30 % would be 90,000, but the cap is 50,000."), since=date(2026, 2, 1)),
            question(("权利人只发来一句“你们有人卖假货”，怎么办？", "A right holder only writes “somebody sells fakes on your site”. What do you do?"),
                     ("立即下架全店", "Take down the whole shop"), ("请其补充初步证据和链接", "Ask for prima facie evidence and links"), ("不予理会", "Ignore it"),
                     right=1, why=("第三条：附有初步证据的通知才启动必要措施。", "Clause 3: it takes a notice with prima facie evidence.")),
            question(("两家店用了同一张商品图，谁盗用谁？", "Two shops use the same picture. Who copied?"),
                     ("上架晚的一方", "The one listed later"), ("看原图、拍摄信息和授权", "See the original file, its data and any licence"), ("销量低的一方", "The one with fewer sales"),
                     right=1, why=("上架时间不能证明谁拍摄。", "The date of listing does not prove who took the picture.")),
        ),
        hours=8, pass_percent=100,
    ),
    CurriculumPlan(
        "live-streaming", 2, Both("直播营销管理规则：巡检与限流", "Livestream Rule: patrol and limits"),
        Both("录像要看前后五分钟。同款不同色不算替代品；数字人要看全程标识。限流前记下时间点和画面。",
             "Watch five minutes before and after. The same goods in another colour are no substitute; for digital hosts check the label "
             "throughout. Before limiting, note the time and the picture."),
        (
            question(("主播用黑色同款演示白色商品，是否违反第三条？", "The host demonstrates a white article with the same one in black. Is clause 3 breached?"),
                     ("违反", "Yes"), ("不违反：同款", "No: it is the same article"), ("看观众投诉", "That depends on complaints"),
                     right=1, why=("第三条禁止的是替代品；颜色不同仍是同款。", "Clause 3 forbids substitutes; another colour is the same article.")),
            question(("数字人直播只在开场标识一次，是否足够？", "A digital host is labelled once at the start. Is that enough?"),
                     ("足够", "Yes"), ("不够：应当全程显著标识", "No: prominently and throughout"), ("不需要标识", "No label is needed"),
                     right=1, why=("二〇二六年六月起，数字人应当全程显著标识。", "Since June 2026 a digital host is labelled throughout."), since=date(2026, 6, 1)),
            question(("限流之前至少要留存什么？", "What must be kept at least before reach is limited?"),
                     ("主播昵称", "The host's nickname"), ("时间点和能看清商品的画面", "The time and a picture that shows the goods"), ("观看人数", "The number of viewers"),
                     right=1, why=("没有画面和时间，当事人无从说明。", "Without picture and time the party cannot answer.")),
        ),
        hours=3, pass_percent=60,
    ),
    CurriculumPlan(
        "consumer-conduct", 2, Both("用户行为规则：退货争议的核查", "Consumer Conduct Rule: checking returns"),
        Both("称重、开箱视频和物流节点要互相印证。消费者依法退货的权利不受任何处置影响。",
             "Weight, the film of unpacking and the carrier's scans must agree. No measure touches the consumer's legal right to return."),
        (
            question(("退回包裹轻了三百克，能否单独认定空包？", "A returned parcel is 300 grams lighter. Does that alone prove an empty return?"),
                     ("能", "Yes"), ("不能：还要看赠品、包装和开箱视频", "No: look at gifts, packaging and the film, too"), ("看金额", "That depends on the sum"),
                     right=1, why=("重量差可以有别的原因，须与其他证据印证。", "A difference in weight may have other causes and needs a second proof.")),
            question(("收回极速退款权限需要几次记录？", "How many records does it take to withdraw instant refunds?"),
                     ("一次", "One"), ("九十天内三次以上", "Three or more in ninety days"), ("五次", "Five"),
                     right=1, why=("二〇二六年六月版第三条。", "Clause 3 of the June 2026 version."), since=date(2026, 6, 1)),
            question(("可以向消费者收取违约金吗？", "May a consumer be charged a penalty?"),
                     ("可以，最高五十元", "Yes, at most CNY 50"), ("不可以", "No"), ("经同意可以", "With consent"),
                     right=1, why=("第七条：不收取任何违约金。", "Clause 7: no penalty is ever charged.")),
        ),
        hours=3, pass_percent=60,
    ),
    CurriculumPlan(
        "fair-trade", 2, Both("诚信经营规则：虚假交易与评价的认定", "Honest Trade Rule: establishing sham trades and reviews"),
        Both("认定虚假交易至少要有两类证据互相印证。模型给出的分值只是线索，不是证据。",
             "A sham trade takes at least two kinds of evidence that agree. A model's score is a lead and no evidence."),
        (
            question(("模型评分0.97，没有其他证据，能否认定虚假交易？", "A model's score is 0.97 and there is nothing else. Is a sham trade established?"),
                     ("能", "Yes"), ("不能：第六条要求至少两类证据", "No: clause 6 asks for two kinds of evidence"), ("超过0.95就能", "Yes, above 0.95"),
                     right=1, why=("分值是线索。", "A score is a lead.")),
            question(("店员真实付款、收货并自用，是否虚假交易？", "A shop assistant really pays, receives and uses the goods. Is that a sham trade?"),
                     ("是", "Yes"), ("不是", "No"), ("看折扣", "That depends on the discount"),
                     right=1, why=("二〇二六年二月起，亲友、员工真实购买自用的除外。", "Since February 2026 real purchases by relatives and staff are excepted."), since=date(2026, 2, 1)),
            question(("包裹内有“好评返现”卡片，要证明是商家所放，至少需要什么？", "A card offers cash for good reviews. What does it take to show that the shop put it in?"),
                     ("一名买家的照片", "One buyer's photo"), ("不同买家、不同批次的照片或者商家承认", "Photos of several buyers and batches, or an admission"), ("无需证明", "Nothing"),
                     right=1, why=("单张照片可能来自别处。", "A single photo may come from elsewhere.")),
        ),
        hours=6, pass_percent=60,
    ),
    CurriculumPlan(
        "campaign", 2, Both("营销活动规则：巡检与追回", "Campaign Rule: patrol and reclaiming"),
        Both("追回补贴前逐笔核对真实消费。家庭共用的账号不是批量领取；因平台系统差错的，只作废未使用部分。",
             "Check every order before reclaiming a subsidy. Accounts of one household are not bulk; where our system erred, only what is "
             "unused is voided."),
        (
            question(("同一地址两个账号各领一张券，是否批量领取？", "Two accounts at one address took a coupon each. Is that bulk collecting?"),
                     ("是", "Yes"), ("不是：同一家庭三个以内账号", "No: up to three accounts of one household"), ("看姓氏", "That depends on the surname"),
                     right=1, why=("二〇二六年五月二十日版第五条。", "Clause 5 of the version of 20 May 2026."), since=date(2026, 5, 20)),
            question(("系统差错多发的券，已经用掉的怎么办？", "Coupons came twice through our error and some were used. What of those?"),
                     ("追回", "Reclaimed"), ("不追：只作废未使用部分", "Left alone: only unused ones are voided"), ("折半追回", "Half is reclaimed"),
                     right=1, why=("二〇二六年十月十日版第五条。", "Clause 5 of the version of 10 October 2026."), since=date(2026, 10, 10)),
            question(("追回补贴前必须写明什么？", "What must be stated before a subsidy is reclaimed?"),
                     ("逐笔订单和计算方法", "Every order and the calculation"), ("店铺等级", "The shop's level"), ("活动名称即可", "The campaign's name is enough"),
                     right=0, why=("当事人要能逐笔核对。", "The party must be able to check each of them.")),
        ),
        hours=3, pass_percent=60,
    ),
)
CURRICULUM_BY_RULE: dict[str, CurriculumPlan] = {plan.rule: plan for plan in CURRICULA}
