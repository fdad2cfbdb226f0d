"""What differs between two texts by sentence and character, and between two versions by clause. Pure functions.

`difflib` of the standard library works on the sentences first and on the characters of the sentences that differ, so
that the answer reads well and its cost stays bounded: docs/decisions names the measurements.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

MOST_PAIRS = 1_500_000
"""Pairs of tokens up to which a passage is compared by character; beyond it is one passage removed and one added."""
SHORT = 2
"""Common tokens between two differences below which both are shown as one: a lone comma in between reads badly."""
ALIKE = 0.35
"""How much of their pairs of characters two clauses share at least that are shown as one clause changed."""

_SENTENCES = re.compile(r"[^。！？；\n]*(?:[。！？；\n]+|(?<=[.!?;])\s+|\Z)")
_TOKENS = re.compile(r"[A-Za-z]+|\d+|\s+|.", re.DOTALL)


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters that stand in both texts, only in the older or only in the newer."""

    kind: Kind
    text: str


@lru_cache(maxsize=1024)
def compare_texts(older: str, newer: str) -> tuple[Passage, ...]:
    """The passages of both texts in reading order. What is not `ADDED` is the older text, what is not `REMOVED` the
    newer one, to the last character."""
    if older == newer:
        return (Passage(Kind.SAME, older),) if older else ()
    return tuple(_joined(_compared(_sentences(older), _sentences(newer))))


def _sentences(text: str) -> list[str]:
    return [found for found in _SENTENCES.findall(text) if found]


def _compared(older: Sequence[str], newer: Sequence[str]) -> Iterator[Passage]:
    for tag, a, b, c, d in SequenceMatcher(None, older, newer, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Passage(Kind.SAME, "".join(older[a:b]))
        else:
            yield from _by_character("".join(older[a:b]), "".join(newer[c:d]))


def _by_character(older: str, newer: str) -> Iterator[Passage]:
    """Chinese by character; Latin words and numbers whole, since half a number means nothing."""
    left, right = _TOKENS.findall(older), _TOKENS.findall(newer)
    if not left or not right or len(left) * len(right) > MOST_PAIRS:
        yield Passage(Kind.REMOVED, older)
        yield Passage(Kind.ADDED, newer)
        return
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for index, (tag, a, b, c, d) in enumerate(codes):
        is_between = 0 < index < len(codes) - 1
        if tag == "equal" and not (is_between and b - a < SHORT):
            yield Passage(Kind.SAME, "".join(left[a:b]))
        else:
            yield Passage(Kind.REMOVED, "".join(left[a:b]))
            yield Passage(Kind.ADDED, "".join(right[c:d]))


def _joined(passages: Iterator[Passage]) -> Iterator[Passage]:
    """Between two common passages there is at most one removed and one added."""
    removed, added, same = "", "", ""
    for passage in passages:
        if passage.kind is Kind.SAME:
            if not passage.text:
                continue
            if removed or added:
                if same:
                    yield Passage(Kind.SAME, same)
                    same = ""
                yield from _difference(removed, added)
                removed = added = ""
            same += passage.text
        else:
            removed += passage.text if passage.kind is Kind.REMOVED else ""
            added += passage.text if passage.kind is Kind.ADDED else ""
    if same:
        yield Passage(Kind.SAME, same)
    yield from _difference(removed, added)


def _difference(removed: str, added: str) -> Iterator[Passage]:
    if removed:
        yield Passage(Kind.REMOVED, removed)
    if added:
        yield Passage(Kind.ADDED, added)


# — clauses —


class Worded(Protocol):
    """What is compared of a clause."""

    number: str
    title_zh: str
    text_zh: str
    text_hash: str


def pair_clauses[C: Worded](older: Sequence[C], newer: Sequence[C]) -> list[tuple[C | None, C | None]]:
    """Each clause of two versions once, beside what it was: in the newer version's order, a dropped one where it stood.

    Clauses of the same text belong together, also under another number; then those that are most alike.
    """
    beside: dict[int, int] = {}  # place in the newer version → in the older one
    free = set(range(len(older)))
    for same_number in (True, False):
        for place, clause in enumerate(newer):
            if place in beside:
                continue
            for other in sorted(free):
                was = older[other]
                if was.text_hash == clause.text_hash and (not same_number or was.number == clause.number):
                    beside[place] = other
                    free.discard(other)
                    break
    scores = sorted(
        (
            (_alike(older[other], newer[place]), -abs(other - place), other, place)
            for place in range(len(newer))
            if place not in beside
            for other in free
        ),
        reverse=True,
    )
    for score, _distance, other, place in scores:
        if score >= ALIKE and place not in beside and other in free:
            beside[place] = other
            free.discard(other)
    return list(_in_order(older, newer, beside, free))


def _in_order[C: Worded](
    older: Sequence[C], newer: Sequence[C], beside: dict[int, int], dropped: set[int]
) -> Iterator[tuple[C | None, C | None]]:
    """A dropped clause comes after the one that it followed."""
    after = {other: place for place, other in beside.items()}
    waiting: dict[int, list[int]] = {}
    for other in sorted(dropped):
        before = next((after[each] for each in range(other - 1, -1, -1) if each in after), -1)
        waiting.setdefault(before, []).append(other)
    for place in range(-1, len(newer)):
        if place >= 0:
            yield (older[beside[place]] if place in beside else None), newer[place]
        for other in waiting.get(place, ()):
            yield older[other], None


def _alike(older: Worded, newer: Worded) -> float:
    """From 0 to 1; the same number or title counts as a hint, never as proof."""
    left, right = _pairs(older.text_zh), _pairs(newer.text_zh)
    shared = 2 * len(left & right) / (len(left) + len(right)) if left or right else 0.0
    hint = 0.2 * (older.number == newer.number) + 0.3 * (bool(older.title_zh) and older.title_zh == newer.title_zh)
    return min(1.0, shared + hint)


@lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})
