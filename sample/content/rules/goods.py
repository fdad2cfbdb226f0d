# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Rules about goods and how they are shown: advertising, listings, prohibited goods, brands. Invented."""

from datetime import date

from sample.content.bilingual import Both
from sample.content.rules.shape import RulePlan, VersionPlan, clause, revised

_ADVERTISING = (
    clause(1, "适用范围", "Scope",
           "本规范适用于商家在商品标题、主图、详情页、直播间和站内广告中作出的一切宣传。",
           "This code covers everything a merchant says in titles, pictures, product pages, live rooms and on-site ads."),
    clause(3, "真实宣传", "Truthful advertising",
           "宣传内容应当真实，有据可查；引用数据、检测结果或者奖项的，应当注明出处和时间。",
           "Advertising must be true and can be verified; figures, test results and awards name their source and date."),
    clause(5, "价格宣传", "Price claims",
           "划线价应当是本店近三十天内实际成交过的价格；没有成交记录的，不得标示划线价。",
           "A struck-through price must be one at which this shop really sold in the last thirty days; otherwise it is not shown.",
           major=True),
    clause(6, "功效宣传", "Claims of effect",
           "普通商品不得宣传治疗、预防疾病的作用；普通食品不得宣传保健功能。",
           "Ordinary goods may not claim to cure or prevent disease; ordinary food may not claim health functions."),
    clause(8, "绝对化用语", "Absolute terms",
           "商品标题、主图和详情页不得使用“国家级”“最佳”“第一”等无法证实的绝对化用语。",
           "Titles, main pictures and product pages may not use absolute terms that cannot be verified, such as “national "
           "level”, “best” or “number one”."),
    clause(9, "处置", "Measures",
           "违反本规范的，视情节下架商品一至十四天、降低搜索权重、暂停推广投放，并记违规分一至四分。",
           "Breaches lead, by gravity, to a takedown of one to fourteen days, lower search weight, a stop of advertising, and "
           "one to four penalty points.", major=True),
)
_ADVERTISING_2026 = revised(
    _ADVERTISING,
    clause(8, "绝对化用语", "Absolute terms",
           "商品标题、主图和详情页不得使用“国家级”“最佳”“第一”等绝对化用语；指向商家自身经营理念、"
           "或者有权威来源证明且注明出处的除外。",
           "Titles, main pictures and product pages may not use absolute terms such as “national level”, “best” or "
           "“number one”, unless they speak of the merchant's own aims or an authoritative source is shown and named."),
    clause(10, "检测报告", "Test reports",
           "引用检测报告的，应当展示报告编号、机构和送检样品，不得以送检样品代表全部批次。",
           "A quoted test report shows its number, its laboratory and the sample; a sample does not speak for all batches."),
)
_LISTING = (
    clause(1, "适用范围", "Scope",
           "本规范适用于商品的发布、修改和展示。",
           "This code covers publishing, changing and showing listings."),
    clause(2, "信息准确", "Accurate information",
           "商品的品牌、材质、规格、产地等属性应当与实物一致。",
           "Brand, material, size, origin and other attributes must match the goods.", major=True),
    clause(4, "类目放置", "Right category",
           "商品应当发布在对应类目下，不得为逃避资质审核错放类目。",
           "Goods are listed in their own category and not misplaced to avoid a licence check."),
    clause(5, "重复铺货", "Duplicate listings",
           "同一店铺不得以改标题、换主图等方式重复发布同款商品。",
           "One shop may not list the same goods again under another title or picture."),
    clause(6, "标签与日期", "Labels and dates",
           "预包装食品应当在详情页展示清晰的标签，剩余保质期少于三分之一的应当显著提示。",
           "Prepacked food shows a clear label on its page; goods with less than a third of shelf life left say so prominently."),
    clause(7, "换品", "Swapping the product",
           "不得在保留销量和评价的情况下，将链接改为另一种商品。",
           "A link with its sales and reviews may not be turned into another product."),
    clause(9, "处置", "Measures",
           "违反本规范的，先提示修改；二十四小时内未改的，下架商品、降低搜索权重或者禁止发布一至七天。",
           "The merchant is first told to correct; if that does not happen within 24 hours, the listing is taken down, ranked "
           "lower, or publishing is barred for one to seven days.", major=True),
)
_PROHIBITED = (
    clause(1, "适用范围", "Scope",
           "本规则列明在禾市不得销售和限制销售的商品。",
           "This rule lists the goods that may not be sold on HeMart and those that may be sold under conditions."),
    clause(2, "禁售商品", "Prohibited goods",
           "不得发布法律、行政法规禁止交易的商品，包括国家重点保护动植物制品、管制器具和假币。",
           "Goods whose trade the law forbids may not be listed, including products of protected species, controlled weapons "
           "and counterfeit money.", major=True),
    clause(3, "限售商品", "Restricted goods",
           "食品、医疗器械、化妆品、出版物等商品，取得相应资质并经平台核验后方可发布。",
           "Food, medical devices, cosmetics, publications and the like may be listed once the licence is verified.",
           major=True),
    clause(4, "规避", "Evasion",
           "不得使用谐音、暗语、图片代替文字等方式规避禁限售管理。",
           "Sound-alike words, code words or pictures in place of text may not be used to get around this rule."),
    clause(6, "不安全商品", "Unsafe goods",
           "经抽检不符合强制性标准的商品，应当立即停止销售并配合召回。",
           "Goods that fail a mandatory standard in a spot check are taken off sale at once, and the merchant helps to recall them."),
    clause(7, "处置", "Measures",
           "违反本规则的，下架商品；情节严重的，暂停发布、关闭店铺并向市场监管部门报告。",
           "The listing is taken down; in grave cases publishing is suspended or the shop closed and the market regulator informed.",
           major=True),
)
_BRAND = (
    clause(1, "适用范围", "Scope",
           "本规则适用于在禾市使用他人商标、专利和作品的情形。",
           "This rule covers the use of other people's trade marks, patents and works on HeMart."),
    clause(2, "授权", "Authorisation",
           "销售品牌商品的，应当持有在有效期内的授权或者完整的进货凭证。",
           "Whoever sells branded goods holds a valid authorisation or a full chain of purchase documents.", major=True),
    clause(3, "权利人通知", "Notice by the right holder",
           "收到附有初步证据的侵权通知后，平台采取必要措施，并将通知转送商家。",
           "On a notice with prima facie evidence the platform takes the necessary measures and passes the notice on."),
    clause(4, "不侵权声明", "Statement of non-infringement",
           "商家可以提交不侵权声明；权利人在声明送达后十五日内未投诉或者起诉的，措施终止。",
           "The merchant may state that there is no infringement; if the right holder neither complains nor sues within fifteen "
           "days of receiving it, the measures end."),
    clause(5, "仿冒混淆", "Passing off",
           "不得擅自使用与他人有一定影响的名称、包装、装潢相同或者近似的标识，引人误认。",
           "Names, packaging or get-up identical or similar to well-known ones of others may not be used to mislead."),
    clause(6, "图片盗用", "Copied pictures",
           "不得未经许可使用他人拍摄的商品图片。",
           "Product pictures taken by others may not be used without permission."),
    clause(7, "处置", "Measures",
           "侵权成立的，下架商品并记违规分；售假成立的，扣除保证金、关闭店铺。",
           "For infringement the listing is taken down and points are recorded; for selling fakes the deposit is deducted and the "
           "shop closed.", major=True),
)

