"""How often measures of a kind were revoked or reduced before, as it was known when an appeal was filed.

A decision counts from the moment after it was made, so nothing that was written after filing can weigh in a score.
What does not belong here: people, parties, words, and how much such a rate weighs.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifier.features import TriageInput

WEIGHT = 10.0
"""So many imagined cases at the common rate stand behind every kind: three real ones prove little."""
KINDS = ("clause", "clause_measure", "detector", "executor", "ground", "measure")
Counts = Mapping[str, tuple[int, int]]
"""By kind: how many were decided, and how many of these revoked or reduced. The empty name counts all."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What counts of one decided appeal."""

    case: TriageInput
    overturned: bool
    filed_at: datetime
    decided_at: datetime


def kinds(case: TriageInput) -> list[tuple[str, str]]:
    """The kinds a case belongs to: the feature's name, and the name under which its decisions are counted."""
    found = [("ground", case.ground), ("clause", case.clause_code), ("detector", case.detector)]
    found.append(("executor", case.executor))
    measures = sorted(set(case.measure_types))
    found += [("measure", code) for code in measures]
    if case.clause_code:
        found += [("clause_measure", f"{case.clause_code}|{code}") for code in measures]
    return [(kind, f"{kind}={name}") for kind, name in found if name]


def rates(case: TriageInput, counts: Counts) -> list[tuple[str, float]]:
    """For each kind, how far its smoothed rate lies from the common one, in log odds; several measures are averaged."""
    number, overturned = counts.get("", (0, 0))
    common = (overturned + WEIGHT / 2) / (number + WEIGHT)
    found: dict[str, list[float]] = {}
    for kind, name in kinds(case):
        n, k = counts.get(name, (0, 0))
        found.setdefault(kind, []).append(_log_odds((k + WEIGHT * common) / (n + WEIGHT)) - _log_odds(common))
    return [(f"past.{kind}", sum(values) / len(values)) for kind, values in sorted(found.items())]


def counts_of(decided: Iterable[Decided]) -> dict[str, tuple[int, int]]:
    """What is known once all of these are decided."""
    tally: dict[str, tuple[int, int]] = {}
    for one in decided:
        _count(tally, one)
    return dict(sorted(tally.items()))


def rates_at_filing(decided: Sequence[Decided]) -> list[list[tuple[str, float]]]:
    """For each case, in the given order, its rates from those decisions alone that were made before it was filed."""
    by_decision = sorted(decided, key=lambda one: one.decided_at)
    tally: dict[str, tuple[int, int]] = {}
    found: list[list[tuple[str, float]]] = [[] for _ in decided]
    known = 0
    for i in sorted(range(len(decided)), key=lambda i: decided[i].filed_at):
        while known < len(by_decision) and by_decision[known].decided_at < decided[i].filed_at:
            _count(tally, by_decision[known])
            known += 1
        found[i] = rates(decided[i].case, tally)
    return found


def _count(tally: dict[str, tuple[int, int]], one: Decided) -> None:
    for name in ("", *(name for _, name in kinds(one.case))):
        n, k = tally.get(name, (0, 0))
        tally[name] = n + 1, k + one.overturned


def _log_odds(p: float) -> float:
    return math.log(p / (1.0 - p))
