"""Watching a certificate at work: the errors that audits find, and whether the cases still resemble its proofs.

Audits are of a random share of what was closed alone, so their error rate is that of all. After each one the last
`WINDOW` are looked at; once even the lowest error rate that they leave possible at 99 % is above alpha, it falls.
How often that happens without cause is measured by `bench/certification.py` and stated in docs/triage.md.

Drift is a warning, not a proof: while it lasts nothing is closed alone. What does not belong here: who audits, and
carrying out a revocation.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifier.binomial import binomial_cdf, lower_bound

WINDOW = 200
LEVEL = 0.01
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
    """What the audits say now; `is_crossed` revokes."""

    audited: int
    errors: int
    bound: float
    is_crossed: bool


def watch(outcomes: Sequence[bool], *, alpha: float, window: int = WINDOW, level: float = LEVEL) -> Watch:
    """The state after these audits, oldest first; true stands for an error."""
    last = outcomes[-window:]
    errors = sum(last)
    is_crossed = errors >= alarm_at(len(last), alpha, level)
    return Watch(len(last), errors, lower_bound(errors, len(last), level), is_crossed)


@lru_cache(maxsize=8_192)
def alarm_at(n: int, alpha: float, level: float = LEVEL) -> int:
    """The number of errors among n audits from which on the lower bound lies above alpha; n + 1 when none does."""
    errors = math.floor(n * alpha) + 1
    while errors <= n and 1.0 - binomial_cdf(errors - 1, n, alpha) >= level:
        errors += 1
    return errors


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
