"""Texts that say nearly the same: a copied appeal is found among all earlier ones without comparing it with each.

A text is cut into runs of three units of the normalised copy, so that width, case, blanks, invisible characters and
look-alike letters hide nothing, and numbers do not tell copies apart. Their least hashes make a sketch; sketches that
agree in one of the bands are candidates, which `alike` compares exactly. What does not belong here: where sketches are
kept, and what follows from a copy (nothing follows by itself).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from classifier.features import grams, normalise

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


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common: of the shorter one, and of both together."""

    overlap: float
    jaccard: float

    @property
    def is_copy(self) -> bool:
        return self.overlap >= LEAST_OVERLAP and self.jaccard >= LEAST_JACCARD


def runs(original: str) -> frozenset[int]:
    """The hashes of all runs of a text; empty for one too short to be called a copy of anything."""
    text = normalise(original).text
    units = [_unit(text[start:end]) for start, end in grams(text).units]
    found = frozenset(
        zlib.crc32("\x1f".join(units[i : i + RUN]).encode("utf-8", "surrogatepass"))
        for i in range(len(units) - RUN + 1)
    )
    return found if len(found) >= LEAST_RUNS else frozenset()


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
