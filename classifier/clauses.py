"""The clauses of a text, and the parts of it that say enough to be judged by themselves.

Both are places in a normalised copy (`classifier.features.normalise`). Clauses lie one behind the other and leave
nothing out, so that the weights of all clauses are the weight of the text. What does not belong here: weights.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifier.features import UNIT

LONG = 40
"""A clause that would hold more units than this is parted at a blank, as texts without any mark are."""
SHORT = 4
"""A clause of fewer units belongs to its neighbour: alone it says nothing that a person could answer."""
SUBSTANTIAL = 40
"""So many units say enough to be judged by themselves."""

_MARK = re.compile(r"[。、,.:;!?]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` with the mark that ends it. A sign of Chinese is one unit, a word of another script two."""

    start: int
    end: int
    units: int


@lru_cache(maxsize=4)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a normalised copy, in order and without gaps; none where it holds no word.

    The latest are kept, as both the parts of a text and its explanation ask for them.
    """
    cuts, sizes = [0], [0]
    last = 0
    for match in UNIT.finditer(text):
        size = len(match["cjk"]) if match["cjk"] else 2
        cut = _cut(text, last, match.start()) if last else None
        if cut is None and sizes[-1] + size > LONG and text[last : match.start()].endswith(" ") and last:
            cut = match.start()
        if cut is not None:
            cuts.append(cut)
            sizes.append(0)
        sizes[-1] += size
        last = match.end()
    if not last:
        return ()
    ends = [*cuts[1:], len(text)]
    return tuple(_joined([Clause(*each) for each in zip(cuts, ends, sizes, strict=True)]))


def parts(found: Sequence[Clause], size: int = SUBSTANTIAL) -> list[tuple[int, int]]:
    """The shortest runs of whole clauses that hold at least so many units, one beginning at each clause that can.

    Of a text that is shorter altogether the whole is the only part.
    """
    runs = []
    behind = units = 0
    for clause in found:
        while units < size and behind < len(found):
            units += found[behind].units
            behind += 1
        if units < size:
            break
        runs.append((clause.start, found[behind - 1].end))
        units -= clause.units
    return runs or ([(found[0].start, found[-1].end)] if found else [])


def _cut(text: str, end: int, start: int) -> int | None:
    """Where a clause ends between two units; None where no mark does, as in 3.5, 10:30 and www.example.com."""
    gap = text[end:start]
    mark = _MARK.search(gap)
    if mark is None or (gap in (".", ",", ":") and text[end - 1].isascii() and text[start].isascii()):
        return None
    return end + mark.end()


def _joined(found: Sequence[Clause]) -> list[Clause]:
    """The same clauses, each too short one with the one before it, or the first with the one behind."""
    kept: list[Clause] = []
    for clause in found:
        if kept and (clause.units < SHORT or kept[-1].units < SHORT):
            kept[-1] = Clause(kept[-1].start, clause.end, kept[-1].units + clause.units)
        else:
            kept.append(clause)
    return kept
