"""How often a system's lean meets what people decided: the one definition that every page and report uses.

It leans to revoking from a probability of one half on. It agrees where people then revoked or reduced the measure, and,
below one half, where they kept it; every other case is an error. Beside it stands the baseline: always to say the more
common outcome of the same cases, which takes no model.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from classifier.binomial import lower_bound, upper_bound

LEVEL = 0.05
"""Intervals are two-sided, at 95 %."""
LEANS_FROM = 500
"""The probability in thousandths from which the system leans to undoing the measure."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `n` cases the lean agreed in `agreed`, the baseline in `common`; `better` and `worse` count where one did."""

    n: int
    agreed: int
    common: int
    better: int
    worse: int

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of agreement lies (Clopper and Pearson)."""
        tail = LEVEL / 2
        return lower_bound(self.agreed, self.n, tail), upper_bound(self.agreed, self.n, tail)

    @property
    def beats_baseline(self) -> bool:
        """Whether the lean is right more often than the baseline, by the exact test for paired cases.

        Of the cases in which only one of the two is right, chance gives half to each (McNemar 1947, as the exact
        binomial); the lower end of the interval of that share lies above one half.
        """
        return lower_bound(self.better, self.better + self.worse, LEVEL / 2) > 0.5

    def as_dict(self) -> dict[str, int | bool]:
        return {
            "n": self.n,
            "agreed": self.agreed,
            "common": self.common,
            "better": self.better,
            "worse": self.worse,
            "beats_baseline": self.beats_baseline,
        }


def leans_to_undo(permille: int) -> bool:
    return permille >= LEANS_FROM


def agreement_of(pairs: Iterable[tuple[bool, bool]]) -> Agreement:
    """Of each case whether the system leant to undoing the measure, and whether people undid it, in full or in part."""
    cases = list(pairs)
    undone = sum(was_undone for _leant, was_undone in cases)
    common = undone * 2 >= len(cases)
    return Agreement(
        n=len(cases),
        agreed=sum(leant == was_undone for leant, was_undone in cases),
        common=sum(was_undone == common for _leant, was_undone in cases),
        better=sum(leant == was_undone != common for leant, was_undone in cases),
        worse=sum(leant != was_undone == common for leant, was_undone in cases),
    )
