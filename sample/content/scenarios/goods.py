# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Scenarios about goods and how they are shown: advertising, listings, prohibited goods, brands. Invented."""

from sample.content.scenarios.shape import Number, Scenario, Yuan, basis, measure, money, pick, proof, scenario

SCENARIOS: tuple[Scenario, ...] = (
    scenario(
        "ad-national-level", basis("advertising:8"), parties="linjia jinxiu shanye muxi",
        facts=(
            "{day} {at}，商品 {listing}（{product}）的{place}出现“国家级{claim}”字样，页面未注明任何认定机构或者文号。",
            "On {day} at {at} {place} of listing {listing} ({product}) said “national-level {claim}”; no authority or document number was shown.",
        ),
        reasons=(
            "“国家级”属于第八条列明的绝对化用语；页面没有注明权威来源，也不是在说明自身经营理念，因此不属于该条的例外。",
            "“National level” is one of the absolute terms in clause 8; no authoritative source was named and it does not speak of the shop's own aims, so the exception does not apply.",
        ),
        measures=(measure("listing-removed", "listing", 3, 7), measure("points-deducted", "shop")),
        proofs=(proof("商品页面截图（{day} {at} 存档）", "Page as archived on {day} at {at}", "{place}：“国家级{claim} · {product}”", "{place}: “national-level {claim} · {product}”"),),
        slots={"place": pick(("详情页首屏", "the first screen"), ("商品标题", "the title"), ("第二张主图", "the second picture")), "claim": pick(("非遗技艺", "heritage craft"), ("品质", "quality"), ("工艺大师监制", "master craftsmanship"))},
        found_by="ad-scan", decided="MACHINE ASSISTED PERSON", executor="qingyuan",
    ),
    scenario(
        "ad-sales-first", basis("advertising:8", "advertising:9"), parties="linjia haoting zhuolang tangtang lvye",
        facts=(
            "{day}，商品 {listing}（{product}）标题写有“{claim}”，页面未说明统计范围和数据来源；同类目近三十天销量排名第 {rank} 位。",
            "On {day} the title of listing {listing} ({product}) claimed “{claim}” without saying where the figure comes from; in its category it ranked number {rank} over thirty days.",
        ),
        reasons=(
            "该用语属于绝对化用语，且与平台记录的排名不符，无权威来源证明，违反第八条。",
            "The phrase is an absolute term, contradicts the ranking on record and has no authoritative source: clause 8 is breached.",
        ),
        measures=(measure("search-demoted", "listing", 7, 14),),
        proofs=(proof("商品标题快照", "Snapshot of the title", "{claim} {product}", "{claim} {product}"), proof("类目销量排名记录", "Sales ranking of the category", "近三十天排名：第 {rank} 位", "rank over thirty days: {rank}")),
        slots={"claim": pick(("全网销量第一", "number one in sales anywhere"), ("同类最佳", "best of its kind"), ("行业领导品牌TOP1", "industry leader TOP 1")), "rank": Number(9, 87)},
        found_by="ad-scan", decided="MACHINE ASSISTED",
    ),
    scenario(
        "ad-cure-claim", basis("advertising:6", "law:CN-AD-2021:17"), parties="baicao linjia shanye",
        facts=(
            "商品 {listing}（{product}）详情页自 {day} 起写有“{claim}”。该商品备案为普通食品，没有药品或者保健食品批准文号。",
            "Since {day} the page of listing {listing} ({product}) has said “{claim}”. It is registered as ordinary food, with no approval as medicine or health food.",
        ),
        reasons=(
            "普通食品不得涉及疾病治疗功能。上述文字会使消费者认为食用可以治病，违反第六条和广告法第十七条，属于违法行为，相关信息将依法公示。",
            "Ordinary food may not claim to cure disease. The words lead consumers to think that eating it heals, in breach of clause 6 and article 17 of the Advertising Law; as an illegal act it will be published as the law requires.",
        ),
        measures=(measure("listing-removed", "listing", 14), measure("points-deducted", "shop")),
        proofs=(proof("详情页第 3 屏截图", "Third screen of the product page", "{claim}", "{claim}"), proof("商品备案信息", "Registration of the goods", "类别：普通预包装食品；批准文号：无", "class: ordinary prepacked food; approval number: none")),
        slots={"claim": pick(("降三高、治失眠，喝一个疗程见效", "lowers blood pressure and sugar, cures insomnia within one course"), ("消除结节，老胃病都能好", "dissolves nodules, heals old stomach trouble"), ("专治风湿骨痛", "cures rheumatism and aching bones"))},
        found_by="ad-scan", decided="ASSISTED PERSON", breach_kind="LAW",
    ),
    scenario(
        "ad-struck-price", basis("advertising:5"), parties="yunshang beichuan nanfeng linjia meixue",
        facts=(
            "{day}，商品 {listing}（{product}）标示划线价 {was}、现价 {now_price}。近三十天本店该商品共成交 {sold} 件，最高成交价 {top}。",
            "On {day} listing {listing} ({product}) showed {was} struck through and {now_price} as the price. In thirty days the shop sold {sold} of them, at {top} at most.",
        ),
        reasons=(
            "划线价应当是近三十天内实际成交过的价格。记录中没有按划线价成交的订单，该比较会误导消费者，违反第五条。",
            "A struck-through price must be one really paid in the last thirty days. No order was at that price, so the comparison misleads consumers: clause 5.",
        ),
        measures=(measure("search-demoted", "listing", 3, 7),),
        proofs=(proof("价格展示快照", "Snapshot of the price", "划线价 {was}，现价 {now_price}", "struck {was}, now {now_price}"), proof("近三十天成交价记录", "Prices paid in thirty days", "成交 {sold} 件，最高 {top}", "{sold} sold, highest {top}")),
        slots={"was": Yuan(599, 1299, whole=True), "now_price": Yuan(129, 199, whole=True), "top": Yuan(219, 329, whole=True), "sold": Number(14, 260)},
        found_by="promo-guard", decided="MACHINE ASSISTED",
    ),
    scenario(
        "ad-test-report", basis("advertising:10"), parties="qinghe meixue tongqu xiaoman",
        facts=(
            "商品 {listing}（{product}）页面自 {day} 展示“SGS检测零添加”图片，报告编号被遮挡；经比对，报告送检样品为{sample}，与在售规格不同。",
            "Since {day} the page of listing {listing} ({product}) has shown “SGS tested, nothing added” with the report number covered; the sample tested was {sample}, not the goods on sale.",
        ),
        reasons=(
            "引用检测报告应当展示编号和送检样品，不得以其他规格的样品代表在售批次，违反第十条。",
            "A quoted report shows its number and sample, and a sample of another kind does not speak for the goods on sale: clause 10.",
        ),
        measures=(measure("listing-removed", "listing", 3, 7),),
        proofs=(proof("详情页检测报告图片", "Picture of the report on the page", "报告编号栏被色块遮挡", "the number is covered by a coloured block"), proof("检测机构公开查询结果", "Public search at the laboratory", "送检样品：{sample}", "sample: {sample}")),
        slots={"sample": pick(("2024款基础装", "the basic 2024 version"), ("旧包装试用装", "a trial size in old packaging"), ("另一型号样品", "a sample of another model"))},
        found_by="STAFF", decided="PERSON", executor="anhe",
    ),
    scenario(
        "ad-ai-picture", basis("advertising:11"), parties="yunshang muxi nanfeng chunni",
        facts=(
            "{day}，商品 {listing}（{product}）的 {count} 张主图经识别为人工智能生成，图中{detail}与实物不符，且未作任何标识。",
            "On {day} {count} main pictures of listing {listing} ({product}) were found to be AI-made; {detail} in them differs from the goods and there was no label.",
        ),
        reasons=(
            "使用人工智能生成图片应当显著标识且不得夸大实物效果，该商品两项均未做到，违反第十一条。",
            "AI-made pictures carry a prominent label and may not exaggerate the goods; neither was the case: clause 11.",
        ),
        measures=(measure("listing-removed", "listing", 3), measure("points-deducted", "shop")),
        proofs=(proof("主图存档", "Main pictures as archived", "第1至{count}张，未见“AI生成”标识", "numbers 1 to {count}, no “AI-made” label"), proof("消费者反馈实拍对比", "Photos by consumers", "{detail}明显不同", "{detail} clearly different")),
        slots={"count": Number(2, 5), "detail": pick(("面料光泽", "the shine of the fabric"), ("木纹与颜色", "grain and colour"), ("版型", "the cut"))},
        found_by="listing-check", decided="MACHINE ASSISTED PERSON",
    ),
    scenario(
        "listing-material", basis("listing-quality:2", "law:CN-CPL-2013:20"), parties="yunshang beichuan nanfeng muxi jinxiu",
        facts=(
            "商品 {listing}（{product}）材质标注为“{stated}”。{day} 平台购样送检，报告 {report} 显示实际为“{found}”。",
            "Listing {listing} ({product}) states “{stated}”. A sample bought on {day} was found to be “{found}” (report {report}).",
        ),
        reasons=(
            "标注材质与实物不一致，足以影响购买决定，违反第二条和消费者权益保护法第二十条。",
            "The stated material differs from the goods and matters to the choice of buyers: clause 2 and article 20 of the consumer law.",
        ),
        measures=(measure("listing-removed", "listing", 7, 14), measure("points-deducted", "shop")),
        proofs=(proof("检测报告 {report}", "Test report {report}", "样品成分：{found}", "sample: {found}"), proof("商品属性快照", "Snapshot of the attributes", "材质：{stated}", "material: {stated}")),
        slots={"stated": pick(("100%桑蚕丝", "100 % mulberry silk"), ("头层牛皮", "full-grain leather"), ("北美白蜡木", "North American ash")), "found": pick(("聚酯纤维 96%、氨纶 4%", "96 % polyester, 4 % elastane"), ("再生革", "bonded leather"), ("橡胶木贴皮", "veneered rubberwood")), "report": Number(2600100, 2609900)},
        found_by="STAFF", decided="PERSON", executor="anhe", breach_kind="LAW",
    ),
    scenario(
        "listing-wrong-category", basis("listing-quality:4"), parties="baicao meixue laozhou tongqu",
        facts=(
            "商品 {listing}（{product}）于 {day} 发布在“{wrong}”类目，而其用途说明对应“{right}”类目，后者需要资质核验。",
            "Listing {listing} ({product}) was placed under “{wrong}” on {day}, while its description belongs to “{right}”, which needs a licence check.",
        ),
        reasons=("放置类目与实际用途不符，客观上绕开了资质核验，违反第四条。", "The category does not match the use and avoids the licence check: clause 4."),
        measures=(measure("search-demoted", "listing", 5, 7),),
        proofs=(proof("类目与说明比对", "Category against description", "类目：{wrong}；说明：适用于{right}", "category: {wrong}; description: for {right}"),),
        slots={"wrong": pick(("家居摆件", "home ornaments"), ("日用百货", "household goods")), "right": pick(("医疗器械", "medical devices"), ("特殊化妆品", "special cosmetics"), ("儿童玩具", "toys"))},
        found_by="listing-check", decided="MACHINE ASSISTED",
    ),
    scenario(
        "listing-duplicate", basis("listing-quality:5"), parties="linjia ronghua huayan haoting tangtang dengxia",
        facts=(
            "截至 {day}，店铺有 {count} 个商品链接与 {listing}（{product}）主图相似度超过 {similar}%，标题仅调整词序。",
            "By {day} the shop had {count} listings whose pictures are more than {similar}% like {listing} ({product}), with only the words of the title in another order.",
        ),
        reasons=("上述链接的规格和售后承诺相同，属于以改标题方式重复发布同款商品，违反第五条。", "Size and after-sale promises are the same: the same goods were listed again under another title, against clause 5."),
        measures=(measure("search-demoted", "listing", 3, 7),),
        proofs=(proof("相似商品清单", "List of similar listings", "共 {count} 个链接，相似度 {similar}% 以上", "{count} listings, {similar}% alike or more"),),
        slots={"count": Number(3, 12), "similar": Number(91, 98)},
        found_by="listing-check", decided="MACHINE",
    ),
    scenario(
        "listing-food-label", basis("listing-quality:6", "law:CN-FOOD:67"), parties="oceanic tangtang yipinxian xiaoman shanye",
        facts=(
            "{day} 抽查，商品 {listing}（{product}）页面没有可辨认的{missing}，近三十天售出 {sold} 件。",
            "A check on {day} found no legible {missing} on the page of listing {listing} ({product}); {sold} were sold in thirty days.",
        ),
        reasons=("预包装食品应当标明上述事项并在详情页清晰展示，缺失会使消费者无法判断能否安全食用，违反第六条。", "Prepacked food shows this on its label and on the page; without it consumers cannot tell whether it is safe: clause 6."),
        measures=(measure("listing-removed", "listing", 3, 7),),
        proofs=(proof("详情页标签图片", "Label on the page", "{missing}：未见", "{missing}: not shown"),),
        slots={"missing": pick(("中文标签", "label in Chinese"), ("生产日期和保质期", "production date and shelf life"), ("生产者名称和地址", "producer's name and address")), "sold": Number(20, 900)},
        found_by="STAFF", decided="PERSON ASSISTED", executor="qingyuan",
    ),
    scenario(
        "listing-swapped", basis("listing-quality:7", "listing-quality:9"), parties="ronghua zhuolang lvye huayan",
        facts=(
            "链接 {listing} 原为“{old}”，累计评价 {reviews} 条；{day} {at} 标题、主图和属性全部改为“{product}”，评价保留。",
            "Link {listing} was “{old}” with {reviews} reviews; on {day} at {at} title, pictures and attributes became “{product}” while the reviews stayed.",
        ),
        reasons=("保留原销量和评价而改卖另一种商品，使消费者误认为评价针对现商品，违反第七条。", "Selling other goods under the old sales and reviews makes consumers think the reviews are about them: clause 7."),
        measures=(measure("listing-removed", "listing", 7), measure("search-demoted", "shop", 7)),
        proofs=(proof("链接修改记录", "History of the link", "{day} {at}：{old} → {product}", "{day} {at}: {old} → {product}"),),
        slots={"old": pick(("手机支架", "phone stand"), ("保温杯", "thermos"), ("收纳盒", "storage box")), "reviews": Number(320, 9800)},
        found_by="listing-check", decided="MACHINE ASSISTED PERSON",
    ),
    scenario(
        "stock-bait", basis("listing-quality:8"), parties="haoting jiuwei zhuolang yuandian",
        facts=(
            "{day}，商品 {listing}（{product}）标价 {price}、库存显示 {stock} 件，当日 {orders} 名消费者下单后均被以“无货”为由取消，客服推荐购买另一链接。",
            "On {day} listing {listing} ({product}) was offered at {price} with {stock} in stock; {orders} orders were all cancelled as “out of stock” and buyers were pointed to another link.",
        ),
        reasons=("以无货商品引流，库存展示不真实，违反第八条。", "Goods that were not there drew visitors and the stock figure was untrue: clause 8."),
        measures=(measure("search-demoted", "listing", 7, 14), measure("service-score-reduced", "shop")),
        proofs=(proof("取消订单记录", "Cancelled orders", "{orders} 单，取消原因“无货”", "{orders} orders, reason “out of stock”"), proof("客服聊天摘录", "From the chat", "“这个没货了，亲看下另一款吧”", "“This one is gone, please look at our other one”")),
        slots={"price": Yuan(9, 59, whole=True), "stock": Number(50, 999), "orders": Number(11, 64)},
        found_by="REPORT", decided="PERSON ASSISTED",
    ),
    scenario(
        "restricted-no-licence", basis("prohibited-goods:3"), parties="dengxia baicao meixue oceanic",
        facts=(
            "{day}，店铺发布商品 {listing}（{product}），该类目需要“{licence}”，资质库中没有在有效期内的证件。",
            "On {day} the shop listed {listing} ({product}), which needs a “{licence}”; no valid one is in the licence store.",
        ),
        reasons=("限售商品未经资质核验即发布，违反第三条。", "Restricted goods were listed before the licence was verified: clause 3."),
        measures=(measure("listing-removed", "listing"), measure("publishing-barred", "shop", 3, 7)),
        proofs=(proof("资质库查询结果", "Search in the licence store", "{licence}：未登记", "{licence}: not registered"),),
        slots={"licence": pick(("食品经营许可证", "food business permit"), ("出版物经营许可证", "publications permit"), ("化妆品备案凭证", "cosmetics filing"))},
        found_by="goods-guard", decided="MACHINE ASSISTED",
    ),
    scenario(
        "protected-species", basis("prohibited-goods:2", "law:CN-ECL-2018:29"), parties="gudu jinxiu",
        facts=(
            "{day}，商品 {listing} 名称为“{product}”，图片和买家问答中称材料为“{material}”，页面没有合法来源证明。",
            "On {day} listing {listing} was called “{product}”; pictures and answers to buyers said the material was “{material}”, without proof of legal origin.",
        ),
        reasons=("该材料属于国家重点保护野生动物制品，不得在平台交易，违反第二条；平台已依法向主管部门报告。", "This is a product of a protected species and may not be traded: clause 2. The authority has been informed as the law requires."),
        measures=(measure("listing-removed", "listing"), measure("points-deducted", "shop")),
        proofs=(proof("买家问答记录", "Questions and answers", "买家：什么料？店铺：{material}", "Buyer: what material? Shop: {material}"),),
        slots={"material": pick(("猛犸之外的老象牙", "old ivory, not mammoth"), ("玳瑁", "hawksbill shell"), ("红珊瑚老料", "old red coral")), "points": Number(12, 12)},
        found_by="goods-guard", decided="PERSON ASSISTED", breach_kind="LAW",
    ),
    scenario(
        "evasion-code-words", basis("prohibited-goods:4"), parties="gudu yuandian tongqu laozhou",
        facts=(
            "{day} {at}，店铺发布的内容 {content} 用“{word}”配图展示{thing}，并写“懂的私聊”。",
            "On {day} at {at} the shop's content {content} showed {thing} under the word “{word}” with “message me if you know”.",
        ),
        reasons=("以暗语配图代替文字规避禁限售管理，违反第四条。", "Code words with pictures were used to get around the rule on prohibited goods: clause 4."),
        measures=(measure("content-hidden", "content"), measure("publishing-barred", "shop", 3, 7)),
        proofs=(proof("内容 {content} 存档", "Content {content} as archived", "“{word}，懂的私聊”", "“{word}, message me if you know”"),),
        slots={"word": pick(("小铁", "little iron"), ("钓鱼用品", "fishing things"), ("模型玩具", "model toys")), "thing": pick(("管制刀具", "a controlled knife"), ("仿真枪配件", "parts of a replica gun"), ("电捕鱼器", "an electric fishing device"))},
        found_by="goods-guard", decided="MACHINE ASSISTED PERSON", executor="qingyuan",
    ),
    scenario(
        "unsafe-spot-check", basis("prohibited-goods:6", "law:CN-ECL-2018:38"), parties="ronghua zhuolang tongqu qinghe",
        facts=(
            "{day} 抽检，商品 {listing}（{product}）批次 {batch} 的“{item}”项目不合格，报告编号 AH-{report}。",
            "In a spot check on {day}, batch {batch} of listing {listing} ({product}) failed “{item}” (report AH-{report}).",
        ),
        reasons=("该项目属于强制性标准，不合格可能危及人身安全，应当停止销售，违反第六条。", "The item is part of a mandatory standard; failing it may endanger people, so sales must stop: clause 6."),
        measures=(measure("listing-removed", "listing"), measure("risk-label-shown", "listing", 30)),
        proofs=(proof("抽检报告 AH-{report}", "Spot-check report AH-{report}", "批次 {batch}，{item}：不合格", "batch {batch}, {item}: failed"),),
        slots={"batch": Number(260101, 260930), "item": pick(("防触电保护", "protection against electric shock"), ("邻苯二甲酸酯", "phthalates"), ("温升", "heating")), "report": Number(41000, 49900)},
        found_by="STAFF", decided="PERSON", executor="anhe", breach_kind="LAW",
    ),
    scenario(
        "hold-unsafe-goods", basis("prohibited-goods:8"), parties="zhuolang ronghua qinghe tongqu",
        facts=(
            "{day} {at} 前二十四小时内，平台收到 {reports} 名消费者反映商品 {listing}（{product}）使用中{symptom}，并附照片。是否存在质量问题尚未查明。",
            "In the 24 hours before {at} on {day}, {reports} consumers reported with photos that {product} ({listing}) {symptom} in use. Whether there is a defect has not been established.",
        ),
        reasons=("多名消费者的独立反映显示可能危及人身安全，符合第八条临时措施的条件。本措施不是对违规的认定，最长七十二小时，期满自动解除。", "Independent reports suggest a danger to people, which is what clause 8 asks for an interim measure. This is no finding of a breach; it lasts 72 hours at most and then ends by itself."),
        measures=(measure("listing-removed", "listing", hours=72),),
        proofs=(proof("消费者反映汇总（已隐去身份）", "Reports by consumers, names removed", "{reports} 条，均称{symptom}", "{reports} reports, all saying it {symptom}"),),
        slots={"reports": Number(3, 9), "symptom": pick(("冒烟", "gave off smoke"), ("外壳烫手变形", "grew hot and lost its shape"), ("卡扣断裂", "broke at its clip"))},
        found_by="REPORT", decided="MACHINE ASSISTED", breach_kind="SUSPICION", is_precautionary=True,
    ),
    scenario(
        "hold-funds-fakes", basis("prohibited-goods:8", "deposit-funds:4"), parties="meixue beichuan nanfeng oceanic",
        facts=(
            "{day}，品牌方就商品 {listing}（{product}）提交鉴别意见，称 {orders} 笔订单的商品批号不存在。商家尚未答复，是否售假尚未查明。",
            "On {day} the brand stated that the batch numbers of {orders} orders of {product} ({listing}) do not exist. The shop has not answered; whether fakes were sold has not been established.",
        ),
        reasons=("鉴别意见显示存在危及消费者人身安全的可能，依第八条冻结与涉案订单相当的货款。本措施不是对违规的认定，七十二小时后自动解除。", "The statement suggests a danger to consumers, so money equal to the orders concerned is held under clause 8. This is no finding of a breach and ends by itself after 72 hours."),
        measures=(measure("funds-frozen", "balance", hours=72, money=money("{orders} × {each}", orders=("涉案订单数", "orders concerned"), each=("每单实付（元）", "paid per order (CNY)"))),),
        proofs=(proof("品牌方鉴别意见", "Statement of the brand", "批号与出厂记录不符，共 {orders} 单", "batch numbers unknown to the factory, {orders} orders"),),
        slots={"orders": Number(6, 40), "each": Yuan(159, 699)},
        found_by="REPORT", decided="MACHINE ASSISTED PERSON", breach_kind="SUSPICION", is_precautionary=True,
    ),
    scenario(
        "ip-trade-mark-notice", basis("brand-ip:3", "law:CN-ECL-2018:42"), parties="ronghua beichuan tongqu linjia yuandian",
        facts=(
            "{day}，权利人{holder}提交通知 TZ-{note}，附商标注册证和比对图，称商品 {listing}（{product}）标题使用其注册商标。",
            "On {day} {holder} filed notice TZ-{note} with its trade mark certificate and a comparison, saying that the title of {listing} ({product}) uses its mark.",
        ),
        reasons=("通知附有初步证据，依第三条应当采取必要措施。商家可以提交不侵权声明，声明送达后十五日内权利人未投诉或者起诉的，措施终止。", "The notice carries prima facie evidence, so clause 3 asks for measures. The shop may state that there is no infringement; without complaint or lawsuit fifteen days after it is served the measures end."),
        measures=(measure("listing-removed", "listing"),),
        proofs=(proof("侵权通知 TZ-{note}", "Notice TZ-{note}", "商标注册证及标题比对图各一份", "trade mark certificate and comparison of titles"),),
        slots={"holder": pick(("某户外品牌公司", "an outdoor brand"), ("某茶叶商标持有人", "the owner of a tea mark"), ("某玩具公司", "a toy company")), "note": Number(70100, 79900)},
        found_by="REPORT", decided="PERSON ASSISTED", breach_kind="LAW",
    ),
    scenario(
        "ip-no-authorisation", basis("brand-ip:2"), parties="haoting meixue nanfeng ronghua",
        facts=(
            "商品 {listing}（{product}）标注知名品牌。{day} 平台要求提供授权或者进货凭证，至 {later} 未收到，资质库中的授权书已于 {expired} 到期。",
            "Listing {listing} ({product}) carries a known brand. On {day} an authorisation or purchase documents were asked for; nothing came by {later}, and the one on file expired on {expired}.",
        ),
        reasons=("销售品牌商品应当持有有效授权或者逐级对应的进货发票，现有材料不能证明，违反第二条。", "Branded goods need a valid authorisation or invoices leading back to the brand; what is on file does not show it: clause 2."),
        measures=(measure("listing-removed", "listing"), measure("points-deducted", "shop")),
        proofs=(proof("资质库授权书", "Authorisation on file", "有效期至 {expired}", "valid until {expired}"), proof("补充材料通知", "Request for documents", "{day} 发出，期限 {later}", "sent on {day}, due {later}")),
        found_by="listing-check", decided="ASSISTED PERSON",
    ),
    scenario(
        "ip-packaging", basis("brand-ip:5", "law:CN-AUCL-2025:9"), parties="tangtang baicao meixue xiaoman",
        facts=(
            "{day} 核查，商品 {listing}（{product}）的包装与另一品牌在{part}上近似，收到 {complaints} 名消费者称“买错了”。",
            "A check on {day} found the packaging of {listing} ({product}) close to another brand in {part}; {complaints} consumers said they “bought the wrong one”.",
        ),
        reasons=("近似的包装已经引起实际误认，属于第五条所称的仿冒混淆。", "The similar packaging has in fact misled people and is passing off in the sense of clause 5."),
        measures=(measure("listing-removed", "listing", 14),),
        proofs=(proof("包装比对图", "Comparison of packaging", "{part}近似", "{part} similar"), proof("消费者反馈摘录", "From consumers", "“以为是那个牌子，收到才发现不是”", "“I thought it was the other brand until it arrived”")),
        slots={"part": pick(("配色和图案", "colours and pattern"), ("瓶型和字体", "bottle and lettering")), "complaints": Number(4, 30)},
        found_by="REPORT", decided="PERSON",
    ),
    scenario(
        "ip-copied-picture", basis("brand-ip:6"), parties="yunshang chunni jiuwei dengxia linjia",
        facts=(
            "{day}，商品 {listing}（{product}）的图片 {content} 与另一店铺 {earlier} 发布的图片一致，背景和水印裁切痕迹可见，对方未许可使用。",
            "On {day} picture {content} of listing {listing} ({product}) was the same as one published by another shop on {earlier}, with a cut-off watermark; that shop gave no permission.",
        ),
        reasons=("未经许可使用他人拍摄的图片，违反第六条。", "A picture taken by others was used without permission: clause 6."),
        measures=(measure("content-hidden", "content"),),
        proofs=(proof("图片比对结果", "Comparison of pictures", "相似度 {similar}%，对方发布于 {earlier}", "{similar}% alike, published by the other on {earlier}"),),
        slots={"similar": Number(95, 99)},
        found_by="REPORT", decided="MACHINE ASSISTED", executor="qingyuan",
    ),
    scenario(
        "ip-fakes-deposit", basis("brand-ip:7", "law:CN-PRM-2025:29"), parties="nanfeng meixue haoting beichuan",
        facts=(
            "{day}，品牌方对平台抽样的 {samples} 件 {product}（{listing}）出具鉴定书 JD-{report}，结论均为假冒。该商品近九十天成交额 {sales}。",
            "On {day} the brand certified (JD-{report}) that all {samples} sampled {product} ({listing}) are fakes. Sales over ninety days were {sales}.",
        ),
        reasons=("抽样件均为假冒，商家未能提供进货链条，售假成立，违反第七条。扣款按涉案商品成交额的百分之三十计算，最高五万元。", "All samples are fakes and no purchase chain was shown, so selling fakes is established under clause 7. The deduction is 30 % of the sales concerned, at most CNY 50,000."),
        measures=(measure("deposit-deducted", "deposit", money=money("{sales} × 30%", cap=50000, sales=("涉案商品成交额（元）", "sales of the goods concerned (CNY)"))), measure("listing-removed", "listing")),
        proofs=(proof("鉴定书 JD-{report}", "Certificate JD-{report}", "送鉴 {samples} 件，均为假冒", "{samples} items, all fakes"), proof("涉案成交记录", "Sales concerned", "近九十天成交额 {sales}", "sales over ninety days: {sales}")),
        slots={"samples": Number(2, 6), "report": Number(3100, 3990), "sales": Yuan(3200, 210000)},
        found_by="REPORT", decided="PERSON", breach_kind="LAW", executor="anhe",
    ),
)
