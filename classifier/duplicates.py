"""Texts that say nearly the same: a copied appeal is found among all earlier ones without comparing it with each.

A text is cut into runs of three units of the normalised copy, so that width, case, blanks, invisible characters and
look-alike letters hide nothing, and numbers do not tell copies apart. Their least hashes make a sketch; sketches that
agree in one of the bands are candidates, which `alike` compares exactly. What does not belong here: where sketches are
kept, and what follows from a copy.

`passages` finds what bands cannot: a text that was pasted whole into a much longer one. Of every eight neighbouring
runs of eight units the one with the least hash is kept (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003), so
that any fifteen units in a row that two texts share give them a name in common, wherever they stand.

`phrases` does the same for what is shorter still, such as a clause taken out of a letter.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from classifier.features import UNIT, grams, normalise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN = 3
"""Signs of Chinese or words of other scripts in one run."""
BANDS, ROWS = 32, 4
"""Texts that share half of their runs meet in a band seven times in eight; sharing seven tenths, nearly always."""
LEAST_RUNS = 12
"""Shorter texts repeat each other without anybody having copied."""
LEAST_OVERLAP = 0.6
"""The share of runs in common, of the shorter text, from which on a text counts as a copy."""
LEAST_JACCARD = 0.3
"""The share of runs in common, of both texts, from which on a text counts as a copy; padding makes it small."""


PASSAGE, WINDOW = 8, 8
"""Units in a run of `passages`, and how many neighbouring runs keep one: a shared 8 + 8 - 1 units are always found."""
PHRASE, NEAR = 8, 3
"""What a run of `phrases` holds, a sign of Chinese counting one and a word two, and how many neighbours keep one."""
LEAST_NEW = 0.7
"""A text of which less than this share of its runs is new where it stands repeats itself."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common: of the shorter one, and of both together."""

    overlap: float
    jaccard: float

    @property
    def is_copy(self) -> bool:
        return self.overlap >= LEAST_OVERLAP and self.jaccard >= LEAST_JACCARD

    @property
    def holds(self) -> bool:
        """Whether most of the one stands in the other, however much stands around it."""
        return self.overlap >= LEAST_OVERLAP


def runs(original: str) -> frozenset[int]:
    """The hashes of all runs of a text; empty for one too short to be called a copy of anything."""
    found = frozenset(_hashes(_units(original), RUN))
    return found if len(found) >= LEAST_RUNS else frozenset()


def passages(original: str) -> frozenset[int]:
    """Names as 63-bit numbers; two texts that share fifteen units in a row have one in common."""
    hashes = _passage_names(_units(original))
    if len(hashes) <= WINDOW:
        return frozenset(sorted(hashes)[:1])
    return frozenset(min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1))


def words_of(original: str, names: frozenset[int]) -> str:
    """The words of a text under these names of `passages`: the first unbroken stretch that they cover."""
    text = normalise(original)
    units = grams(text.text).units
    runs_of = _passage_names([_unit(text.text[start:end]) for start, end in units])
    first = last = -1
    for at, name in enumerate(runs_of):
        if name in names and (first < 0 or at <= last):
            first, last = (at if first < 0 else first), at + PASSAGE
    if first < 0:
        return ""
    start, end = text.span(units[first][0], units[last - 1][1])
    return original[start:end]


def phrases(original: str) -> list[int]:
    """Names of the shortest run from each unit on that holds enough, in their order, as 63-bit numbers."""
    units, sizes = _sized_units(original)
    names = []
    end = held = 0
    for start, size in enumerate(sizes):
        while held < PHRASE and end < len(units):
            held += sizes[end]
            end += 1
        if held < PHRASE:
            break
        run = "\x1f".join(units[start:end]).encode("utf-8", "surrogatepass")
        names.append((zlib.crc32(run, 0xC2B2AE35) << 31) ^ zlib.crc32(run, 0x27D4EB2F))
        held -= size
    return names


def kept_phrases(original: str) -> frozenset[int]:
    """Of every three neighbouring `phrases` the one with the least name: ten signs in a row are always found by one."""
    found = phrases(original)
    return frozenset(min(found[i : i + NEAR]) for i in range(max(1, len(found) - NEAR + 1))) if found else frozenset()


