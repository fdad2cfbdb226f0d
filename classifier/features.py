"""What the classifier may know of an appeal, and how its words become features.

Every function works on a copy: the appellant's own text is never changed. What does not belong here: weights,
thresholds, names, addresses, nationality, sex, the reviewer, and anything written after the appeal was filed.
"""

import hashlib
import json
import math
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache

from opencc import OpenCC

TEXT_LIMIT = 4_000
"""Normalised characters that are read; the rest is left to the person."""
SCAN_LIMIT = 100_000
"""Raw characters that are looked at, so that megabytes of invisible padding cost milliseconds."""
AUTOMATION = ("none", "partial", "full")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageInput:
    """All that may weigh in a suggestion, as it stood when the appeal was filed.

    `ground` is the code the appellant chose, `statement` their own words. `clause_code` is the first clause of the
    notice in whatever version; `clause_codes` are all that it rests on, each as it then read: they weigh nothing, and
    a certificate must name every one of them. `language` is what the form said: it is
    hashed with the rest and weighs nothing, for the words tell their language. `amount_minor` is in cents,
    `days_blocked` is how long the measure lasts by its own terms. `detector` is the tool that found the conduct,
    `executor` the pseudonym of the third party that acted. `history` is the party's record at that moment, counts and
    days by name (`earlier_appeals`, `earlier_overturned`, `account_days` …). `human_demanded` never weighs in a score.
    """

    statement: str
    ground: str = ""
    language: str = ""
    party_kind: str = ""
    measure_types: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    clause_code: str = ""
    clause_codes: tuple[str, ...] = ()
    automated_decision: str = "none"
    amount_minor: int = 0
    days_blocked: int = 0
    detector: str = ""
    executor: str = ""
    history: tuple[tuple[str, float], ...] = ()
    human_demanded: bool = False

    def __post_init__(self) -> None:
        if self.automated_decision.lower() not in AUTOMATION:
            raise ValueError("automated_decision is none, partial or full")
        if not all(isinstance(codes, tuple) for codes in (self.measure_types, self.axes, self.clause_codes)):
            raise TypeError("measure_types, axes and clause_codes are tuples of codes")
        names = [name for name, _ in self.history]
        if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
            raise ValueError("history has each name once, in small letters")
        if not all(math.isfinite(value) for _, value in self.history):
            raise ValueError("history holds numbers")


def pseudonym(name: str) -> str:
    """A code that tells one from another and keeps a name out of model files; the empty name stays empty."""
    return hashlib.sha256(f"triage:{name}".encode()).hexdigest()[:10] if name else ""


