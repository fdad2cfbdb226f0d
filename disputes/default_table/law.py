"""The instruments that the table cites, and how an article is written in each language.

An article is written as lawyers shorten it: `25(1)[2]` is article 25, paragraph 1, item 2.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.toml import built, read
from disputes.proof import BilingualText

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
    """A law, regulation or judicial interpretation by its common short name."""

    zh: str
    en: str

    def cite(self, *articles: str) -> BilingualText:
        """These articles of it, in both languages."""
        plain = ", ".join(article.replace("[", "(").replace("]", ")") for article in articles)
        return BilingualText(
            f"《{self.zh}》{_in_chinese(articles)}",
            f"{self.en} {'art' if len(articles) == 1 else 'arts'} {plain}",
        )


INSTRUMENTS: dict[str, Instrument] = built(Mapping[str, Instrument], read(Path(__file__).with_name("instruments.toml")))
MARKETPLACES = BilingualText("网络交易平台通行做法", "common marketplace practice")


def cited(citations: Sequence[str]) -> BilingualText:
    """The basis of a step: `CONSUMER 23(3) 25` is two articles of one instrument, `MARKETPLACES` is practice.

    Raises `KeyError` for an instrument that `instruments.toml` does not have.
    """
    each = [_cited(*citation.split()) for citation in citations]
    return BilingualText("；".join(words.zh for words in each), "; ".join(words.en for words in each))


def _cited(name: str, *articles: str) -> BilingualText:
    return MARKETPLACES if name == "MARKETPLACES" else INSTRUMENTS[name].cite(*articles)
