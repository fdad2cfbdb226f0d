"""Tables for the public, from which nobody can derive a number below five, by subtraction either.

A table says of the cases of a quarter how many there were and how many of them had what is asked, by one cut. Values of
few cases are added up as others. Where a number of a value, or the number of those that did not, is below five, it is
withheld, and so are further ones until what is known leaves open whether it is below five.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from transparency.arithmetic import Parts

LEAST = 5
WITHHELD = "*"
OTHERS = "…"
"""The value under which values of few cases are added up."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the public reads of one value: None where it is withheld."""

    n: int | None
    k: int | None

    @property
    def is_whole(self) -> bool:
        return self.n is not None and self.k is not None


def is_small(number: int) -> bool:
    return 0 < number < LEAST


def whole(parts: Parts, *, is_rate: bool) -> Cell:
    """The total of a table."""
    if is_small(parts.n):
        return Cell(None, None)
    withheld = is_rate and (is_small(parts.k) or is_small(parts.n - parts.k))
    return Cell(parts.n, None if withheld else parts.k)


def folded(ns: Mapping[str, int]) -> dict[str, str]:
    """Which value stands under which name: those of few cases under `OTHERS`, with the next smallest where these
    together are few.
    """
    names = {value: OTHERS if is_small(n) else value for value, n in ns.items()}
    by_size = sorted((n, value) for value, n in ns.items() if n >= LEAST)
    others = sum(n for value, n in ns.items() if names[value] == OTHERS)
    for n, value in by_size:
        if not is_small(others):
            break
        names[value] = OTHERS
        others += n
    return names


def table(values: Mapping[str, Parts], *, is_rate: bool) -> dict[str, Cell]:
    """The rows of a table by value; empty where the total is withheld or everything would stand under one name."""
    values = {value: parts for value, parts in values.items() if parts.n}
    total = sum(values.values(), Parts())
    if not whole(total, is_rate=is_rate).is_whole:
        return {}
    names = folded({value: parts.n for value, parts in values.items()})
    rows: dict[str, Parts] = {}
    for value, parts in values.items():
        rows[names[value]] = rows.get(names[value], Parts()) + parts
    if len(rows) < 2:
        return {}
    if not is_rate:
        return {name: Cell(parts.n, parts.k) for name, parts in rows.items()}
    hidden = _hidden(rows)
    return {name: Cell(parts.n, None if name in hidden else parts.k) for name, parts in rows.items()}


def _hidden(rows: Mapping[str, Parts]) -> set[str]:
    """The rows whose number is withheld. Of each of them what is shown leaves a range open that has small and other
    numbers, both of those that had what is asked and of those that did not; else every row is one of them.
    """
    hidden = {name for name, parts in rows.items() if is_small(parts.k) or is_small(parts.n - parts.k)}
    shown = sorted(rows.keys() - hidden, key=lambda name: (rows[name].n, name))
    while hidden and shown and not _is_open(rows, hidden):
        hidden.add(shown.pop(0))
    return hidden


def _is_open(rows: Mapping[str, Parts], hidden: set[str]) -> bool:
    """Whether of every withheld number what is shown leaves at least five possible."""
    some = sum(rows[name].k for name in hidden)
    room = sum(rows[name].n for name in hidden)
    for name in hidden:
        n = rows[name].n
        least, most = max(0, some - (room - n)), min(n, some)
        if most - least < LEAST:
            return False
    return True
