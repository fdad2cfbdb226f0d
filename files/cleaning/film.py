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

type Blank = tuple[int, int, bytes]
"""Where some bytes begin and end, and what stands there instead before the zeros."""
type Span = tuple[int, int]


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


class _Film:
    def __init__(self, film: BinaryIO) -> None:
        self.film = film
        self.size = film.seek(0, io.SEEK_END)
        self.found: list[Blank] = []
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
        return _apart(self.found)

    # — boxes —

    def _walk(self, parent: bytes, start: int, end: int, track: Track | None = None) -> None:
        for kind, at, body, after in self._boxes(start, end):
            if kind not in HOLD[parent]:
                self._free(at, body, after)
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
                self._fields(kind, body, after, track)

    def _boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
        """The boxes between two offsets: type, and where the box, its body and the next box begin."""
        for _step in range(MAX_BOXES):
            if start == end:
                return
            if end - start < 8:
                self._zero(start, end)
                return
            header = self._read(start, 16)
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

    def _free(self, at: int, body: int, after: int) -> None:
        self.found += [(at + 4, at + 8, b"free"), (body, after, b"")]

    def _zero(self, start: int, end: int, instead: bytes = b"") -> None:
        if start < end:
            self.found.append((start, end, instead))

    def _fields(self, kind: bytes, body: int, after: int, track: Track | None) -> None:
        """Zeros what a listed box holds beside what playing takes."""
        if kind == b"stsd":
            return  # by `_track`
        head = self._read(body, min(after - body, 64))
        if kind in (b"ftyp", b"styp"):
            self._brands(body, after)
        elif kind == b"dref":
            self._references(body, after)
        elif kind in TIMED:
            spans = TIMED[kind][head[:1] == b"\1"]
            last = spans[-1][1]
            for start, end in spans[:-1]:
                self._zero(body + start, min(body + end, after))
            self._zero(body + last, after)
        elif kind == b"hdlr":
            self._zero(body + 4, body + 8)
            self._zero(body + 12, after)
        else:
            self._zero(body + _length(kind, head), after)

    def _brands(self, body: int, after: int) -> None:
        self._zero(body + 4, body + 8)
        for at in range(body + 8, after, 4):
            if self._read(at, 4) not in BRANDS:
                self._zero(at, min(at + 4, after), b"isom")
        if self._read(body, 4) not in BRANDS:
            self._zero(body, body + 4, b"isom")

    def _references(self, body: int, after: int) -> None:
        """Media data lies in the film itself, and nowhere else."""
        for kind, at, inner, end in self._boxes(body + 8, after):
            if kind != b"url " or end - at != 12 or self._read(inner, 4) != b"\0\0\0\1":
                raise Unproven("media elsewhere")

    # — tracks —

    def _track(self, at: int, body: int, after: int) -> None:
        handler = self._child(body, after, b"mdia", b"hdlr")
        kind = b"" if handler is None else self._read(handler[0] + 8, 4)
        track = Track()
        described = self._child(body, after, b"mdia", b"minf", b"stbl", b"stsd")
        head = self._child(body, after, b"tkhd")
        if kind not in CODINGS or described is None or head is None or not self._is_known(kind, *described):
            self._free(at, body, after)
            return
        self._describe(kind, *described, track)
        long = self._read(head[0], 1) == b"\1"
        track.number = int.from_bytes(self._read(head[0] + (20 if long else 12), 4))
        if track.number in self.tracks:
            raise Unproven("two tracks of one number")
        self.tracks[track.number] = track
        self._walk(b"trak", body, after, track)
        for name in (b"stsz", b"stz2", b"stsc", b"stco", b"co64"):
            where = self._child(body, after, b"mdia", b"minf", b"stbl", name)
            if where is not None:
                self._table(name, *where, track)

    def _is_known(self, kind: bytes, body: int, after: int) -> bool:
        entries = list(self._boxes(body + 8, after))
        return bool(entries) and all(
            coding in CODINGS[kind] and end - inner >= HEAD_OF_ENTRY[kind] for coding, _at, inner, end in entries
        )

    def _describe(self, kind: bytes, body: int, after: int, track: Track) -> None:
        codings = set()
        for coding, _at, inner, end in self._boxes(body + 8, after):
            codings.add(coding)
            self._zero(inner, inner + 6)
            if kind == SEEN:
                self._zero(inner + 8, inner + 24)  # maker among them
                self._zero(inner + 36, inner + 40)
                self._zero(inner + 42, inner + 74)  # name of the program
            else:
                self._zero(inner + 8, inner + 16)
            for name, at, held, stop in self._boxes(inner + HEAD_OF_ENTRY[kind], end):
                is_profile = name == b"colr" and self._read(held, 4) not in (b"nclx", b"nclc")
                if name not in CONFIGURE or is_profile:
                    self._free(at, held, stop)
                    continue
                self._zero(held + LENGTH_OF.get(name, 11 if name == b"colr" else stop - held), stop)
                if name == b"avcC":
                    track.length_size = (self._read(held + 4, 1) or b"\3")[0] % 4 + 1
                elif name == b"esds" and coding == b"mp4v":
                    self.text_of_mpeg4(held, stop - held, track)
                elif name == b"hvcC":
                    track.length_size = (self._read(held + 21, 1) or b"\3")[0] % 4 + 1
                    self._parameters(held, stop)
        if len(codings) != 1:
            raise Unproven("codings")
        track.coding = codings.pop()

    def _parameters(self, held: int, stop: int) -> None:
        """Messages among the parameter sets of HEVC."""
        at = held + 23
        for _array in range((self._read(held + 22, 1) or b"\0")[0]):
            kind, count = self._read(at, 1), int.from_bytes(self._read(at + 1, 2))
            at += 3
            for _unit in range(count):
                size = int.from_bytes(self._read(at, 2))
                if not kind or at + 2 + size > stop:
                    raise Unproven("parameters")
                if kind[0] & 63 not in range(32, 38):
                    self._filler(at + 2, size, b"\x4c\x01")
                at += 2 + size

    def _table(self, name: bytes, body: int, after: int, track: Track) -> None:
        if after - body > MAX_TABLE:
            raise Unproven("index")
        table = self._read(body, after - body)
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
        where = self._child(0, self.size, b"moov", b"mvex")
        for kind, _at, body, after in self._boxes(*where) if where else ():
            number, size = (int.from_bytes(self._read(body + at, 4)) for at in (4, 16))
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
        body = start + (16 if self._read(start, 4) == b"\0\0\0\1" else 8)
        for kind, _at, inner, after in self._boxes(body, end):
            if kind == b"traf":
                follows = self._samples_of_run(start, follows, inner, after)

    def _samples_of_run(self, moof: int, follows: int, inner: int, after: int) -> int:
        """Keeps what the runs of one track in a fragment play; returns where the next track's data would begin."""
        head = self._child(inner, after, b"tfhd")
        if head is None:
            raise Unproven("fragment")
        read = _Reader(self._read(head[0], head[1] - head[0]))
        flags, number = read.flags(), read.number()
        base = read.number(8) if flags & 1 else moof if flags & 0x20000 else follows
        _entry, _time = read.number() if flags & 2 else 0, read.number() if flags & 8 else 0
        track = self.tracks.get(number)
        default = read.number() if flags & 0x10 else track.default if track else 0
        at = base
        for kind, _at, body, end in self._boxes(inner, after):
            if kind != b"trun":
                continue
            if end - body > MAX_TABLE:
                raise Unproven("fragment")
            read = _Reader(self._read(body, end - body))
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
                self._zero(at, first)
                at = max(at, last)
                number += 1
            self._zero(at, end)
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
            if self._read(start, 1)[0] & 31 not in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 19, 20):
                self._filler(start, length, b"\x0c")

    def units_of_hevc(self, at: int, size: int, track: Track) -> None:
        for start, length in self._units(at, size, track.length_size):
            if self._read(start, 1)[0] >> 1 & 63 > 37:
                self._filler(start, length, b"\x4c\x01")

    def units_of_av1(self, at: int, size: int, _track: Track) -> None:
        """Metadata, padding and what is not known become padding."""
        end = at + size
        while at < end:
            header = self._read(at, 10)
            extended, sized = header[0] >> 2 & 1, header[0] >> 1 & 1
            length, width = _leb128(header[1 + extended :]) if sized else (end - at - 1 - extended, 0)
            after = at + 1 + extended + width + length
            if after > end:
                raise Unproven("sample")
            if header[0] >> 3 & 15 not in (1, 2, 3, 4, 6, 7):
                self._zero(at, at + 1, bytes([0x78 | header[0] & 6]))
                self._zero(after - length, after, b"\x80")
            at = after

    def text_of_mpeg4(self, at: int, size: int, _track: Track) -> None:
        """User data between the pictures of MPEG-4 part 2."""
        if size > MAX_TABLE:
            raise Unproven("sample")
        for found in re.finditer(rb"\x00\x00\x01\xb2(?:(?!\x00\x00\x01)[\s\S])*", self._read(at, size)):
            self._zero(at + found.start(), at + found.end())

    def _units(self, at: int, size: int, width: int) -> Iterator[Span]:
        end = at + size
        while at < end:
            length = int.from_bytes(self._read(at, width))
            at += width
            if at + length > end:
                raise Unproven("sample")
            if length:
                yield at, length
            at += length

    def _filler(self, start: int, length: int, header: bytes) -> None:
        self._zero(start, start + length, (header + b"\xff" * (length - len(header) - 1) + b"\x80")[:length])

    # — bytes —

    def _child(self, start: int, end: int, *path: bytes) -> Span | None:
        """Where the body of the box at this path begins and ends. Two of one name are not known."""
        for name in path:
            found = [(body, after) for kind, _at, body, after in self._boxes(start, end) if kind == name]
            if not found:
                return None
            if len(found) > 1:
                raise Unproven("boxes")
            start, end = found[0]
        return start, end

    def _read(self, at: int, size: int) -> bytes:
        self.film.seek(at)
        return self.film.read(size)


WALKED: dict[bytes, Callable[[_Film, int, int, Track], None]] = {
    **dict.fromkeys((b"avc1", b"avc3"), _Film.units_of_avc),
    **dict.fromkeys((b"hvc1", b"hev1"), _Film.units_of_hevc),
    b"av01": _Film.units_of_av1,
    b"mp4v": _Film.text_of_mpeg4,
}
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


def _apart(blanks: Iterable[Blank]) -> list[Blank]:
    """In order, and none over another."""
    found: list[Blank] = []
    covered = 0
    for start, end, instead in sorted(blanks, key=lambda blank: blank[:2]):
        if end > max(start, covered):
            found.append((start, end, instead) if start >= covered else (covered, end, b""))
            covered = end
    return found


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
