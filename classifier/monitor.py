"""Watching a certificate at work: the errors that audits find, and whether the cases still resemble its proofs.

Audits are of a random share of what was closed alone, so their error rate is that of all. Each is a bet that this rate
is above alpha (a test martingale: Ville 1939; Waudby-Smith and Ramdas, "Estimating means of bounded random variables by
betting", 2024). While it is at most alpha, the stake reaches ten times itself in at most one of ten histories, however
long they are and however often one looks; once it does, the certificate falls. `bench/certification.py` measures how
soon; docs/triage.md states it.

Drift is a warning, not a proof: while it lasts nothing is closed alone. What does not belong here: who audits, and
carrying out a revocation.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from classifier.binomial import binomial_cdf

LEVEL = 0.1
"""The chance that a certificate whose error rate is alpha, or less, ever falls by its audits is no more than this."""
BETS = (2, 4)
"""Half of the stake is on twice alpha, half on four times."""
FIRST, AGAIN = 0.75, 50
"""This share is staked on the first audit; a part of the rest again after every fifty, for errors that begin later."""
AHEAD = 2_000
"""So many audits ahead the chance of seeing an error rate is worked out."""
NEVER = 1e-9
AUDITED_SHARE = 0.25
"""No less is audited: with a tenth, drift in real decisions went unseen for three months longer."""

BINS = 10
MOST_PSI = 0.2
LEAST_RECENT = 200
"""Fewer recent cases than these say nothing of their distribution."""
LEAST_DECIDED = 50
MOST_Z = 3.0
LEAST_CLOSED, RARE = 3, 0.001
"""A passage in so many closings, or a party with so many, stands out where chance would bring that so rarely."""


# — errors —


@dataclass(frozen=True, slots=True)
class Watch:
    """What the audits say now; `is_crossed` revokes. `bound` is the lowest error rate that they allow."""

    audited: int
    errors: int
    bound: float
    is_crossed: bool


def watch(outcomes: Sequence[bool], *, alpha: float) -> Watch:
    """The state after these audits, oldest first; true stands for an error."""
    is_crossed = _is_ruled_out(outcomes, alpha)
    low, high = (alpha, 1 / min(BETS)) if is_crossed else (0.0, alpha)
    for _step in range(10):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_ruled_out(outcomes, middle) else (low, middle)
    return Watch(len(outcomes), sum(outcomes), low, is_crossed)


def _is_ruled_out(outcomes: Sequence[bool], rate: float) -> bool:
    return max(stakes(outcomes, rate), default=1.0) >= 1 / LEVEL


def stakes(outcomes: Sequence[bool], rate: float) -> list[float]:
    """What a stake of one became after each audit, betting that errors are more than this rate. At that rate no bet
    gains or loses on average, below it each loses.
    """
    odds = _odds(rate)
    aside, placed, found = 1.0, [], []
    for n, is_error in enumerate(outcomes):
        if n % AGAIN == 0:
            share = FIRST if n == 0 else (1 - FIRST) / (n // AGAIN * (n // AGAIN + 1))
            aside -= share
            placed += [share / len(odds)] * len(odds)
        placed = [value * odds[i % len(odds)][is_error] for i, value in enumerate(placed)]
        found.append(aside + sum(placed))
    return found


def _odds(rate: float) -> list[tuple[float, float]]:
    """Of each bet, by what a right closing and an error multiply the stake: its likelihood ratio to this rate."""
    return [((1 - times * rate) / (1 - rate), float(times)) for times in BETS if times * rate < 1]


@dataclass(frozen=True, slots=True)
class Power:
    """How soon an error rate would be seen, in closings from now; None where not within `AHEAD` audits."""

    error: float
    evenly: int | None
    nearly: int | None
    before_end: float


def power(state: Watch, *, alpha: float, left: int) -> Power:
    """After how many closings twice alpha is seen with a chance of a half and of nine tenths, and with which chance
    within those that are left.
    """
    chances = chances_of_seeing(2 * alpha, alpha=alpha, audited=state.audited, errors=state.errors)
    after = [next((n for n, chance in enumerate(chances) if chance >= wanted), None) for wanted in (0.5, 0.9)]
    evenly, nearly = (None if n is None else math.ceil(n / AUDITED_SHARE) for n in after)
    before_end = chances[min(round(left * AUDITED_SHARE), len(chances) - 1)]
    return Power(2 * alpha, evenly, nearly, before_end)


def chances_of_seeing(rate: float, *, alpha: float, audited: int, errors: int, ahead: int = AHEAD) -> list[float]:
    """The chance, at this true error rate, that the watch has revoked after 0, 1, 2 … further audits. It is at least
    that: only the bets from the first audit on are followed, which depend on the number of errors alone.
    """
    odds = [(math.log(right), math.log(error)) for right, error in _odds(alpha)]
    waiting, limit, found = [1.0], 0, [0.0]  # how likely each number of further errors is, unseen so far
    for n in range(1, ahead + 1):
        waiting = [old * (1 - rate) + before * rate for before, old in pairwise([0.0, *waiting, 0.0])]
        while _worth(odds, audited + n - limit, limit) < len(odds) / FIRST / LEVEL:
            limit += 1
        found.append(found[-1] + sum(waiting[max(0, limit - errors) :]))
        waiting = waiting[: max(0, limit - errors)]
        if sum(waiting) < NEVER:
            break
    return found


def _worth(odds: Sequence[tuple[float, float]], right: int, errors: int) -> float:
    return sum(math.exp(min(700.0, right * of_right + errors * of_error)) for of_right, of_error in odds)


def stands_out(closings: int, of: int, others: int, of_others: int) -> bool:
    """Whether so many of the closings are of one kind that its share of all others does not explain it.

    An exact binomial test at one in a thousand; the share is eased by one case of either kind.
    """
    share = (others + 1) / (of_others + 2)
    return closings >= LEAST_CLOSED and 1.0 - binomial_cdf(closings - 1, of, share) < RARE


# — drift —


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How the cases behind a certificate were distributed; edges part their scores in parts of about equal size.

    `decided` and `overturned` count the cases below the threshold alone: people decide those before as after, so the
    two can be compared although the surest cases no longer reach anybody.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    scored: int
    decided: int
    overturned: int
    texts: int
    unknown: int

    def __post_init__(self) -> None:
        if len(self.shares) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError("a share for each part between the edges")
        if not 0 <= self.overturned <= self.decided or not 0 <= self.unknown <= self.texts:
            raise ValueError("a part is no larger than the whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """The same of the latest cases."""

    scores: Sequence[float] = ()
    decided: int = 0
    overturned: int = 0
    texts: int = 0
    unknown: int = 0


def reference_of(scores: Sequence[float], *, decided: int, overturned: int, texts: int, unknown: int) -> Reference:
    """The distribution of these scores in tenths, fewer where many are equal, and the counts beside it."""
    ordered = sorted(scores)
    cuts = {ordered[len(ordered) * i // BINS] for i in range(1, BINS)} if ordered else set()
    edges = tuple(sorted(cut for cut in cuts if cut > ordered[0]))
    return Reference(
        edges=edges,
        shares=_shares(scores, edges),
        scored=len(ordered),
        decided=decided,
        overturned=overturned,
        texts=texts,
        unknown=unknown,
    )


def _shares(scores: Sequence[float], edges: tuple[float, ...]) -> tuple[float, ...]:
    counts = [0] * (len(edges) + 1)
    for score in scores:
        counts[bisect_right(edges, score)] += 1
    return tuple(count / len(scores) for count in counts) if scores else tuple(0.0 for _count in counts)


def psi(reference: Reference, scores: Sequence[float]) -> float:
    """The population stability index of these scores; parts without a case count as half a case."""
    found = 0.0
    now = _shares(scores, reference.edges)
    for before, after in zip(reference.shares, now, strict=True):
        expected = max(before, 0.5 / max(reference.scored, 1))
        actual = max(after, 0.5 / max(len(scores), 1))
        found += (actual - expected) * math.log(actual / expected)
    return found


def warnings(reference: Reference, recent: Recent) -> tuple[str, ...]:
    """Why the latest cases no longer resemble those of the certificate. Too few of them give no warning."""
    found = []
    if recent.decided >= LEAST_DECIDED and _parted(
        reference.overturned, reference.decided, recent.overturned, recent.decided
    ):
        found.append("base_rate")
    if len(recent.scores) >= LEAST_RECENT and psi(reference, recent.scores) > MOST_PSI:
        found.append("scores")
    if (
        recent.texts >= LEAST_DECIDED
        and recent.unknown * reference.texts > reference.unknown * recent.texts
        and _parted(reference.unknown, reference.texts, recent.unknown, recent.texts)
    ):
        found.append("vocabulary")
    return tuple(found)


def _parted(a: int, of_a: int, b: int, of_b: int) -> bool:
    """Two shares differ by more than three standard errors, each count eased by half a case."""
    if not of_a or not of_b:
        return False
    pooled = (a + b + 1) / (of_a + of_b + 2)
    error = math.sqrt(pooled * (1 - pooled) * (1 / of_a + 1 / of_b))
    return abs(a / of_a - b / of_b) > MOST_Z * error
