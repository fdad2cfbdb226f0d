"""What a phone wrote into a film beside picture and sound: where it was taken, with which device, by whom.

`metadata` finds those parts, and `Without` reads the film without them: of the same length, so that every offset in it
holds. A box becomes one of type `free`, which every player skips.
"""

import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import BinaryIO

HOLD_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex"})
TELL = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"pnot"})
SEEN_OR_HEARD = frozenset({b"vide", b"soun"})
MAX_TABLE = 4 * 1024 * 1024
MAX_BOXES = 100_000

type Blank = tuple[int, int, bytes]
"""Where some bytes begin and end, and what stands there instead before the zeros."""


def metadata(film: BinaryIO) -> list[Blank]:
    """The parts to blank, in order: user data, tags, XMP, padding, and every track that is neither picture nor sound.

    What cannot be read as boxes is blanked, too.
    """
    return _apart(_inside(film, 0, film.seek(0, io.SEEK_END)))


class Without(io.RawIOBase):
    """Reads a film with these parts blanked."""

    def __init__(self, film: BinaryIO, blanks: list[Blank]) -> None:
        self._film, self._blanks = film, blanks
        self._starts = [start for start, _end, _instead in blanks]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._film.seek(offset, whence)

    def tell(self) -> int:
        return self._film.tell()

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        at = self._film.tell()
        found = self._film.read(len(buffer))
        buffer[: len(found)] = found
        for start, end, instead in self._blanks[max(0, bisect_right(self._starts, at) - 1) :]:
            if start >= at + len(found):
                break
            first, last = max(start, at), min(end, at + len(found))
            if first < last:
                text = instead[first - start : last - start]
                buffer[first - at : last - at] = text + bytes(last - first - len(text))
        return len(found)

    def close(self) -> None:
        self._film.close()
        super().close()


def _inside(film: BinaryIO, start: int, end: int, depth: int = 0) -> Iterator[Blank]:
    for kind, at, body, after in _boxes(film, start, end):
        if kind in TELL or depth > len(HOLD_BOXES):
            yield from _emptied(at, body, after)
        elif kind == b"trak" and not _is_seen_or_heard(film, body, after):
            yield from _samples(film, body, after)
            yield from _emptied(at, body, after)
        elif kind in HOLD_BOXES:
            yield from _inside(film, body, after, depth + 1)


def _emptied(at: int, body: int, after: int) -> Iterator[Blank]:
    yield at + 4, at + 8, b"free"
    yield body, after, b""


def _apart(blanks: Iterable[Blank]) -> list[Blank]:
    """In order, and none over another."""
    found: list[Blank] = []
    covered = 0
    for start, end, instead in sorted(blanks):
        if end > max(start, covered):
            found.append((start, end, instead) if start >= covered else (covered, end, b""))
            covered = end
    return found


def _boxes(film: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """The boxes between two offsets: type, and where the box, its body and the next box begin.

    What is no box counts as padding.
    """
    for _step in range(MAX_BOXES):
        if end - start < 8:
            return
        header = _read(film, start, 16)
        size, body = int.from_bytes(header[:4]), start + 8
        if size == 1:
            size, body = int.from_bytes(header[8:16]), start + 16
        elif size == 0:
            size = end - start
        after = start + size
        if after < body or after > end:
            break
        yield header[4:8], start, body, after
        start = after
    yield b"free", start, start + 8, end


def _child(film: BinaryIO, start: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Where the body of the first box at this path begins and ends."""
    for name in path:
        found = next(((body, after) for kind, _at, body, after in _boxes(film, start, end) if kind == name), None)
        if found is None:
            return None
        start, end = found
    return start, end


def _is_seen_or_heard(film: BinaryIO, start: int, end: int) -> bool:
    handler = _child(film, start, end, b"mdia", b"hdlr")
    return handler is not None and _read(film, handler[0] + 8, 4) in SEEN_OR_HEARD


def _samples(film: BinaryIO, start: int, end: int) -> Iterator[Blank]:
    """What a track plays, chunk by chunk (ISO/IEC 14496-12, 8.7)."""
    table = {}
    for name in (b"stsz", b"stsc", b"stco", b"co64"):
        where = _child(film, start, end, b"mdia", b"minf", b"stbl", name)
        table[name] = b"" if where is None else _read(film, where[0], min(where[1] - where[0], MAX_TABLE))
    chunks = _numbers(table[b"co64"][8:], 8) or _numbers(table[b"stco"][8:], 4)
    of_all, sizes = int.from_bytes(table[b"stsz"][4:8]), _numbers(table[b"stsz"][12:], 4)
    runs = _numbers(table[b"stsc"][8:], 4)
    samples_from = dict(zip(runs[::3], runs[1::3], strict=False))  # how many a chunk has, from that chunk on
    sample = count = 0
    for number, offset in enumerate(chunks, start=1):
        count = samples_from.get(number, count)
        length = of_all * count if of_all else sum(sizes[sample : sample + count])
        sample += count
        yield offset, offset + length, b""


def _numbers(table: bytes, width: int) -> list[int]:
    return [int.from_bytes(table[at : at + width]) for at in range(0, len(table) - width + 1, width)]


def _read(film: BinaryIO, at: int, size: int) -> bytes:
    film.seek(at)
    return film.read(size)
