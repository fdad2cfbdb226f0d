"""The sentences by which the lint of wording is measured, and the measures."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from rules.wording import lint
from rules.wording.scorer import doubts

USUAL = Path(__file__).with_name("wording_sentences.tsv")
"""Forbidden and harmless sentences as rules and notices usually say it, written before the patterns."""
PARAPHRASES = Path(__file__).with_name("wording_paraphrases.tsv")
"""The same content in unusual words, written by somebody who knew the patterns and avoided them."""


@dataclass(frozen=True)
class Sentence:
    kind: str  # "-" for a harmless one
    language: str
    text: str

    @property
    def is_held_out(self) -> bool:
        """Every third sentence, by its hash: patterns are not tuned by it."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0


@dataclass(frozen=True)
class Measured:
    forbidden: int
    harmless: int
    caught: int
    caught_as_meant: int
    missed: list[tuple[Sentence, list[str]]]
    false_alarms: list[tuple[Sentence, list[str]]]
    confused: list[tuple[Sentence, list[str]]]

    @property
    def precision(self) -> float:
        return self.caught / max(1, self.caught + len(self.false_alarms))

    @property
    def recall(self) -> float:
        return self.caught / max(1, self.forbidden)

    @property
    def right_kind(self) -> float:
        return self.caught_as_meant / max(1, self.forbidden)


def sentences(file: Path = USUAL) -> list[Sentence]:
    return [Sentence(*line.split("\t")) for line in file.read_text("utf-8").splitlines()]


def measured(part: list[Sentence]) -> Measured:
    said = [(s, sorted({f.kind for f in lint(s.text)})) for s in part]
    forbidden = [(s, kinds) for s, kinds in said if s.kind != "-"]
    return Measured(
        forbidden=len(forbidden),
        harmless=len(said) - len(forbidden),
        caught=sum(bool(kinds) for _s, kinds in forbidden),
        caught_as_meant=sum(s.kind in kinds for s, kinds in forbidden),
        missed=[(s, kinds) for s, kinds in forbidden if not kinds],
        false_alarms=[(s, kinds) for s, kinds in said if s.kind == "-" and kinds],
        confused=[(s, kinds) for s, kinds in forbidden if kinds and s.kind not in kinds],
    )


BLIND = Path(__file__).with_name("wording_blind.tsv")
"""By a third author, who saw neither patterns nor what the scorer learns from. Nothing learns from it."""


@dataclass(frozen=True)
class Blind:
    kind: str  # of a lawful twin, too; "none" for an ordinary sentence
    language: str
    is_forbidden: bool
    refused: bool
    asked: bool

    @property
    def is_stopped(self) -> bool:
        return self.refused or self.asked


def blind() -> list[Blind]:
    rows = (line.split("\t") for line in BLIND.read_text("utf-8").splitlines())
    return [
        Blind(kind, language, label == "1", bool(lint(text)), bool(doubts(text)))
        for kind, language, label, text in rows
    ]
