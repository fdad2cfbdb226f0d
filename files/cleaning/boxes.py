"""The boxes of a film (ISO/IEC 14496-12): which are listed, and what of a listed one playing does not take."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from files.cleaning.refusals import Unproven

MAX_TABLE = 16 * 1024 * 1024
MAX_BOXES = 100_000
CHUNK = 1024 * 1024

HOLD: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset({b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64"}),
    b"mvex": frozenset({b"mehd", b"trex"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun"}),
}
BRANDS = frozenset(
    {b"isom", b"mp41", b"mp42", b"avc1", b"hvc1", b"av01", b"dash", b"msdh", b"msix", b"MSNV"}
    | {b"M4V ", b"M4VH", b"M4VP"}
    | {b"iso%d" % generation for generation in range(2, 10)}
)
type Blank = tuple[int, int, bytes]
"""Where some bytes begin and end, and what stands there instead before the zeros."""
type Span = tuple[int, int]


class Boxes:
    """A film, and what of it is to be overwritten."""

    def __init__(self, film: BinaryIO) -> None:
        self.film = film
        self.size = film.seek(0, io.SEEK_END)
        self.found: list[Blank] = []

    def boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
        """The boxes between two offsets: type, and where the box, its body and the next box begin."""
        for _step in range(MAX_BOXES):
            if start == end:
                return
            if end - start < 8:
                self.zero(start, end)
                return
            header = self.read(start, 16)
            size, body = int.from_bytes(header[:4]), start + 8
            if size == 1:
                size, body = int.from_bytes(header[8:16]), start + 16
            elif size == 0:
                size = end - start
            after = start + size
            if after < body or after > end:
                raise Unproven("boxes")
            yield header[4:8], start, body, after
            start = after
        raise Unproven("boxes")

    def free(self, at: int, body: int, after: int) -> None:
        self.found += [(at + 4, at + 8, b"free"), (body, after, b"")]

    def zero(self, start: int, end: int, instead: bytes = b"") -> None:
        if start < end:
            self.found.append((start, end, instead))

    def fields(self, kind: bytes, body: int, after: int) -> None:
        """Zeros what a listed box holds beside what playing takes."""
        if kind == b"stsd":
            return  # by `_track`
        head = self.read(body, min(after - body, 64))
        if kind in (b"ftyp", b"styp"):
            self._brands(body, after)
        elif kind == b"dref":
            self._references(body, after)
        elif kind in TIMED:
            spans = TIMED[kind][head[:1] == b"\1"]
            last = spans[-1][1]
            for start, end in spans[:-1]:
                self.zero(body + start, min(body + end, after))
            self.zero(body + last, after)
        elif kind == b"hdlr":
            self.zero(body + 4, body + 8)
            self.zero(body + 12, after)
        else:
            self.zero(body + _length(kind, head), after)

    def _brands(self, body: int, after: int) -> None:
        self.zero(body + 4, body + 8)
        for at in range(body + 8, after, 4):
            if self.read(at, 4) not in BRANDS:
                self.zero(at, min(at + 4, after), b"isom")
        if self.read(body, 4) not in BRANDS:
            self.zero(body, body + 4, b"isom")

    def _references(self, body: int, after: int) -> None:
        """Media data lies in the film itself, and nowhere else."""
        for kind, at, inner, end in self.boxes(body + 8, after):
            if kind != b"url " or end - at != 12 or self.read(inner, 4) != b"\0\0\0\1":
                raise Unproven("media elsewhere")

    def child(self, start: int, end: int, *path: bytes) -> Span | None:
        """Where the body of the box at this path begins and ends. Two of one name are not known."""
        for name in path:
            found = [(body, after) for kind, _at, body, after in self.boxes(start, end) if kind == name]
            if not found:
                return None
            if len(found) > 1:
                raise Unproven("boxes")
            start, end = found[0]
        return start, end

    def read(self, at: int, size: int) -> bytes:
        self.film.seek(at)
        return self.film.read(size)


# By version: what is zeroed of boxes that say when and how; the last pair is where the box ends.
TIMED: dict[bytes, tuple[tuple[Span, ...], tuple[Span, ...]]] = {
    b"mvhd": (((4, 12), (26, 36), (72, 96), (0, 100)), ((4, 20), (38, 48), (84, 108), (0, 112))),
    b"tkhd": (((4, 12), (16, 20), (24, 32), (38, 40), (0, 84)), ((4, 20), (24, 28), (36, 44), (50, 52), (0, 96))),
    b"mdhd": (((4, 12), (22, 24), (0, 24)), ((4, 20), (34, 36), (0, 36))),
}


def _length(kind: bytes, head: bytes) -> int:
    """How long a listed box is, by what it says at its beginning."""
    long, flags, count = head[:1] == b"\1", int.from_bytes(head[1:4]), int.from_bytes(head[4:8])
    if kind == b"stsz":
        return 12 + (0 if int.from_bytes(head[4:8]) else 4 * int.from_bytes(head[8:12]))
    if kind == b"stz2":
        return 12 + (int.from_bytes(head[8:12]) * head[7] + 7) // 8
    if kind == b"elst":
        return 8 + count * (20 if long else 12)
    if kind == b"tfhd":
        return 8 + sum(size for bit, size in ((1, 8), (2, 4), (8, 4), (16, 4), (32, 4)) if flags & bit)
    if kind == b"trun":
        return 8 + 4 * ((flags & 1 > 0) + (flags & 4 > 0)) + count * 4 * sum(flags & bit > 0 for bit in RUN_FIELDS)
    if kind in (b"mehd", b"tfdt"):
        return 12 if long else 8
    fixed = {b"vmhd": 12, b"smhd": 8, b"trex": 24, b"mfhd": 8}
    widths = {b"stts": 8, b"ctts": 8, b"stss": 4, b"stsc": 12, b"stco": 4, b"co64": 8}
    return fixed[kind] if kind in fixed else 8 + count * widths[kind]


RUN_FIELDS = (0x100, 0x200, 0x400, 0x800)


def apart(blanks: Iterable[Blank]) -> list[Blank]:
    """In order, and none over another."""
    found: list[Blank] = []
    covered = 0
    for start, end, instead in sorted(blanks, key=lambda blank: blank[:2]):
        if end > max(start, covered):
            found.append((start, end, instead) if start >= covered else (covered, end, b""))
            covered = end
    return found
