"""Reads a clean copy again and says whether anything is left in it. It shares no code and no list with the cleaners.

A PDF is read with another library than the one that wrote it. Whatever is not expected makes the copy `Unproven`.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from PIL import Image

from files.cleaning.refusals import Unproven

# What only metadata says. Long enough that no packed picture says it by chance.
TELLS = re.compile(
    rb"Exif\0\0|<\?xpacket|<x:xmpmeta|ns\.adobe\.com/|Photoshop 3\.0|c2pa\.|jumb.{0,8}jumd|com\.apple\.quicktime"
    rb"|\[Content_Types\]|%PDF-1.{0,4}%PDF-",
    re.DOTALL,
)


def picture(copy: BinaryIO) -> None:
    """A WEBP of one frame: chunks of the picture alone, and the file ends with the last."""
    data = copy.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise Unproven("picture")
    at = 12
    while at < len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH") or (kind == b"VP8X" and data[at + 8] & ~0x10):
            raise Unproven("picture")
        at += 8 + size + size % 2


# — PDF —


def _these(names: str) -> frozenset[str]:
    return frozenset(names.split())


_NAMED = _these("/Font /XObject /ExtGState /ColorSpace /Pattern /Shading /Properties /CharProcs")
_TELLING = _these(
    "/Info /Metadata /Annots /AA /A /JS /JavaScript /URI /F /FS /UF /EF /AF /Names /Outlines /Dests /OpenAction"
    " /AcroForm /PieceInfo /LastModified /Author /Creator /Producer /CreationDate /ModDate /Title /Subject /Keywords"
    " /T /TU /M /NM /RC /Subj /Alt /ActualText /E /StructTreeRoot /MarkInfo /Lang /SpiderInfo /Threads /B /Thumb"
    " /PresSteps /Launch /Perms /Legal /Collection /Extensions /OPI /Ref /Measure /PtData /VP /GPTS /LPTS /GCS"
)
_NUMBERED = _these("/Font /XObject /Properties")
_WORDS_IN = frozenset({"/Registry", "/Ordering", "/ID"})


def pdf(copy: BinaryIO) -> None:
    """Every object that the file has, reachable or not: no key that tells, no words outside of what is drawn."""
    import pypdf
    from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, StreamObject

    raw = copy.read()
    if raw.count(b"%%EOF") != 1 or not raw.rstrip().endswith(b"%%EOF"):
        raise Unproven("more than one writing")
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if {key for key in reader.trailer if key not in ("/Root", "/Size", "/ID", "/Prev")}:
            raise Unproven("trailer")
        for held in _objects(reader):
            stack: list[tuple[str, Any]] = [("", held)]
            while stack:
                at, value = stack.pop()
                if isinstance(value, DictionaryObject):
                    keys = set(value) if at not in _NAMED else set()
                    if keys & _TELLING:
                        raise Unproven(f"keys {sorted(keys & _TELLING)}")
                    if at in _NUMBERED and not all(re.fullmatch(r"/[A-Za-z]{1,4}\d{0,6}", key) for key in value):
                        raise Unproven("words in names")
                    stack += [(key, inner) for key, inner in value.items()]
                    if isinstance(value, StreamObject | EncodedStreamObject):
                        _stream(value)
                elif isinstance(value, ArrayObject):
                    if value and str(value[0]) == "/Indexed":
                        value = value[:2]
                    stack += [(at, inner) for inner in value]
                elif isinstance(value, str | bytes) and value and str(value)[0] != "/" and at not in _WORDS_IN:
                    raise Unproven(f"words under {at}")
    except Unproven:
        raise
    except MemoryError:
        raise
    except Exception as error:  # a library fed with hostile bytes may raise anything
        raise Unproven("not read again") from error


def _objects(reader: Any) -> Iterator[Any]:
    from pypdf.generic import IndirectObject

    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _stream(stream: Any) -> None:
    """What a stream holds: a JPEG of segments that draw, or bytes in which no tag stands."""
    filters = stream.get("/Filter")
    data = stream._data if str(filters) in ("/DCTDecode", "/CCITTFaxDecode") else stream.get_data()
    if isinstance(data, str):
        data = data.encode("latin-1", "replace")
    if TELLS.search(data):
        raise Unproven("tags in a stream")
    if str(filters) == "/DCTDecode":
        _jpeg(data)


def _jpeg(data: bytes) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            told = set(picture.info) - {"adobe", "adobe_transform", "progressive", "progression"}
            kinds = {kind for kind, _body in picture.applist}  # type: ignore[attr-defined]
            if told or kinds - {"APP14"} or not data.endswith(b"\xff\xd9") or data.count(b"\xff\xd8\xff") != 1:
                raise Unproven("tags in a picture")
    except Unproven:
        raise
    except Exception as error:
        raise Unproven("picture") from error


# — films —

_EXPECTED = _these(
    "ftyp styp moov moof mdat free mvhd trak mvex tkhd edts mdia elst mdhd hdlr minf vmhd smhd dinf stbl dref stsd stts"
    " ctts stss stsc stsz stz2 stco co64 mehd trex mfhd traf tfhd tfdt trun"
)
_INNER = _these("moov moof trak mvex edts mdia minf dinf stbl traf")
_WORDS = re.compile(rb"[\x20-\x7e]{12,}|(?:[\xe4-\xe9][\x80-\xbf]{2}){4,}")
_MOST_INDEX = 64 * 1024 * 1024


def film(copy: BinaryIO) -> None:
    """Boxes that are expected, padding of zeros alone, and no words outside of the media data."""
    size = copy.seek(0, io.SEEK_END)
    _boxes(copy, 0, size, 0)


def _boxes(film: BinaryIO, at: int, end: int, depth: int) -> None:
    while at < end:
        film.seek(at)
        header = film.read(16)
        length, kind, width = int.from_bytes(header[:4]), header[4:8], 8
        if length == 1:
            length, width = int.from_bytes(header[8:16]), 16
        elif length == 0 and end - at > 8:
            length = end - at
        if end - at < 8 and not any(header[: end - at]):
            return
        if length < width or at + length > end or kind.decode("latin-1") not in _EXPECTED or depth > 8:
            raise Unproven(f"box {kind!r}")
        body = at + width
        if kind.decode("latin-1") in _INNER:
            _boxes(film, body, at + length, depth + 1)
        elif kind == b"free":
            _zeros(film, body, at + length)
        elif kind == b"mdat":
            _untagged(film, body, at + length)
        else:
            _wordless(film, kind, body, at + length)
        at += length


def _pieces(film: BinaryIO, at: int, end: int) -> Iterator[bytes]:
    film.seek(at)
    while at < end and (piece := film.read(min(1024 * 1024, end - at))):
        at += len(piece)
        yield piece


def _zeros(film: BinaryIO, at: int, end: int) -> None:
    if any(piece.count(0) != len(piece) for piece in _pieces(film, at, end)):
        raise Unproven("padding")


def _untagged(film: BinaryIO, at: int, end: int) -> None:
    """No box of tags between the samples, and none of the phrases of tags in them."""
    before = b""
    for piece in _pieces(film, at, end):
        if TELLS.search(before + piece):
            raise Unproven("tags in the media data")
        before = piece[-32:]


def _wordless(film: BinaryIO, kind: bytes, at: int, end: int) -> None:
    if end - at > _MOST_INDEX:
        raise Unproven("index")
    film.seek(at)
    body = film.read(end - at)
    if kind in (b"mvhd", b"tkhd", b"mdhd") and any(body[4 : 20 if body[:1] == b"\1" else 12]):
        raise Unproven("time of recording")
    if kind == b"hdlr" and any(body[12:]):
        raise Unproven("name")
    if kind not in (b"ftyp", b"styp") and _WORDS.search(body):
        raise Unproven(f"words in {kind!r}")


READINGS: dict[str, Callable[[BinaryIO], None]] = {"image": picture, "pdf": pdf, "film": film}
