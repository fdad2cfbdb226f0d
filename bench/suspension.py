"""Whether the test that suspends executors keeps its stated false-alarm rate, and how soon it sees a bad one.

Run as `.venv/bin/python bench/suspension.py [--write docs/executors.md]`. No database, no network, a fixed seed.
Executors are simulated, each with a known overturn rate and a life of decided appeals, and looked at after every one.
Beside it stands the obvious build: a one-sided binomial test at the same level, repeated after every decided appeal.
Nothing is asserted here; tests/executors/test_suspension.py holds the limits on a smaller run.
"""

import argparse
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from executors.measurement import BLOCK, FULL, SuspensionTest, stake, wilson  # noqa: E402

SEED = 20261126
ACCEPTED, FALSE_ALARM = 0.10, 0.01
EXECUTORS, LIFE = 10_000, 2_000
MULTIPLES = (1.0, 1.5, 2.0, 3.0)
BEGIN, END = "<!-- bench/suspension.py -->", "<!-- end -->"


type Test = Callable[[NDArray[np.bool_]], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Life:
    """So many decided appeals; the first `good` at one true overturn rate, the rest at another."""

    length: int
    then: float
    good: int = 0
    first: float = ACCEPTED

    def __str__(self) -> str:
        return (
            per_cent(self.then) if not self.good else f"{per_cent(self.first)}, {per_cent(self.then)} after {self.good}"
        )


@dataclass(frozen=True, slots=True)
class Lives:
    """What became of many executors: at which decided appeal each was suspended, 0 for never."""

    at: NDArray[np.int64]
    good: int = 0

    @property
    def suspended(self) -> int:
        return int((self.at > 0).sum())

    @property
    def share(self) -> float:
        return self.suspended / len(self.at)

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.suspended, len(self.at))

    def after(self, quantile: float) -> int | None:
        """How many decided appeals since it went wrong until this share was suspended; None when fewer ever were.

        Those that were suspended before it went wrong are left out: theirs was a false alarm.
        """
        later = self.at[(self.at == 0) | (self.at > self.good)]
        waits = np.sort(np.where(later > 0, later - self.good, np.iinfo(np.int64).max))
        wait = int(waits[int(np.ceil(quantile * len(waits))) - 1])
        return None if wait == np.iinfo(np.int64).max else wait


def evidence_suffices(overturned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Executors × decided appeals: where the test suspends. The product's arithmetic on many lives at once."""
    test = SuspensionTest(accepted=ACCEPTED, false_alarm=FALSE_ALARM)
    rates = np.array(test.rates_tried)
    running, waiting = np.zeros((len(overturned), len(rates))), 1.0
    over = np.zeros(overturned.shape, dtype=bool)
    for place in range(overturned.shape[1]):
        if place % BLOCK == 0:
            begins = stake(place // BLOCK)
            waiting -= begins
            running += begins / len(rates)
        found = overturned[:, place, None]
        running *= np.where(found, rates / ACCEPTED, (1 - rates) / (1 - ACCEPTED))
        np.minimum(running, FULL, out=running)
        over[:, place] = running.sum(axis=1) + waiting >= test.needed
    return over


def repeated_binomial(overturned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same for a fixed-sample test of that level, repeated as if each look were the only one."""
    of = np.arange(1, overturned.shape[1] + 1)
    return overturned.cumsum(axis=1) > stats.binom.isf(FALSE_ALARM, of, ACCEPTED)


def live(life: Life, test: Test, *, executors: int, seed: int, block: int = 500) -> Lives:
    """Each of so many executors lives through its decided appeals, looked at after each, until it is suspended."""
    draw = np.random.default_rng(seed)
    rates = np.array([life.first] * life.good + [life.then] * (life.length - life.good))
    at = []
    for start in range(0, executors, block):
        over = test(draw.random((min(block, executors - start), life.length)) < rates)
        at.append(np.where(over.any(axis=1), over.argmax(axis=1) + 1, 0))
    return Lives(np.concatenate(at), life.good)


def per_cent(value: float) -> str:
    return f"{100 * value:.2f} %"


def lives_tried(length: int) -> Sequence[Life]:
    turned = [Life(length, 2 * ACCEPTED, good=good) for good in (200, 1_000) if good < length]
    return [*(Life(length, ACCEPTED * multiple) for multiple in MULTIPLES), *turned]


def rows(*, executors: int, length: int) -> Sequence[str]:
    tests: dict[str, Test] = {
        "this test": evidence_suffices,
        "binomial test at the same level, repeated": repeated_binomial,
    }
    lines = [
        "| test | true overturn rate | suspended within the life | 95 % interval | median wait | 90 % by |",
        "|---|---|---|---|---|---|",
    ]
    for name, test in tests.items():
        for place, life in enumerate(lives_tried(length)):
            lives = live(life, test, executors=executors, seed=SEED + place)
            low, high = lives.interval
            waits = [str(lives.after(q) or "–") for q in (0.5, 0.9)]
            cells = [name, str(life), per_cent(lives.share), f"{per_cent(low)} to {per_cent(high)}", *waits]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def machine() -> str:
    return f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--executors", type=int, default=EXECUTORS)
    parser.add_argument("--life", type=int, default=LIFE, help="decided appeals in an executor's life")
    parser.add_argument("--write", type=Path, help="replace the table in this document")
    args = parser.parse_args()
    began = time.monotonic()
    table = "\n".join(rows(executors=args.executors, length=args.life))
    said = (
        f"{args.executors:,} simulated executors per row, {args.life:,} decided appeals each, accepted rate"
        f" {per_cent(ACCEPTED)}, stated false-alarm rate {per_cent(FALSE_ALARM)}, seed {SEED};"
        f" {datetime.now(UTC):%Y-%m-%d}, {machine()}, {time.monotonic() - began:.0f} s."
    )
    text = f"{BEGIN}\n{said}\n\n{table}\n{END}"
    print(text)
    if args.write:
        page = args.write.read_text(encoding="utf-8")
        page, n = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _m: text, page, flags=re.DOTALL)
        if n != 1:
            raise SystemExit(f"{args.write} has no place for the table")
        args.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
