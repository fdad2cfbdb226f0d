"""How an article is named: found in a text, and written in both languages. Plain values, no database.

A place in a law is written as lawyers shorten it: `25(2)[3].1` is article 25, paragraph 2, item 3, sentence 1.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_LAW = re.compile(r"《(?:中华人民共和国)?((?:[^《》]|《[^》]*》)+)》([^《；;]*)")
_UNIT = re.compile(r"第([零〇一二三四五六七八九十百千0-9]+)([条款项])")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
PLACE = re.compile(r"(\d+)(?:\((\d+)\))?(?:\[(\d+)\])?(?:\.(\d+))?")
"""Article, paragraph, item and sentence."""
UNITS = ("条", "款", "项", "句")


def number_of(text: str) -> int:
    """The number that statutes write as 二十五, 一百零二 or 25."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def chinese_number(number: int) -> str:
    """A number from 1 to 9999 as statutes write it: 二十五, 一百零二, 一千二百零二."""
    text = ""
    for place, digit in reversed(list(enumerate(reversed(str(number))))):
        if digit != "0":
            text += "零一二三四五六七八九"[int(digit)] + ("", "十", "百", "千")[place]
        elif not text.endswith("零"):
            text += "零"
    text = text.rstrip("零")
    return text.removeprefix("一") if 10 <= number <= 19 else text


def articles_cited(basis: str) -> Iterator[tuple[str, str]]:
    """(law, article) of each article that a basis in Chinese names; a paragraph follows the last article named."""
    for law in _LAW.finditer(basis):
        article, paragraph = "", ""
        for match in _UNIT.finditer(law[2]):
            number = number_of(match[1])
            if match[2] == "条":
                article, paragraph = str(number), ""
                yield law[1], article
            elif match[2] == "款" and article:
                paragraph = f"{article}({number})"
                yield law[1], paragraph
            elif article:
                yield law[1], f"{paragraph or article}[{number}]"


def narrowest(named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without an article or paragraph of which a part is named right after it, each once."""
    pairs = pairwise([*named, ("", "")])
    kept = [each for each, after in pairs if each[0] != after[0] or not is_part(after[1], each[1]) or each == after]
    return list(dict.fromkeys(kept))


def is_part(place: str, whole: str) -> bool:
    """Whether the place is this one or lies in it: `25(2)` lies in `25`, and `25` does not lie in `2`."""
    return place == whole or (place.startswith(whole) and place[len(whole)] in "([.")


def touch(one: str, other: str) -> bool:
    """Whether what is said of one of these places is said of the other, too: one lies in the other."""
    return is_part(one, other) or is_part(other, one)


def in_chinese(places: Sequence[str]) -> str:
    """As 第十二条第一款、第三款: an article is named once for all its paragraphs. Raises `ValueError` for no place."""
    parts, last = [], ""
    for place in places:
        match = PLACE.fullmatch(place)
        if match is None:
            raise ValueError(place)
        units = zip(match.groups(), UNITS, strict=True)
        named = [f"第{chinese_number(int(number))}{unit}" for number, unit in units if number]
        parts.append("".join(named[1:] if named[0] == last else named))
        last = named[0]
    return "、".join(parts)


def in_english(places: Sequence[str]) -> str:
    """As arts 12(1), 14(2)(3)."""
    plain = ", ".join(place.replace("[", "(").replace("]", ")") for place in places)
    return f"{'art' if len(places) == 1 else 'arts'} {plain}"
