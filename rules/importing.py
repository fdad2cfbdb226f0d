"""The clauses of a text that was written elsewhere: articles numbered 第X条, English articles, numbered headings.

What is found is shown before anything is stored (console), with every line that belongs to no clause.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

MAJOR = "★"
MAX_TITLE = 60
_ZH = "零〇一二三四五六七八九十百千两0-9０-９"
HEADING = re.compile(r"(?P<marks>#{1,6})[ \t　]+(?P<text>\S.*)")
ARTICLE = re.compile(
    rf"第[ 　]*(?P<number>[{_ZH}]{{1,12}})[ 　]*条(?:之(?P<sub>[{_ZH}]{{1,3}}))?"
    r"(?P<rest>$|[\s　:：、.．【（(★].*|(?P<close>\S.*))"
)
ENGLISH = re.compile(
    r"(?:article|clause|section|rule)\s+(?P<number>\d{1,6}(?:[.-]\d{1,6}){0,3}|[IVXLC]{1,8})"
    r"(?:(?:[.:：)]|\s{0,2}[-–—])?\s+(?P<rest>.*)|[.:：)]?)",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?=\S{1,20}(?:\s|$))(?P<number>\w*\d\w*(?:[.-]\w+)*)[.、．)）:：]?(?:\s+(?P<rest>.*))?")
CHAPTER = re.compile(
    rf"第[ 　]*[{_ZH}]+[ 　]*[编章节](?:[\s　:：].*)?|(?:chapter|part)\s+[\dIVXLC]+\b.*", re.IGNORECASE
)
BRACKETED = re.compile(r"【(?P<title>[^】]{1,60})】\s*(?P<rest>.*)")
STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1")
ENDS = "。；！？：;!?:，,"
VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(slots=True)
class FoundClause:
    """One clause as it was found; `title` may be empty."""

    number: str
    title: str = ""
    lines: list[str] = field(default_factory=list)
    is_major_interest: bool = False
    level: int = 0  # of its heading; 0 where it was no heading

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(slots=True)
class Imported:
    """The clauses of a text in their order, and the lines that belong to none: its title, chapters, a preamble."""

    clauses: list[FoundClause] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def twice(self) -> list[str]:
        """The numbers that come more than once."""
        return [number for number, times in Counter(each.number for each in self.clauses).items() if times > 1]

    @property
    def empty(self) -> list[str]:
        """The numbers of the clauses without text."""
        return [each.number for each in self.clauses if not each.text]


def clauses_in(text: str) -> Imported:
    """Every line of the text, in a clause or left out."""
    found, clause = Imported(), None
    for line in _without_comments(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        plain = STRONG.sub(r"\2", line).strip(" \t　")
        heading = HEADING.fullmatch(plain)
        words, level = (heading["text"].rstrip("#").rstrip(), len(heading["marks"])) if heading else (plain, 0)
        begun = _begun(words, level, is_strong=plain != line.strip(" \t　"))
        if begun is not None:
            clause = begun
            found.clauses.append(clause)
        elif CHAPTER.fullmatch(words) or (level and (clause is None or level <= (clause.level or 6))):
            clause = None
            found.left_out.append(words)
        elif clause is not None:
            clause.lines.append(words)
        elif words:
            found.left_out.append(words)
    for each in found.clauses:
        _take_title(each)
    return found


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(each.partition("-->")[2] if "-->" in each else f"<!--{each}" for each in others)


def _begun(words: str, level: int, *, is_strong: bool) -> FoundClause | None:
    """The clause that begins with this line; None where none does. 第三条规定的… in running text is no beginning."""
    article = ARTICLE.fullmatch(words)
    if article and (level or is_strong or not article["close"]):
        sub = f"-{_decimal(article['sub'])}" if article["sub"] else ""
        return _clause(f"{_decimal(article['number'])}{sub}", article["rest"], level)
    english = ENGLISH.fullmatch(words)
    if english:
        number = english["number"]
        return _clause(number if number[0].isdigit() else str(_roman(number.upper())), english["rest"] or "", level)
    numbered = NUMBERED.fullmatch(words) if level else None
    return _clause(numbered["number"], numbered["rest"] or "", level) if numbered else None


def _clause(number: str, rest: str, level: int) -> FoundClause:
    rest = rest.strip(" \t　:：、.．")
    clause = FoundClause(number, is_major_interest=MAJOR in rest, level=level)
    rest = rest.replace(MAJOR, "").strip()
    if bracketed := BRACKETED.fullmatch(rest):
        clause.title, rest = bracketed["title"], bracketed["rest"]
    elif level:
        clause.title, rest = rest, ""
    clause.lines = [rest] if rest else []
    return clause


def _take_title(clause: FoundClause) -> None:
    """A short first line without a stop, with text below it, is the title; a title without text is the text."""
    first, *others = clause.lines or [""]
    if not clause.title and first and len(first) <= MAX_TITLE and first[-1] not in f"{ENDS}." and any(others):
        clause.title, clause.lines = first, others
    if clause.title and (len(clause.title) > 200 or not clause.text):
        clause.lines = [clause.title, *clause.lines]
        clause.title = ""


def _decimal(numeral: str) -> str:
    """十二, 一百零三, 12 and １２ as digits."""
    if numeral.isdecimal():
        return str(int(numeral))
    if not PLACES.keys() & set(numeral):
        return str(int("".join(str(VALUES.get(char, char)) for char in numeral)))
    total, digit = 0, 0
    for char in numeral:
        if char in PLACES:
            total, digit = total + (digit or 1) * PLACES[char], 0
        else:
            digit = int(char) if char.isdecimal() else VALUES[char]
    return str(total + digit)


def _roman(numeral: str) -> int:
    values = [ROMAN[char] for char in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def as_draft(clauses: Sequence[FoundClause]) -> str:
    """The clauses as the draft's form takes them: a heading each, and the text below it."""
    return "\n\n".join(
        f"## {each.number} {each.title}{f' {MAJOR}' if each.is_major_interest else ''}".rstrip() + f"\n\n{each.text}"
        for each in clauses
    )
