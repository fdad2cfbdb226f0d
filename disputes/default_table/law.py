"""The instruments that the table cites, and how an article is written in each language.

An article is written as lawyers shorten it: `25(1)[2]` is article 25, paragraph 1, item 2. What does not belong here:
what an article says; that is in the words of the step that cites it.
"""

import re
from dataclasses import dataclass

from disputes.proof import Words

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_ARTICLE = re.compile(r"(\d+)(?:\((\d+)\))?(?:\[(\d+)\])?")


def chinese_number(number: int) -> str:
    """A number from 1 to 9999 as statutes write it: 二十五, 一百零二, 一千二百零二."""
    text = ""
    for place, digit in reversed(list(enumerate(reversed(str(number))))):
        if digit != "0":
            text += _DIGITS[int(digit)] + _PLACES[place]
        elif not text.endswith("零"):
            text += "零"
    text = text.rstrip("零")
    return text.removeprefix("一") if 10 <= number <= 19 else text


def _in_chinese(articles: tuple[str, ...]) -> str:
    """As 第十二条第一款、第三款: an article is named once for all its paragraphs."""
    parts, last = [], ""
    for article in articles:
        match = _ARTICLE.fullmatch(article)
        if match is None:
            raise ValueError(article)
        units = zip(match.groups(), ("条", "款", "项"), strict=True)
        named = [f"第{chinese_number(int(number))}{unit}" for number, unit in units if number]
        parts.append("".join(named[1:] if named[0] == last else named))
        last = named[0]
    return "、".join(parts)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation or judicial interpretation by its common short name; called with articles it is a citation."""

    zh: str
    en: str

    def __call__(self, *articles: str) -> Words:
        """These articles of it, in both languages."""
        plain = ", ".join(article.replace("[", "(").replace("]", ")") for article in articles)
        return Words(
            f"《{self.zh}》{_in_chinese(articles)}",
            f"{self.en} {'art' if len(articles) == 1 else 'arts'} {plain}",
        )


def cite(*citations: Words) -> Words:
    """Several citations as one basis."""
    return Words("；".join(c.zh for c in citations), "; ".join(c.en for c in citations))


ECOMMERCE = Instrument("电子商务法", "E-Commerce Law")
CONSUMER = Instrument("消费者权益保护法", "Consumer Rights Law")
CONSUMER_REGULATION = Instrument("消费者权益保护法实施条例", "Consumer Rights Regulation")
CONSUMER_PENALTIES = Instrument("侵害消费者权益行为处罚办法", "Consumer Penalty Measures")
SEVEN_DAYS = Instrument("网络购买商品七日无理由退货暂行办法", "Seven-Day Return Measures")
ONLINE_CONSUMPTION = Instrument("网络消费纠纷司法解释（一）", "Online Consumption Interpretation")
PLATFORM_RULES = Instrument("网络交易平台规则监督管理办法", "Platform Rules Measures")
CIVIL_CODE = Instrument("民法典", "Civil Code")
CONTRACTS = Instrument("民法典合同编通则司法解释", "Contract Interpretation")
PREPAID = Instrument("预付式消费司法解释", "Prepaid Consumption Interpretation")
CIVIL_PROCEDURE = Instrument("民事诉讼法", "Civil Procedure Law")
PROCEDURE = Instrument("民事诉讼法司法解释", "Civil Procedure Interpretation")
EVIDENCE = Instrument("民事诉讼证据规定", "Civil Evidence Provisions")
FOOD_SAFETY = Instrument("食品安全法", "Food Safety Law")
FOOD_DISPUTES = Instrument("食品药品纠纷司法解释", "Food and Drug Disputes Interpretation")
FOOD_LIABILITY = Instrument("食品安全民事纠纷司法解释（一）", "Food Safety Civil Interpretation")
FOOD_DAMAGES = Instrument("食品药品惩罚性赔偿司法解释", "Food Punitive Damages Interpretation")
PRODUCTS = Instrument("产品质量法", "Product Quality Law")
EXPRESS = Instrument("快递暂行条例", "Express Delivery Regulation")
PRICES = Instrument("明码标价和禁止价格欺诈规定", "Price Marking Provisions")
PERSONAL_DATA = Instrument("个人信息保护法", "Personal Information Law")

MARKETPLACES = Words("网络交易平台通行做法", "common marketplace practice")
