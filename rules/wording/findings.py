"""Finds in a text what the platform may not say to those whom it binds. It is an aid: what it passes may still be void.

Sentences that forbid such words, deny them, call them void or report that somebody else used them are no findings.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.wording.folding import fold, origin
from rules.wording.patterns import DENIED, PATTERNS, SAID, VOID, Pattern, patterns_of

SENTENCE = re.compile(r"[^。;!?\n]+")
_AROUND = 160
"""So far before and behind a place is read what takes it back: as far as the longest of these expressions reaches."""


_TURN = 0.001
"""Seconds after which other threads have a turn: a page that waits for the interpreter before each of its statements
would wait 5 ms each time, which adds up to seconds while a batch of long texts is read.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a text, in characters of the original, and what kind of forbidden content it looks like."""

    kind: str
    start: int
    end: int
    excerpt: str


def lint(text: str) -> list[Finding]:
    """The findings in the text, in its order, one for each kind and sentence."""
    copy = fold(text)
    standing = [anchor for anchor in patterns_of() if anchor in copy]
    findings = []
    places: list[int] = []
    for sentence in _by_turns(SENTENCE.finditer(copy)) if standing else ():
        for kind, (start, end) in _places(sentence[0], standing).items():
            places = places or origin(text)
            start, end = places[sentence.start() + start], places[sentence.start() + end - 1] + 1
            findings.append(Finding(kind, start, end, text[start:end]))
    return sorted(findings, key=lambda finding: (finding.start, finding.kind))


def _by_turns(sentences: Iterable[re.Match[str]]) -> Iterator[re.Match[str]]:
    since = time.perf_counter()
    for sentence in sentences:
        yield sentence
        if time.perf_counter() - since > _TURN:
            time.sleep(_TURN / 10)
            since = time.perf_counter()


def _places(sentence: str, standing: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Where in the sentence something of each kind is said; without one of its anchors no pattern can match."""
    asked = {number for anchor in standing if anchor in sentence for number in patterns_of()[anchor]}
    places: dict[str, tuple[int, int]] = {}
    for pattern in (PATTERNS[number] for number in sorted(asked)):
        if pattern.kind not in places and (span := _found(pattern, sentence)) is not None:
            places[pattern.kind] = span
    return places


def _found(pattern: Pattern, sentence: str) -> tuple[int, int] | None:
    if pattern.exception is not None and pattern.exception.search(sentence):
        return None
    spans = (match.span() for match in pattern.matcher.finditer(sentence))
    return next((span for span in spans if not _is_excused(pattern, sentence, *span)), None)


def _is_excused(pattern: Pattern, sentence: str, start: int, end: int) -> bool:
    before, after = sentence[max(0, start - _AROUND) : start], sentence[end : end + _AROUND]
    if SAID[pattern.language].search(before) or VOID[pattern.language].match(after):
        return True
    return not pattern.itself and DENIED[pattern.language].search(before) is not None