def input_hash(case: TriageInput) -> str:
    """The same input always has this hash, on every machine; one changed character gives another."""
    canonical = json.dumps(asdict(case), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# — normalised copy —

# Cyrillic and Greek letters that look like Latin ones; replaced only inside a word that also holds Latin letters.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝьгпκαονρτυιγωεηАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhqwbrnkaovptuiywenabekmhopctxijsabezhikmnoptyx",
)
_MIXED_WORD = re.compile(r"[a-z0-9\u0370-\u03ff\u0400-\u052f]+")
_LATIN = re.compile(r"[a-z]")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
UNIT = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[^\W{_CJK}_]+(?:'[^\W{_CJK}_]+)*)")
_TOKEN = re.compile(rf"{UNIT.pattern}|(?P<mark>[^\w\s]|_)")
_SIGN = re.compile(rf"[{_CJK}]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u024f']+")
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")  # drawn as nothing though not in category Cf


@dataclass(frozen=True, slots=True)
class CaseText:
    """A normalised copy with, for each of its characters, where it came from in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    truncated: bool
    language: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that became `text[start:end]`."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8_192)
def folded(cluster: str) -> str:
    """NFKC, lower case, without what is not seen: an empty string for an invisible character, a blank for any space."""
    kept = [c for c in unicodedata.normalize("NFKC", cluster) if c not in _HIDDEN]
    out = []
    for c in kept:
        category = unicodedata.category(c)
        if c.isspace() or category in ("Zs", "Zl", "Zp"):
            out.append(" ")
        elif category[0] == "C" or category in ("Mn", "Me"):
            continue
        else:
            out.append(c)
    # NFKC once more: lower-casing and dropping may have made new pairs (İ, stacked accents).
    bare = (c for c in unicodedata.normalize("NFKC", "".join(out).lower()) if unicodedata.category(c) != "Mn")
    return "".join(_simplified(c) if _SIGN.match(c) else c for c in bare)


def _simplified(sign: str) -> str:
    """The simplified form of one sign. Sign by sign, so that places in the copy stay places in the original."""
    once = _script().convert(sign)
    return once if once == sign else _script().convert(once)  # 薴 becomes 苧, and that 苎


@cache
def _script() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=32_768)
def _alone(char: str) -> str:
    """The one sign that a character becomes, whatever stands beside it; empty for an accent, and for none or several.

    Nearly all are of this kind, so that the search for accents is left to the few others.
    """
    form = folded(char)
    return form if len(form) == 1 and not _is_joined(char) else ""


def _is_joined(char: str) -> bool:
    return unicodedata.combining(char) != 0


def normalise(original: str) -> CaseText:
    """A copy that is the same for texts that look or read the same: width, case, blanks, script, hidden letters."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position, limit = 0, min(len(original), SCAN_LIMIT)
    while position < limit and len(chars) <= TEXT_LIMIT:
        end = position + 1
        if (sign := _alone(original[position])) and (end == limit or _alone(original[end])):
            if sign != " " or (chars and chars[-1] != " "):
                chars.append(sign)
                starts.append(position)
                ends.append(end)
            position = end
            continue
        cluster = original[position]
        # An accent belongs to its letter; what is invisible in between does not part them.
        while end < limit and end - position < 32 and (_is_joined(original[end]) or not folded(original[end])):
            if _is_joined(original[end]):
                cluster += original[end]
            end += 1
        form = folded(cluster[:8])
        start, stop = position, position + len(cluster) if end - position == len(cluster) else end
        position = end
        if not form:
            continue
        for c in form:
            if c == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(c)
            starts.append(start)
            ends.append(stop)
    truncated = len(chars) > TEXT_LIMIT or position < len(original)
    del chars[TEXT_LIMIT:], starts[TEXT_LIMIT:], ends[TEXT_LIMIT:]
    while chars and chars[-1] == " ":
        del chars[-1], starts[-1], ends[-1]
    text = without_lookalikes("".join(chars))
    return CaseText(text, tuple(starts), tuple(ends), truncated, _language(text))


def without_lookalikes(text: str) -> str:
    """The text with Latin letters for the Cyrillic and Greek ones that stand beside Latin ones in a word."""
    return _MIXED_WORD.sub(_unmasked, text)


def _unmasked(match: re.Match[str]) -> str:
    word = match[0]
    if _FOREIGN.search(word) and _LATIN.search(word):
        return word.translate(_LOOKALIKES)
    return word


def _language(text: str) -> str:
    """zh, en, mixed, or unknown; by the words themselves, whatever the hint says."""
    chinese = latin = other = 0
    for unit in UNIT.finditer(text):
        if unit["cjk"]:
            chinese += len(unit["cjk"])
        elif _LATIN_WORD.fullmatch(unit["word"]):
            latin += 1
        elif not unit["word"].isdigit() and not _LATIN.search(unit["word"]):
            other += len(unit["word"]) if _KANA_HANGUL.search(unit["word"]) else 1
    total = chinese + latin + other
    if not chinese + latin or other > 0.3 * total:
        return "unknown"
    if chinese >= 0.7 * (chinese + latin):
        return "zh"
    # Three signs of Chinese say about as much as two English words.
    return "en" if chinese <= 0.1 * (chinese + latin) else "mixed"


# — words to features —

BUCKETS = 1 << 18
"""Features are hashed, so a model file holds no one's words."""


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of one text and their places in the normalised copy; `units` are whole words or single signs."""

    keys: list[str]
    starts: list[int]
    ends: list[int]
    units: list[tuple[int, int]]

    def add(self, key: str, start: int, end: int) -> None:
        self.keys.append(key)
        self.starts.append(start)
        self.ends.append(end)

    def extend(self, keys: list[str], starts: list[int], ends: list[int]) -> None:
        self.keys.extend(keys)
        self.starts.extend(starts)
        self.ends.extend(ends)


def grams(text: str) -> Grams:
    """Chinese in single signs and pairs, marks as signs, blanks ignored; other words whole, in pairs and in parts.

    A mark counts behind a sign of Chinese and once however often it is repeated: it says how something was meant.
    """
    found = Grams([], [], [], [])
    signs: list[tuple[str, int]] = []
    previous, previous_start, previous_end = "", 0, -2
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["mark"]:
            if signs and signs[-1][0] != match["mark"]:
                signs.append((match["mark"], start))
        elif match["cjk"]:
            signs += [(text[at], at) for at in range(start, end)]
            found.units.extend((at, at + 1) for at in range(start, end))
            previous = ""
        else:
            _add_signs(found, signs)
            signs.clear()
            word = match["word"]
            if word.isdigit() and len(word) > 4:
                word = "#"  # an order, phone or identity number says nothing and belongs to someone
            found.units.append((start, end))
            found.add(f"w {word}", start, end)
            if previous and start - previous_end <= 1:
                found.add(f"w {previous} {word}", previous_start, end)
            previous, previous_start, previous_end = word, start, end
            if word != "#":
                _add_parts(found, word, start, end)
    _add_signs(found, signs)
    return found


def _add_signs(found: Grams, signs: Sequence[tuple[str, int]]) -> None:
    if not signs:
        return
    text = "".join(sign for sign, _at in signs)
    places = [at for _sign, at in signs]
    behind = [at + 1 for at in places]
    found.extend(list(text), places, behind)
    found.extend([text[i : i + 2] for i in range(len(text) - 1)], places[:-1], behind[1:])


def _add_parts(found: Grams, word: str, start: int, end: int) -> None:
    """Parts of 3 to 5 letters, with a blank for either edge of the word."""
    padded = f" {word} "
    for size in (3, 4, 5):
        count = len(padded) - size + 1
        if count > 0:
            found.extend(
                [f"p{padded[i : i + size]}" for i in range(count)],
                [start, *range(start, start + count - 1)],
                [*range(start - 1 + size, start + count - 2 + size), end],
            )


def bucket(key: str) -> int:
    """The same n-gram falls in the same bucket in every release: a stored model would mean something else otherwise."""
    return (zlib.crc32(key.encode("utf-8", "surrogatepass")) * 0x9E3779B1 & 0xFFFFFFFF) >> 14


def buckets(keys: Sequence[str]) -> list[int]:
    crc = zlib.crc32
    return [(crc(key.encode("utf-8", "surrogatepass")) * 0x9E3779B1 & 0xFFFFFFFF) >> 14 for key in keys]


MOVED_BY_FILING = "history.earlier_appeals"
"""Whoever files more appeals has more of them, so this says nothing where a case is closed alone."""


def facts(case: TriageInput) -> list[tuple[str, float]]:
    """The named features beside the words. A name not seen in training weighs nothing.

    None says how much was written or how, since whoever appeals can move that without saying anything.
    """
    named = [(f"ground={case.ground}", 1.0)]
    named += [(f"measure={code}", 1.0) for code in sorted(set(case.measure_types))]
    named += [(f"axis={code.lower()}", 1.0) for code in sorted(set(case.axes))]
    named += [(f"clause={case.clause_code}", 1.0), (f"automated={case.automated_decision.lower()}", 1.0)]
    named += [
        ("amount", min(math.log10(1 + max(case.amount_minor, 0) / 100) / 5, 2.0)),
        ("days_blocked", min(math.log10(1 + max(case.days_blocked, 0)) / 2, 2.0)),
    ]
    named += [(f"detector={case.detector}", 1.0)] if case.detector else []
    named += [(f"executor={case.executor}", 1.0)] if case.executor else []
    named += [
        (f"history.{name}", max(-2.0, min(math.copysign(math.log10(1 + abs(value)) / 3, value), 2.0)))
        for name, value in sorted(case.history)
    ]
    return named
