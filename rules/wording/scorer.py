"""Sentences that no pattern finds and that resemble forbidden ones: a person has to read them.

A naive Bayes model over signs and words, learnt once in a process from `sentences.tsv`. It is linear in the text, and
the same sentences give the same model.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rules.wording.findings import SENTENCE, Finding, lint
from rules.wording.folding import fold, origin

ASKS_FROM = 0.43
"""A sentence that scores more is asked about: as many as one in ten lawful sentences of one author, scored by what the
other's taught, the mean of both ways (`bench/wording.py --threshold`).
"""
NEAR = 14
"""So far apart in a clause stand at most the two words of a pair."""
AT_ONCE = 256
"""Sentences that are compared with every forbidden example at a time, so that a text of thousands takes no memory."""
_CLAUSE, _WORD = re.compile(r"[,。;:!?\n、]"), re.compile(r"[a-z]+|[0-9]+|[^\s]")


@dataclass(frozen=True, slots=True)
class Example:
    author: str
    kind: str
    language: str
    is_forbidden: bool
    text: str


@cache
def examples() -> Sequence[Example]:
    lines = Path(__file__).with_name("sentences.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [Example(author, kind, language, label == "1", text) for author, kind, language, label, text in rows]


def parts(copy: str) -> list[str]:
    """One to four neighbouring words, and pairs in their order within a clause. A Chinese sign is a word."""
    found = []
    for clause in _CLAUSE.split(copy):
        words = _WORD.findall(clause)
        for i, word in enumerate(words):
            found += [" ".join(words[i : i + n]) for n in range(1, min(4, len(words) - i) + 1)]
            found += [f"{word}~{other}" for other in words[i + 2 : i + NEAR]]
    return found


class Scorer:
    """What these examples taught."""

    def __init__(self, rows: Sequence[Example]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.naive_bayes import ComplementNB

        self.vectors: Any = TfidfVectorizer(analyzer=parts, min_df=2, sublinear_tf=True)
        known = self.vectors.fit_transform([fold(row.text) for row in rows])
        log_odds = ComplementNB(alpha=0.3).fit(known, [row.is_forbidden for row in rows]).feature_log_prob_
        self.weights = log_odds[1] - log_odds[0]
        forbidden = [i for i, row in enumerate(rows) if row.is_forbidden]
        self.forbidden, self.kinds = known[forbidden], [rows[i].kind for i in forbidden]

    def scores(self, copies: Sequence[str]) -> Iterator[tuple[float, str]]:
        """How much each folded sentence resembles what is forbidden, and the kind of the nearest forbidden one."""
        for i in range(0, len(copies), AT_ONCE):
            at = self.vectors.transform(copies[i : i + AT_ONCE])
            nearest = (at @ self.forbidden.T).toarray().argmax(axis=1)
            yield from zip(map(float, at @ self.weights), (self.kinds[near] for near in nearest), strict=True)


@cache
def scorer() -> Scorer:
    return Scorer(examples())


def doubts(text: str) -> list[Finding]:
    """The sentences in which no pattern finds anything and that score above `ASKS_FROM`, each with the nearest kind."""
    copy = fold(text)
    sentences = [each for each in SENTENCE.finditer(copy) if not each[0].isspace()]
    if not sentences:
        return []
    said, places, found = lint(text), origin(text), []
    scored = scorer().scores([each[0] for each in sentences])
    for sentence, (score, kind) in zip(sentences, scored, strict=True):
        start, end = places[sentence.start()], places[sentence.end() - 1] + 1
        if score > ASKS_FROM and not any(start <= finding.start < end for finding in said):
            found.append(Finding(kind, start, end, text[start:end].strip()))
    return found
