"""How far two people agree who judge the same cases without knowing of each other: raw, Cohen's kappa and Gwet's AC1.

Kappa takes away what chance would bring if each judged by their own habits, and misleads where one outcome is rare:
almost every pair agrees, and kappa says none does. AC1 (Gwet 2008) takes away what chance brings in the cases that are
hard to judge, and stays near what is seen. Neither is shown without the other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from executors.measurement import Z_95, wilson

type Pairs = Mapping[tuple[str, str], int]
"""How many cases were judged so by the first and so by the second."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure, and where it lies at 95 %; nothing where it cannot be said."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far the judgements of `n` cases agree; kappa is none where both saw one and the same outcome alone."""

    n: int
    same: int
    raw: Measured | None
    kappa: Measured | None
    ac1: Measured | None


def agreed(pairs: Iterable[tuple[str, str]], outcomes: Sequence[str]) -> Agreed:
    """The figures of these pairs of judgements, each one of `outcomes`."""
    counts = Counter(pairs)
    n, same = counts.total(), sum(k for (one, other), k in counts.items() if one == other)
    if not n:
        return Agreed(0, 0, None, None, None)
    raw = Measured(same / n, *wilson(same, n))
    return Agreed(
        n, same, raw, _measured(_by_habits, counts, raw, outcomes), _measured(_by_hard_cases, counts, raw, outcomes)
    )


def _by_habits(counts: Pairs, n: int, outcomes: Sequence[str]) -> float:
    """Cohen (1960): each outcome as often as each of the two says it."""
    return sum(_share(counts, 0, each, n) * _share(counts, 1, each, n) for each in outcomes)


def _by_hard_cases(counts: Pairs, n: int, outcomes: Sequence[str]) -> float:
    """Gwet (2008)."""
    means = [(_share(counts, 0, each, n) + _share(counts, 1, each, n)) / 2 for each in outcomes]
    return sum(mean * (1 - mean) for mean in means) / (len(outcomes) - 1)


def _share(counts: Pairs, who: int, outcome: str, n: int) -> float:
    return sum(k for pair, k in counts.items() if pair[who] == outcome) / n


type Chance = Callable[[Pairs, int, Sequence[str]], float]


def _measured(chance: Chance, counts: Pairs, raw: Measured, outcomes: Sequence[str]) -> Measured | None:
    """The figure with its interval: the jackknife's, and at least that of the raw share with chance as it was seen,
    since leaving single cases out says nothing where all agree.
    """
    n, by_chance = sum(counts.values()), chance(counts, sum(counts.values()), outcomes)
    value = _beyond(raw.value, by_chance)
    if value is None:
        return None
    bounds = [(each - by_chance) / (1 - by_chance) for each in (raw.low, raw.high)]
    without = [(_without(chance, counts, pair, n - 1, outcomes), k) for pair, k in counts.items()] if n > 1 else []
    if without and all(each is not None for each, _k in without):
        mean = sum(k * (each or 0.0) for each, k in without) / n
        half = Z_95 * sqrt((n - 1) / n * sum(k * ((each or 0.0) - mean) ** 2 for each, k in without))
        bounds += [value - half, value + half]
    return Measured(value, max(-1.0, min(bounds)), min(1.0, max(bounds)))


def _without(chance: Chance, counts: Pairs, left: tuple[str, str], n: int, outcomes: Sequence[str]) -> float | None:
    rest = {pair: k - (pair == left) for pair, k in counts.items()}
    same = sum(k for (one, other), k in rest.items() if one == other)
    return _beyond(same / n, chance(rest, n, outcomes))


def _beyond(seen: float, by_chance: float) -> float | None:
    return None if by_chance >= 1 - 1e-12 else (seen - by_chance) / (1 - by_chance)