def unmarked(original: str) -> str:
    """The signs and words of a text one behind the other, so that no mark or blank between them hides a phrase."""
    return "".join(_units(original))


def repeats_itself(original: str) -> bool:
    """Whether much of a text stands in it more than once."""
    found = _hashes(_units(original), RUN)
    return len(found) >= LEAST_RUNS and len(set(found)) < LEAST_NEW * len(found)


def sketch(found: frozenset[int]) -> bytes:
    """The least hashes of these runs under fixed permutations; empty where there are no runs."""
    if not found:
        return b""
    import numpy as np  # as in classifier.service: a process that only serves pages does not pay for it

    hashes = _mixed(np.fromiter(found, dtype=np.uint64, count=len(found)).astype(np.uint32))
    factors, summands = _permutations()
    least = np.full(BANDS * ROWS, 0xFFFFFFFF, dtype=np.uint32)
    for at in range(0, len(hashes), 1_024):  # a long text needs no more memory than a short one
        part = hashes[at : at + 1_024, None] * factors[None, :] + summands[None, :]
        np.minimum(least, part.min(axis=0), out=least)
    return least.astype("<u4").tobytes()


def bands(made: bytes) -> list[int]:
    """The names of the bands of a sketch, as 63-bit numbers; two sketches with one in common are worth comparing."""
    width = 4 * ROWS
    names = []
    for band in range(len(made) // width):
        part = made[band * width : (band + 1) * width] + bytes([band])
        names.append((zlib.crc32(part) << 31) ^ zlib.crc32(part, 0x9E3779B1))
    return names


def alike(one: frozenset[int], other: frozenset[int]) -> Likeness:
    """What two texts have in common, counted exactly."""
    if not one or not other:
        return Likeness(0.0, 0.0)
    common = len(one & other)
    return Likeness(common / min(len(one), len(other)), common / len(one | other))


def _units(original: str) -> list[str]:
    text = normalise(original).text
    return [_unit(text[start:end]) for start, end in grams(text).units]


def _sized_units(original: str) -> tuple[list[str], list[int]]:
    """The units of a text, and how much each says: a sign of Chinese one, a word of another script two."""
    units: list[str] = []
    sizes: list[int] = []
    for match in UNIT.finditer(normalise(original).text):
        found = list(match["cjk"]) if match["cjk"] else [_unit(match["word"])]
        units += found
        sizes += [1 if match["cjk"] else 2] * len(found)
    return units, sizes


def _hashes(units: list[str], size: int, seed: int = 0) -> list[int]:
    """The checksum of each run of so many units, in their order."""
    return [
        zlib.crc32("\x1f".join(units[i : i + size]).encode("utf-8", "surrogatepass"), seed)
        for i in range(len(units) - size + 1)
    ]


def _passage_names(units: list[str]) -> list[int]:
    """The name of each run of `PASSAGE` units, in their order."""
    firsts, seconds = _hashes(units, PASSAGE), _hashes(units, PASSAGE, 0x85EBCA6B)
    return [(first << 31) ^ second for first, second in zip(firsts, seconds, strict=True)]


def _unit(unit: str) -> str:
    return "#" if unit.isdigit() else unit


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A fixed shuffle of all numbers (the finaliser of MurmurHash3), for checksums of similar runs are similar."""
    import numpy as np

    hashes = hashes ^ (hashes >> np.uint32(16))
    hashes = hashes * np.uint32(0x85EBCA6B)
    hashes = hashes ^ (hashes >> np.uint32(13))
    hashes = hashes * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    import numpy as np

    # Stored sketches are compared for years, so the numbers come from a hash and not from a generator that may change.
    drawn = [zlib.crc32(f"permutation {i}".encode()) for i in range(2 * BANDS * ROWS)]
    mixed = _mixed(np.asarray(drawn, dtype=np.uint64).astype(np.uint32))
    return mixed[::2] | np.uint32(1), mixed[1::2]
