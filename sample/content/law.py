# ruff: noqa: E501  (prose in two languages, one sentence per line)
"""Law articles that sample notices cite: real instruments and article numbers, gist in our own words.

Not legal advice and no quotation; have the numbering checked before any real use. Paragraphs are not told apart here.
"""

from dataclasses import dataclass
from datetime import date

from sample.content.bilingual import Both


@dataclass(frozen=True, slots=True)
class Article:
    instrument: str
    name: Both
    article: str
    gist: Both
    in_force_from: date


MEASURES_2025 = Both("网络交易平台规则监督管理办法", "Measures for the Supervision of Online Trading Platform Rules")
ECOMMERCE = Both("中华人民共和国电子商务法", "E-Commerce Law of the PRC")
TRADING_2021 = Both("网络交易监督管理办法", "Measures for the Supervision and Administration of Online Trading")
CONSUMER = Both("中华人民共和国消费者权益保护法", "Law on the Protection of Consumer Rights and Interests of the PRC")
CONSUMER_2024 = Both(
    "中华人民共和国消费者权益保护法实施条例",
    "Implementing Regulations of the Law on the Protection of Consumer Rights and Interests",
)
PIPL = Both("中华人民共和国个人信息保护法", "Personal Information Protection Law of the PRC")
ALGORITHMS = Both(
    "互联网信息服务算法推荐管理规定",
    "Provisions on the Administration of Algorithmic Recommendation of Internet Information Services",
)
COMPETITION = Both("中华人民共和国反不正当竞争法", "Anti-Unfair Competition Law of the PRC")
FOOD = Both("中华人民共和国食品安全法", "Food Safety Law of the PRC")
ADVERTISING = Both("中华人民共和国广告法", "Advertising Law of the PRC")

_PRM, _ECL = date(2026, 2, 1), date(2019, 1, 1)

