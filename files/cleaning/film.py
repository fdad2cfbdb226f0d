"""Copies a film with what is seen and heard, and the index to play it by; everything else becomes zeros.

The copy has the same length, so that every offset in it holds: a box that is not listed becomes one of type `free`,
which every player skips. Listed boxes keep the fields that playing takes; times of recording, names of programs and
devices, and bytes behind the last field go. Of the media data stay the samples of tracks of picture and sound in a
known coding, without the messages that a camera puts between the pictures. See ISO/IEC 14496-12, -15; AV1, 5.3.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from files.cleaning.boxes import CHUNK, HOLD, MAX_TABLE, RUN_FIELDS, Blank, Boxes, Span, apart
from files.cleaning.refusals import Unproven

SEEN, HEARD = b"vide", b"soun"
CODINGS = {
    SEEN: frozenset({b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp08", b"vp09", b"mp4v"}),
    HEARD: frozenset({b"mp4a", b"ac-3", b"ec-3", b"Opus", b"alac"}),
}
HEAD_OF_ENTRY = {SEEN: 78, HEARD: 28}
CONFIGURE = frozenset(
    {b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"dOps", b"dac3", b"dec3", b"alac"}
    | {b"colr", b"pasp", b"btrt", b"fiel", b"clap", b"mdcv", b"clli"}
)
LENGTH_OF = {b"pasp": 8, b"btrt": 12, b"fiel": 2, b"clap": 32, b"mdcv": 24, b"clli": 4, b"dac3": 3}


@dataclass(slots=True)
class Track:
    """A track that is kept: how its samples are coded, and where they lie."""

    coding: bytes = b""
    length_size: int = 4
    number: int = 0
    chunks: list[int] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    same: int = 0
    sizes: list[int] = field(default_factory=list)
    default: int = 0  # size of a sample in fragments that do not say


def clean(source: BinaryIO, out: BinaryIO) -> None:
    """Writes the copy. Raises `Unproven`, also where no track is left."""
    blanks = _Film(source).blanks()
    at = 0
    for start, end, instead in blanks:
        _copy(source, out, at, start)
        out.write(instead[: end - start])
        out.writelines(bytes(min(CHUNK, end - start - done)) for done in range(len(instead), end - start, CHUNK))
        at = end
    _copy(source, out, at, source.seek(0, io.SEEK_END))


def _copy(source: BinaryIO, out: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end and (chunk := source.read(min(CHUNK, end - start))):
        out.write(chunk)
        start += len(chunk)


class _Film(Boxes):
    def __init__(self, film: BinaryIO) -> None:
        super().__init__(film)
        self.media: list[Span] = []
        self.tracks: dict[int, Track] = {}
        self.fragments: list[Span] = []
        self.samples: list[Span] = []

    def blanks(self) -> list[Blank]:
        """What to overwrite, in order."""
        self._walk(b"", 0, self.size)
        if not self.tracks:
            raise Unproven("no track of a known kind")
        self._defaults()
        for track in self.tracks.values():
            self._samples_of(track)
        for start, end in self.fragments:
            self._samples_of_fragment(start, end)
        self._all_but_samples()
        return apart(self.found)

    def _walk(self, parent: bytes, start: int, end: int, track: Track | None = None) -> None:
        for kind, at, body, after in self.boxes(start, end):
            if kind not in HOLD[parent]:
                self.free(at, body, after)
            elif kind == b"mdat":
                self.media.append((body, after))
            elif kind == b"trak":
                self._track(at, body, after)
            elif kind == b"moof":
                self.fragments.append((at, after))
                self._walk(kind, body, after)
            elif kind in HOLD:
                self._walk(kind, body, after, track)
            else:
                self.fields(kind, body, after)

    # — tracks —

    def _track(self, at: int, body: int, after: int) -> None:
        handler = self.child(body, after, b"mdia", b"hdlr")
        kind = b"" if handler is None else self.read(handler[0] + 8, 4)
        track = Track()
        described = self.child(body, after, b"mdia", b"minf", b"stbl", b"stsd")
        head = self.child(body, after, b"tkhd")
        if kind not in CODINGS or described is None or head is None or not self._is_known(kind, *described):
            self.free(at, body, after)
            return
        self._describe(kind, *described, track)
        long = self.read(head[0], 1) == b"\1"
        track.number = int.from_bytes(self.read(head[0] + (20 if long else 12), 4))
        if track.number in self.tracks:
            raise Unproven("two tracks of one number")
        self.tracks[track.number] = track
        self._walk(b"trak", body, after, track)
        for name in (b"stsz", b"stz2", b"stsc", b"stco", b"co64"):
            where = self.child(body, after, b"mdia", b"minf", b"stbl", name)
            if where is not None:
                self._table(name, *where, track)

    def _is_known(self, kind: bytes, body: int, after: int) -> bool:
        entries = list(self.boxes(body + 8, after))
        return bool(entries) and all(
            coding in CODINGS[kind] and end - inner >= HEAD_OF_ENTRY[kind] for coding, _at, inner, end in entries
        )

    def _describe(self, kind: bytes, body: int, after: int, track: Track) -> None:
        codings = set()
        for coding, _at, inner, end in self.boxes(body + 8, after):
            codings.add(coding)
            self.zero(inner, inner + 6)
            if kind == SEEN:
                self.zero(inner + 8, inner + 24)  # maker among them
                self.zero(inner + 36, inner + 40)
                self.zero(inner + 42, inner + 74)  # name of the program
            else:
                self.zero(inner + 8, inner + 16)
            for name, at, held, stop in self.boxes(inner + HEAD_OF_ENTRY[kind], end):
                is_profile = name == b"colr" and self.read(held, 4) not in (b"nclx", b"nclc")
                if name not in CONFIGURE or is_profile:
                    self.free(at, held, stop)
                    continue
                self.zero(held + LENGTH_OF.get(name, 11 if name == b"colr" else stop - held), stop)
                if name == b"avcC":
                    track.length_size = (self.read(held + 4, 1) or b"\3")[0] % 4 + 1
                elif name == b"esds" and coding == b"mp4v":
                    self.text_of_mpeg4(held, stop - held, track)
                elif name == b"hvcC":
                    track.length_size = (self.read(held + 21, 1) or b"\3")[0] % 4 + 1
                    self._parameters(held, stop)
        if len(codings) != 1:
            raise Unproven("codings")
        track.coding = codings.pop()

    def _parameters(self, held: int, stop: int) -> None:
        """Messages among the parameter sets of HEVC."""
        at = held + 23
        for _array in range((self.read(held + 22, 1) or b"\0")[0]):
            kind, count = self.read(at, 1), int.from_bytes(self.read(at + 1, 2))
            at += 3
            for _unit in range(count):
                size = int.from_bytes(self.read(at, 2))
                if not kind or at + 2 + size > stop:
                    raise Unproven("parameters")
                if kind[0] & 63 not in range(32, 38):
                    self._filler(at + 2, size, b"\x4c\x01")
                at += 2 + size

    def _table(self, name: bytes, body: int, after: int, track: Track) -> None:
        if after - body > MAX_TABLE:
            raise Unproven("index")
        table = self.read(body, after - body)
        if name == b"stsz":
            track.same, count = int.from_bytes(table[4:8]), int.from_bytes(table[8:12])
            track.sizes = _numbers(table[12 : 12 + 4 * count], 4)
        elif name == b"stz2":
            width, count = table[7], int.from_bytes(table[8:12])
            if width == 4:
                track.sizes = [half for byte in table[12:] for half in (byte >> 4, byte & 15)][:count]
            elif width in (8, 16):
                track.sizes = _numbers(table[12 : 12 + count * width // 8], width // 8)
            else:
                raise Unproven("index")
        elif name == b"stsc":
            track.runs = _numbers(table[8 : 8 + 12 * int.from_bytes(table[4:8])], 4)
        else:
            width = 4 if name == b"stco" else 8
            track.chunks = _numbers(table[8 : 8 + width * int.from_bytes(table[4:8])], width)

    def _defaults(self) -> None:
        where = self.child(0, self.size, b"moov", b"mvex")
        for kind, _at, body, after in self.boxes(*where) if where else ():
            number, size = (int.from_bytes(self.read(body + at, 4)) for at in (4, 16))
            if kind == b"trex" and after - body >= 24 and number in self.tracks:
                self.tracks[number].default = size

    # — samples —

    def _samples_of(self, track: Track) -> None:
        samples_from = dict(zip(track.runs[::3], track.runs[1::3], strict=False))
        sample = count = 0
        for number, offset in enumerate(track.chunks, start=1):
            count = samples_from.get(number, count)
            sizes: Iterable[int] = track.sizes[sample : sample + count]
            if track.same:
                self._keep(offset, offset + track.same * count)
                sizes = _repeated(track.same, count) if track.coding in WALKED else ()
            else:
                self._keep(offset, offset + sum(sizes))
            sample += count
            self._walk_samples(track, offset, sizes)

    def _samples_of_fragment(self, start: int, end: int) -> None:
        follows = start
        body = start + (16 if self.read(start, 4) == b"\0\0\0\1" else 8)
        for kind, _at, inner, after in self.boxes(body, end):
            if kind == b"traf":
                follows = self._samples_of_run(start, follows, inner, after)

    def _samples_of_run(self, moof: int, follows: int, inner: int, after: int) -> int:
        """Keeps what the runs of one track in a fragment play; returns where the next track's data would begin."""
        head = self.child(inner, after, b"tfhd")
        if head is None:
            raise Unproven("fragment")
        read = _Reader(self.read(head[0], head[1] - head[0]))
        flags, number = read.flags(), read.number()
        base = read.number(8) if flags & 1 else moof if flags & 0x20000 else follows
        _entry, _time = read.number() if flags & 2 else 0, read.number() if flags & 8 else 0
        track = self.tracks.get(number)
        default = read.number() if flags & 0x10 else track.default if track else 0
        at = base
        for kind, _at, body, end in self.boxes(inner, after):
            if kind != b"trun":
                continue
            if end - body > MAX_TABLE:
                raise Unproven("fragment")
            read = _Reader(self.read(body, end - body))
            flags, count = read.flags(), read.number()
            if flags & 1:
                offset = read.number()
                at = base + (offset - 2**32 if offset >= 2**31 else offset)
            if flags & 4:
                read.number()
            sizes = _sizes_in(read, flags, count, default)
            if track is not None:
                self._keep(at, at + sum(sizes))
                self._walk_samples(track, at, sizes)
            at += sum(sizes)
        return at

    def _keep(self, start: int, end: int) -> None:
        if self.samples and self.samples[-1][1] == start:
            self.samples[-1] = (self.samples[-1][0], end)
        elif start < end:
            self.samples.append((start, end))

    def _all_but_samples(self) -> None:
        kept = sorted(self.samples)
        number = 0
        for start, end in sorted(self.media):
            at = start
            while number < len(kept) and kept[number][0] < end:
                first, last = kept[number]
                if first < start or last > end:
                    raise Unproven("sample outside of the media data")
                self.zero(at, first)
                at = max(at, last)
                number += 1
            self.zero(at, end)
        if number < len(kept):
            raise Unproven("sample outside of the media data")

    def _walk_samples(self, track: Track, at: int, sizes: Iterable[int]) -> None:
        walk = WALKED.get(track.coding)
        if walk is not None:
            for size in sizes:
                walk(self, at, size, track)
                at += size

    def units_of_avc(self, at: int, size: int, track: Track) -> None:
        for start, length in self._units(at, size, track.length_size):
            if self.read(start, 1)[0] & 31 not in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 19, 20):
                self._filler(start, length, b"\x0c")

    def units_of_hevc(self, at: int, size: int, track: Track) -> None:
        for start, length in self._units(at, size, track.length_size):
            if self.read(start, 1)[0] >> 1 & 63 > 37:
                self._filler(start, length, b"\x4c\x01")

    def units_of_av1(self, at: int, size: int, _track: Track) -> None:
        """Metadata, padding and what is not known become padding."""
        end = at + size
        while at < end:
            header = self.read(at, 10)
            extended, sized = header[0] >> 2 & 1, header[0] >> 1 & 1
            length, width = _leb128(header[1 + extended :]) if sized else (end - at - 1 - extended, 0)
            after = at + 1 + extended + width + length
            if after > end:
                raise Unproven("sample")
            if header[0] >> 3 & 15 not in (1, 2, 3, 4, 6, 7):
                self.zero(at, at + 1, bytes([0x78 | header[0] & 6]))
                self.zero(after - length, after, b"\x80")
            at = after

    def text_of_mpeg4(self, at: int, size: int, _track: Track) -> None:
        """User data between the pictures of MPEG-4 part 2."""
        if size > MAX_TABLE:
            raise Unproven("sample")
        for found in re.finditer(rb"\x00\x00\x01\xb2(?:(?!\x00\x00\x01)[\s\S])*", self.read(at, size)):
            self.zero(at + found.start(), at + found.end())

    def _units(self, at: int, size: int, width: int) -> Iterator[Span]:
        end = at + size
        while at < end:
            length = int.from_bytes(self.read(at, width))
            at += width
            if at + length > end:
                raise Unproven("sample")
            if length:
                yield at, length
            at += length

    def _filler(self, start: int, length: int, header: bytes) -> None:
        self.zero(start, start + length, (header + b"\xff" * (length - len(header) - 1) + b"\x80")[:length])


