"""Finds clauses of every published version by the words that people use (办法 9).

What does not belong here: which words mean the same (`words`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Q
from django.utils.translation import get_language

from rules.models import Clause, PlatformRule, RuleVersion
from rules.words import alternatives, known_words_in, words_of

MOST_ROWS = 1000
"""Clauses that one search reads, newest versions first."""
MOST_FOUND = 200
MOST_AROUND = 60
"""Characters shown on each side of the first hit where its sentence is longer."""

_TEXTS = ("text_zh", "text_en", "title_zh", "title_en")
_NAMES = ("version__rule__name_zh", "version__rule__name_en")
_ENDS = re.compile(r"(?<=[。！？；\n])|(?<=[.!?;])\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_hit: bool


@dataclass(slots=True)
class FoundClause:
    """One wording of one clause, with the versions in which it reads so, newest first."""

    clause: Clause
    versions: list[RuleVersion]
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    language: str
    score: int = field(default=0)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `words` are those it looked for; `is_by_parts`: not all that was typed, but known words in
    it; `has_more`: it was cut."""

    clauses: tuple[FoundClause, ...]
    rules: tuple[PlatformRule, ...]
    words: tuple[tuple[str, ...], ...]
    is_by_parts: bool = False
    has_more: bool = False

    @property
    def also(self) -> tuple[str, ...]:
        """The words looked for beside those typed, in the reader's language."""
        is_english = (get_language() or "").startswith("en")
        return tuple(dict.fromkeys(w for group in self.words for w in group[1:] if w.isascii() == is_english))


def stands_in(words: Iterable[str], fields: Iterable[str]) -> Q:
    """The condition that any of the words, or what means the same, stands in any of the fields."""
    found = Q()
    for name in fields:
        for word in words:
            if not (name.endswith("_en") and not word.isascii()):  # no Chinese in English
                found |= Q(**{f"{name}__icontains": word})
    return found


def rules_named_or_saying(asked: str) -> Q:
    """The condition on rules that each of the words stands in the name or in a published clause of the rule."""
    condition = Q()
    for word in words_of(asked):
        same = alternatives(word)
        saying = Clause.objects.filter(stands_in(same, _TEXTS), version__published_at__isnull=False)
        condition &= stands_in(same, ("name_zh", "name_en")) | Q(pk__in=saying.values("version__rule"))
    return condition


def find_clauses(asked: str, *, rule: str = "") -> Found:
    """The clauses in which every word of `asked` stands, or what means the same; of one rule by its code where given.

    A word may stand in the rule's name instead, but one stands in the clause. Where nothing is found, the known words
    in what was typed are looked for, any of them. The best come first: in force, in the title, in the very words.
    """
    words = tuple(alternatives(word) for word in words_of(asked))
    if not words:
        return Found((), (), ())
    every, in_clause = Q(), Q()
    for same in words:
        every &= stands_in(same, (*_TEXTS, *_NAMES))
        in_clause |= stands_in(same, _TEXTS)
    found = _found(every & in_clause, words, rule)
    if found.clauses or found.rules:
        return found
    parts = tuple(alternatives(word) for word in known_words_in(asked))
    if not parts or parts == words:
        return found
    condition = Q()
    for same in parts:
        condition |= stands_in(same, _TEXTS)
    return _found(condition, parts, rule, is_by_parts=True)


def _found(condition: Q, words: tuple[tuple[str, ...], ...], rule: str, *, is_by_parts: bool = False) -> Found:
    clauses = Clause.objects.filter(condition, version__published_at__isnull=False)
    if rule:
        clauses = clauses.filter(version__rule__code=rule)
    newest_first = clauses.select_related("version__rule").order_by(
        "-version__effective_from", "version__rule__code", "position"
    )
    rows = list(newest_first[: MOST_ROWS + 1])

    def wording(clause: Clause) -> tuple[int, str, str, str]:
        return clause.version.rule_id, clause.number, clause.text_hash, clause.title_zh

    first = {name: place for place, name in reversed(list(enumerate(map(wording, rows[:MOST_ROWS]))))}
    ordered = sorted(rows[:MOST_ROWS], key=lambda row: first[wording(row)])
    found = [_wording(list(same), words) for _name, same in groupby(ordered, key=wording)]
    found.sort(key=lambda each: -each.score)  # stable: newest first among the equal
    named = Q()
    for same in words:
        named |= stands_in(same, ("name_zh", "name_en"))
    rules = PlatformRule.objects.filter(named, versions__published_at__isnull=False).distinct()
    return Found(
        tuple(found[:MOST_FOUND]),
        () if rule else tuple(rules[:20]),
        words,
        is_by_parts=is_by_parts,
        has_more=len(rows) > MOST_ROWS or len(found) > MOST_FOUND,
    )


def _wording(rows: list[Clause], words: tuple[tuple[str, ...], ...]) -> FoundClause:
    """One wording with its versions; what is in force now stands first, then what was typed itself."""
    clause = rows[0]
    hits = [word for same in words for word in same]
    wanted = "en" if (get_language() or "").startswith("en") else "zh"
    languages = (wanted, "zh" if wanted == "en" else "en")
    language = next((each for each in languages if _first(getattr(clause, f"text_{each}"), hits)), wanted)
    text = getattr(clause, f"text_{language}") or clause.text_zh
    title = clause.title
    said = f"{clause.title_zh} {clause.text_zh} {clause.title_en} {clause.text_en}".lower()
    typed = [same[0].lower() for same in words]
    score = 8 * any(row.version.effective_to is None for row in rows)
    score += 4 * sum(word in said for word in typed) + 2 * bool(_first(title, hits))
    score += 3 * bool(_first(clause.version.rule.name, hits))
    score += sum(any(word.lower() in said for word in same) for same in words)
    return FoundClause(
        clause=clause,
        versions=[row.version for row in rows],
        title=tuple(_pieces(title, hits)),
        excerpt=tuple(_pieces(_sentence(text, hits), hits)),
        language="en" if language == "en" and clause.text_en else "zh-Hans",
        score=score,
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first), re.IGNORECASE)


def _first(text: str, words: Iterable[str]) -> re.Match[str] | None:
    return _pattern(words).search(text)


def _sentence(text: str, words: Iterable[str]) -> str:
    """The sentence of the first hit, cut on both sides where it is very long; the first sentence without a hit."""
    sentences = [each.strip() for each in _ENDS.split(text) if each.strip()]
    sentence = next((each for each in sentences if _first(each, words)), sentences[0] if sentences else text)
    hit = _first(sentence, words)
    start = max(0, hit.start() - MOST_AROUND) if hit else 0
    end = (hit.end() if hit else 0) + 2 * MOST_AROUND
    before, after = "…" if start else "", "…" if end < len(sentence) else ""
    return f"{before}{sentence[start:end]}{after}"


def _pieces(text: str, words: Iterable[str]) -> Iterator[Piece]:
    at = 0
    for hit in _pattern(words).finditer(text):
        if hit.start() > at:
            yield Piece(text[at : hit.start()], is_hit=False)
        yield Piece(hit.group(), is_hit=True)
        at = hit.end()
    if at < len(text):
        yield Piece(text[at:], is_hit=False)