LAW_ARTICLES: tuple[Article, ...] = (
    Article("CN-PRM-2025", MEASURES_2025, "18", Both(
        "平台应当运用规则约束违法、违背公序良俗的行为，防止交易各方受到损害。",
        "A platform is to use its rules to restrain illegal and indecent conduct and to prevent harm to the parties to trade.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "19", Both(
        "平台依规则对经营者或者消费者采取对其权益有负面影响的措施时，要告知事实、理由和依据，并提供方便的申诉渠道；"
        "收到申诉后要及时复核、公正处理，仅由人工智能等技术手段处理而申诉人要求人工判定的，应当由人工判定，结果及时告知。",
        "When a platform acts under its rules against a merchant or a consumer, it states facts, reasons and basis and offers "
        "an easy way to appeal; it re-examines promptly and fairly, and where only AI or similar technical means handled the "
        "appeal and the appellant asks for a person, a person decides, and the result is told promptly.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "20", Both(
        "平台在制定、修改和执行规则时，不得对经营者和消费者的申诉权利设置不合理限制。",
        "In making, changing and executing its rules a platform may not limit the right to appeal unreasonably.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "21", Both(
        "平台的争议处理规则应当公平分配举证责任；合理减轻一方举证责任的，还要识别、防范和处置恶意利用该便利的行为。",
        "Dispute rules share the burden of proof fairly; where one side's burden is eased with good reason, the platform also "
        "identifies, prevents and deals with bad-faith use of that relief.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "22", Both(
        "平台委托第三方执行规则的，要对其进行培训和管理，并对其执行行为负责。",
        "A platform that entrusts third parties with executing its rules trains and manages them and answers for what they do.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "27", Both(
        "不得利用规则对经营者的经营活动进行不合理限制，例如强制或者变相强制其承担退款不退货。",
        "Rules may not restrict merchants unreasonably, for example by forcing them, openly or not, to bear refunds without "
        "return of the goods.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "29", Both(
        "规则约定违约金或者损害赔偿金的，应当合理，并写明计算的依据和方法，不得明显超出合理水平。",
        "Penalties and damages in the rules must be reasonable, state on what basis and how they are calculated, and may not "
        "clearly exceed a reasonable level.",
    ), _PRM),
    Article("CN-PRM-2025", MEASURES_2025, "30", Both(
        "规则不得不合理地加重消费者责任，也不得排除其投诉、举报、请求调解、申请仲裁或者提起诉讼的权利。",
        "Rules may not burden consumers unreasonably, nor exclude complaint, report, mediation, arbitration or a lawsuit.",
    ), _PRM),
    Article("CN-ECL-2018", ECOMMERCE, "29", Both(
        "平台发现经营者提供的商品或者服务信息违法的，应当依法采取必要处置措施并向主管部门报告。",
        "A platform that finds illegal goods or service information takes the necessary measures and reports to the authority.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "36", Both(
        "平台依服务协议和交易规则对违法经营行为采取警示、暂停或者终止服务等措施的，应当及时公示。",
        "Where a platform warns, suspends or ends service because a merchant broke the law, it publishes that promptly.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "38", Both(
        "平台知道或者应当知道商品、服务不符合人身财产安全要求或者有其他侵害消费者权益行为而未采取必要措施的，承担连带责任。",
        "A platform that knew or should have known that goods are unsafe or that consumers are being harmed, and took no "
        "necessary measures, is jointly liable.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "39", Both(
        "平台应当建立信用评价制度，为消费者提供评价途径，不得删除消费者对商品或者服务的评价。",
        "A platform keeps a review system open to consumers and may not delete their reviews of goods or services.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "17", Both(
        "经营者应当全面、真实、准确、及时披露商品或者服务信息，不得以虚构交易、编造评价等方式误导消费者。",
        "Operators disclose information fully, truly, accurately and in time, and may not mislead consumers by invented trades "
        "or invented reviews.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "42", Both(
        "知识产权权利人可以通知平台对侵权商品采取删除、屏蔽、断开链接、终止交易等措施，通知应当包括初步证据。",
        "A right holder may notify the platform, with prima facie evidence, to remove, block, unlink or stop the trade.",
    ), _ECL),
    Article("CN-ECL-2018", ECOMMERCE, "43", Both(
        "被通知的经营者可以提交不存在侵权行为的声明；声明送达权利人后十五日内未收到投诉或者起诉通知的，平台应当终止措施。",
        "The merchant may state that there is no infringement; if within fifteen days of that statement reaching the right "
        "holder no complaint or lawsuit is shown, the platform ends the measures.",
    ), _ECL),
    Article("CN-OTM-2021", TRADING_2021, "14", Both(
        "不得虚构交易、编造用户评价，不得以误导性展示、虚构流量数据等方式作虚假或者引人误解的商业宣传。",
        "No invented trades or reviews, no misleading display and no invented traffic figures to advertise falsely.",
    ), date(2021, 5, 1)),
    Article("CN-OTM-2021", TRADING_2021, "20", Both(
        "以直播方式开展网络交易的，应当清楚展示或者说明实际经营者，直播视频保存不少于三年。",
        "Livestream selling must show clearly who the actual seller is; recordings are kept for at least three years.",
    ), date(2021, 5, 1)),
    Article("CN-OTM-2021", TRADING_2021, "30", Both(
        "平台对经营者违法行为采取警示、暂停或者终止服务等措施的，自决定之日起一个工作日内公示相关信息。",
        "Measures against a merchant's illegal act are published within one working day of the decision.",
    ), date(2021, 5, 1)),
    Article("CN-CPL-2013", CONSUMER, "20", Both(
        "经营者提供的信息应当真实、全面，不得作虚假或者引人误解的宣传。",
        "Information from operators is true and complete; false or misleading advertising is not allowed.",
    ), date(2014, 3, 15)),
    Article("CN-CPL-2013", CONSUMER, "25", Both(
        "网购商品除法定和经消费者确认的例外外，消费者自收到之日起七日内可以无理由退货，商品应当完好。",
        "Save for legal and confirmed exceptions, goods bought online may be returned within seven days without reason, intact.",
    ), date(2014, 3, 15)),
    Article("CN-CPR-2024", CONSUMER_2024, "19", Both(
        "经营者不得擅自扩大不适用无理由退货的商品范围；消费者退货应当遵循诚实信用原则。",
        "Operators may not widen the goods excluded from returns without reason; consumers return goods in good faith.",
    ), date(2024, 7, 1)),
    Article("CN-CPR-2024", CONSUMER_2024, "14", Both(
        "直播营销平台要建立消费争议解决机制，直播间应当标明真实的商品或者服务经营者。",
        "A livestream platform keeps a way to resolve consumer disputes, and a live room shows who really sells.",
    ), date(2024, 7, 1)),
    Article("CN-PIPL", PIPL, "24", Both(
        "通过自动化决策作出对个人权益有重大影响的决定，个人有权要求说明，并有权拒绝仅通过自动化决策的方式作出决定。",
        "A person may ask for an explanation of an automated decision with a major effect and refuse one made by automation only.",
    ), date(2021, 11, 1)),
    Article("CN-ALGO", ALGORITHMS, "22", Both(
        "算法推荐服务提供者应当设置便捷的申诉和投诉入口，明确处理流程和反馈时限，及时受理、处理并反馈结果。",
        "Providers of algorithmic services offer an easy entrance for appeals and complaints, state process and time limits, "
        "and accept, handle and answer in time.",
    ), date(2022, 3, 1)),
    Article("CN-AUCL-2025", COMPETITION, "9", Both(
        "经营者不得对商品的性能、销售状况、用户评价等作虚假宣传，也不得组织虚假交易、虚假评价帮助他人虚假宣传。",
        "No false advertising of performance, sales or reviews, and no organising of sham trades or reviews for others.",
    ), date(2025, 10, 15)),
    Article("CN-FOOD", FOOD, "67", Both(
        "预包装食品应当有标签，标明名称、规格、生产日期、保质期、生产者等事项。",
        "Prepacked food carries a label with name, specification, production date, shelf life, producer and the like.",
    ), date(2015, 10, 1)),
    Article("CN-AD-2021", ADVERTISING, "9", Both(
        "广告不得使用“国家级”“最高级”“最佳”等用语。",
        "Advertisements may not use words such as “national level”, “highest grade” or “best”.",
    ), date(2015, 9, 1)),
    Article("CN-AD-2021", ADVERTISING, "17", Both(
        "除医疗、药品、医疗器械广告外，其他广告不得涉及疾病治疗功能。",
        "Apart from medical advertising, no advertisement may speak of curing diseases.",
    ), date(2015, 9, 1)),
)