WALKED: dict[bytes, Callable[[_Film, int, int, Track], None]] = {
    **dict.fromkeys((b"avc1", b"avc3"), _Film.units_of_avc),
    **dict.fromkeys((b"hvc1", b"hev1"), _Film.units_of_hevc),
    b"av01": _Film.units_of_av1,
    b"mp4v": _Film.text_of_mpeg4,
}


def _sizes_in(read: "_Reader", flags: int, count: int, default: int) -> list[int]:
    if count * 4 > MAX_TABLE:
        raise Unproven("fragment")
    if not flags & 0x200:
        return [default] * count
    width, place = sum(flags & bit > 0 for bit in RUN_FIELDS), flags & 0x100 > 0
    rows = _numbers(read.rest()[: 4 * width * count], 4)
    return rows[place::width]


class _Reader:
    """Numbers one after the other; behind the end are zeros."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, width: int = 4) -> int:
        self.at += width
        return int.from_bytes(self.data[self.at - width : self.at])

    def flags(self) -> int:
        return self.number() & 0xFFFFFF

    def rest(self) -> bytes:
        return self.data[self.at :]


def _numbers(table: bytes, width: int) -> list[int]:
    return [int.from_bytes(table[at : at + width]) for at in range(0, len(table) - width + 1, width)]


def _repeated(size: int, count: int) -> Iterator[int]:
    for _sample in range(count):
        yield size


def _leb128(data: bytes) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[:8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, index + 1
    raise Unproven("sample")