RULES: tuple[RulePlan, ...] = (
    RulePlan("advertising", Both("广告宣传规范", "Advertising Code"), (
        VersionPlan(date(2025, 6, 15), Both("首次发布。", "First version."), _ADVERTISING),
        VersionPlan(
            date(2026, 1, 1),
            Both("第八条补充例外；新增第十条检测报告。", "Clause 8 gains an exception; clause 10 on test reports is new."),
            _ADVERTISING_2026,
        ),
        VersionPlan(
            date(2026, 9, 1),
            Both("明确首次轻微情形先提示；人工智能生成的图片应当标识。",
                 "First minor cases get a warning first; AI-made pictures must be labelled."),
            revised(
                _ADVERTISING_2026,
                clause(9, "处置", "Measures",
                       "首次且轻微的，先提示改正；其他情形视情节下架商品一至十四天、降低搜索权重、暂停推广投放，"
                       "并记违规分一至四分。",
                       "A first and minor breach gets a request to correct; otherwise, by gravity, a takedown of one to fourteen days, "
                       "lower search weight, a stop of advertising, and one to four penalty points.", major=True),
                clause(11, "人工智能生成内容", "AI-made content",
                       "使用人工智能生成的商品图片或者视频，应当在显著位置标识，且不得夸大实物效果。",
                       "AI-made product pictures or films are labelled prominently and may not exaggerate the goods."),
            ),
        ),
    )),
    RulePlan("listing-quality", Both("商品信息发布规范", "Listing Code"), (
        VersionPlan(date(2025, 7, 1), Both("首次发布。", "First version."), _LISTING),
        VersionPlan(
            date(2026, 4, 1),
            Both("重复铺货写明判断标准；新增库存真实。", "States the test for duplicates; honest stock is new."),
            revised(
                _LISTING,
                clause(5, "重复铺货", "Duplicate listings",
                       "同一店铺不得重复发布同款商品。颜色、尺码、容量、套餐不同，或者售后承诺不同的，不视为同款。",
                       "One shop may not list the same goods twice. Another colour, size, volume, bundle or after-sale promise is not "
                       "the same goods."),
                clause(8, "库存真实", "Honest stock",
                       "商品库存应当真实，不得以无货商品引流。",
                       "Stock figures are true; goods that are not there may not be used to draw visitors."),
            ),
        ),
    )),
    RulePlan("prohibited-goods", Both("禁限售商品管理规则", "Prohibited and Restricted Goods Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _PROHIBITED),
        VersionPlan(
            date(2026, 3, 1),
            Both("新增线索核查期间的临时措施及其时限。", "Interim measures while a lead is checked, with their time limit."),
            revised(
                _PROHIBITED,
                clause(8, "临时措施", "Interim measures",
                       "有证据显示商品可能危及人身安全的，可以临时下架或者冻结涉案货款，最长七十二小时，期满自动解除。",
                       "Where evidence suggests a danger to people, the listing may be taken down or the money concerned held for at "
                       "most 72 hours; the hold then ends by itself.", major=True),
            ),
        ),
    )),
    RulePlan("brand-ip", Both("品牌与知识产权保护规则", "Brand and Intellectual Property Rule"), (
        VersionPlan(date(2025, 6, 1), Both("首次发布。", "First version."), _BRAND),
        VersionPlan(
            date(2026, 2, 1),
            Both("授权链条可用进货凭证证明；扣款写明上限。",
                 "Purchase documents may prove the chain; deductions have a stated cap."),
            revised(
                _BRAND,
                clause(2, "授权", "Authorisation",
                       "销售品牌商品的，应当持有在有效期内的授权，或者能够逐级对应到品牌方的进货发票。",
                       "Whoever sells branded goods holds a valid authorisation, or invoices that lead step by step back to the brand.",
                       major=True),
                clause(7, "处置", "Measures",
                       "侵权成立的，下架商品并记违规分；售假成立的，按涉案商品成交额的百分之三十扣除保证金，最高五万元，"
                       "情节严重的关闭店铺。",
                       "For infringement the listing is taken down and points are recorded; for selling fakes 30 % of the sales of the "
                       "goods concerned is deducted from the deposit, at most CNY 50,000, and in grave cases the shop is closed.",
                       major=True),
            ),
        ),
    )),
)
