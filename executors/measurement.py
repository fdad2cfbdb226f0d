"""How an executor is measured: overturn rates with intervals, and the test that decides a suspension. Pure statistics.

The test multiplies evidence up, one decided appeal after the other. For each of a few rates p₁ above the accepted rate
p₀ it keeps the likelihood ratio of what was seen; half of the stake counts from the first decision, the rest begins
anew every fifty decisions, so that a bad turn after good years is seen too. While the true rate is at most p₀, this
evidence is expected to fall or stay at every step, whatever happened before; so by Ville's inequality it ever reaches
1/α with probability α at most: over a whole life, looked at after every single decision. `docs/executors.md` says why
this test, and what it costs in time.

What does not belong here: the database, settings, and what a suspension does.

Sources: J. Ville, Étude critique de la notion de collectif (1939); H. Robbins, Statistical methods related to the law
of the iterated logarithm (1970); A. Ramdas et al., Game-theoretic statistics and safe anytime-valid inference (2023);
E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN_FROM = 30  # a rate of fewer cases says more about luck than about anybody's work
ODDS_TRIED = (1.5, 2.0, 3.0, 5.0)  # the rates that the test looks for: these multiples of the accepted odds
BLOCK = 50  # so many decided appeals after each other, a fresh part of the stake begins to count
FULL = 1e300  # evidence is never larger: a float knows no more
Z_95 = 1.959963984540054


def wilson(found: int, of: int, *, z: float = Z_95) -> tuple[float, float]:
    """The 95 % interval of a share, right also near 0 and 1. Raises `ValueError` for a share that is none."""
    if not 0 <= found <= of or of == 0:
        raise ValueError("a share has a part and a whole that is not empty")
    share, spread = found / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    low = 0.0 if found == 0 else max(0.0, middle - half)
    high = 1.0 if found == of else min(1.0, middle + half)
    return low, high


@dataclass(frozen=True, slots=True)
class Share:
    """`found` of `of`. Below thirty neither the share nor its interval is said."""

    found: int
    of: int

    @property
    def is_shown(self) -> bool:
        return self.of >= SHOWN_FROM

    @property
    def value(self) -> float | None:
        return self.found / self.of if self.is_shown else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.found, self.of) if self.is_shown else None


@dataclass(frozen=True, slots=True)
class Crossing:
    """The moment at which the evidence sufficed: after `of` decided appeals, of which `overturned` were."""

    of: int
    overturned: int
    evidence: float


@dataclass(slots=True)
class Course:
    """How far the test has come: so many decided appeals in their places, and what they amount to.

    It can be kept, and followed from there once more are decided, with the same result as from the beginning.
    """

    places: int = 0
    of: int = 0
    overturned: int = 0
    running: list[float] = field(default_factory=list)
    waiting: float = 1.0
    crossing: Crossing | None = None

    @property
    def evidence(self) -> float:
        return min(FULL, sum(self.running) + self.waiting)


@dataclass(frozen=True, slots=True)
class SuspensionTest:
    """The accepted overturn rate, and how often an executor that keeps to it may ever be suspended by chance."""

    accepted: float
    false_alarm: float

    def __post_init__(self) -> None:
        if not 0 < self.accepted < 1 or not 0 < self.false_alarm < 1:
            raise ValueError("the accepted rate and the false-alarm rate lie between 0 and 1")

    @property
    def rates_tried(self) -> tuple[float, ...]:
        odds = self.accepted / (1 - self.accepted)
        return tuple(m * odds / (1 + m * odds) for m in ODDS_TRIED)

    @property
    def needed(self) -> float:
        """How much evidence suspends."""
        return 1 / self.false_alarm

    def follow(self, course: Course, overturned: Iterable[bool | None]) -> Course:
        """The course is where it was, and these decided appeals further, in the order in which they were decided.

        None is one that turned out to say nothing of the executor. It keeps its place, so that leaving out an error
        never makes the evidence larger than it was with it.
        """
        rates = self.rates_tried
        running = course.running or [0.0] * len(rates)
        for was_overturned in overturned:
            if course.places % BLOCK == 0:
                begins = stake(course.places // BLOCK)
                course.waiting -= begins
                running = [each + begins / len(rates) for each in running]
            course.places += 1
            if was_overturned is not None:
                course.of += 1
                course.overturned += was_overturned
                running = [
                    min(FULL, each * (p / self.accepted if was_overturned else (1 - p) / (1 - self.accepted)))
                    for each, p in zip(running, rates, strict=True)
                ]
            course.running = running
            if course.crossing is None and course.evidence >= self.needed:
                course.crossing = Crossing(course.of, course.overturned, course.evidence)
        return course


def stake(block: int) -> float:
    """The part of the stake that begins with this block; all parts ever are 1 together."""
    return 0.5 if block == 0 else 0.5 / (block * (block + 1))
