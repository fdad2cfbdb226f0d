"""Attacks the figures that the public and authorities read: can a number below five be worked out by subtraction?

    .venv/bin/python bench/subtraction.py [--tables 300]

The attacker has everything that a page offers, and this program: of each table they go through every table that would
have been published in the same words (rows, columns, total) and look for a withheld number that is the same in all of
them and below five, or leaves below five those that did not. Periods are disjoint, so one period says nothing of
another; that no day is in two of them is checked. The product has no such table if nothing is printed but the count.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from transparency.arithmetic import DAY, Parts, quarter_of
from transparency.suppressing import Cell, is_small, table

type Table = tuple[Parts, ...]


def published(rows: Table) -> Mapping[str, Cell]:
    """What is read of these rows, whose values have names in their order."""
    return table({f"v{no}": parts for no, parts in enumerate(rows)}, is_rate=True)


def worlds(ns: tuple[int, ...], total: int) -> Iterator[Table]:
    """Every table with these numbers of cases and this total."""
    for ks in product(*(range(n + 1) for n in ns)):
        if sum(ks) == total:
            yield tuple(Parts(n, k) for n, k in zip(ns, ks, strict=True))


def derived(ns: tuple[int, ...]) -> list[str]:
    """The numbers below five that can be worked out of a table with these numbers of cases, whatever its others are."""
    found = []
    for total in range(sum(ns) + 1):
        alike: dict[str, list[Table]] = defaultdict(list)
        for rows in worlds(ns, total):
            alike[repr(sorted(published(rows).items()))].append(rows)
        for some in alike.values():
            shown = published(some[0])
            for no, n in enumerate(ns):
                cell = shown.get(f"v{no}")
                if cell is None or cell.k is not None:
                    continue
                values = {rows[no].k for rows in some}
                if len(values) == 1 and (is_small(one := values.pop()) or is_small(n - one)):
                    found.append(f"{ns} with {total}: row {no} is {one} of {n}")
    return found


def days_in_two_periods() -> int:
    """Days that belong to two of the quarters of ten years."""
    day, found = date(2020, 1, 1), 0
    while day < date(2030, 1, 1):
        quarter = quarter_of(day)
        found += not quarter.since <= day <= quarter.until or quarter_of(quarter.until + DAY) == quarter
        day += DAY
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=300)
    asked = parser.parse_args()
    random, found = Random(28), []
    for _no in range(asked.tables):
        found += derived(tuple(random.randint(5, 11) for _row in range(random.randint(2, 3))))
    print(*found, sep="\n", end="\n" if found else "")
    print(
        f"{asked.tables} sizes of tables, {len(found)} numbers below five; {days_in_two_periods()} days in two periods"
    )


if __name__ == "__main__":
    main()
