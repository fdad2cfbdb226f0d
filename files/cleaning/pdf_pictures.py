"""The pictures in a PDF: their data without what a camera wrote into it. Their dictionaries: `files.cleaning.pdf`."""

import io
import re
import zlib
from typing import Any

import pikepdf
from PIL import Image

from files.cleaning.refusals import Unproven

UNPACKED = frozenset({"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"})


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether these are names, numbers and lists of them: nothing that says anything in words."""
    if isinstance(value, pikepdf.Array):
        return depth < 8 and all(is_plain(each, depth + 1) for each in value)
    return not isinstance(value, pikepdf.String | pikepdf.Dictionary | pikepdf.Stream | pikepdf.Operator | str | bytes)


def drawn(stream: Any) -> tuple[bytes, dict[str, Any]]:
    named = stream.get("/Filter")
    names = [] if named is None else [named] if isinstance(named, pikepdf.Name) else list(named)
    filters = [str(each) for each in names]
    last = filters[-1] if filters else ""
    if last == "/DCTDecode":
        raw = stream.read_raw_bytes()
        if filters == ["/FlateDecode", "/DCTDecode"]:
            raw = zlib.decompress(raw)
        elif len(filters) > 1:
            raise Unproven("picture")
        parms = stream.get("/DecodeParms")
        transform = parms.get("/ColorTransform") if isinstance(parms, pikepdf.Dictionary) else None
        options = pikepdf.Dictionary(ColorTransform=int(transform)) if transform is not None else None
        return without_tags(raw), {"filter": pikepdf.Name.DCTDecode, "decode_parms": options}
    if last == "/JPXDecode" and len(filters) == 1:
        return _redrawn(stream)
    if last == "/CCITTFaxDecode" and len(filters) == 1:
        parms = stream.get("/DecodeParms")
        parms = parms[0] if isinstance(parms, pikepdf.Array) and len(parms) else parms
        kept = {k: v for k, v in parms.items() if is_plain(v)} if isinstance(parms, pikepdf.Dictionary) else {}
        return stream.read_raw_bytes(), {
            "filter": pikepdf.Name.CCITTFaxDecode,
            "decode_parms": pikepdf.Dictionary(kept),
        }
    if last in UNPACKED | {""}:
        return stream.read_bytes(), {}
    raise Unproven("picture")


def _redrawn(stream: Any) -> tuple[bytes, dict[str, Any]]:
    """A JPEG 2000 picture as a JPEG."""
    try:
        with Image.open(io.BytesIO(stream.read_raw_bytes()), formats=("JPEG2000",)) as picture:
            shown = picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")
            out = io.BytesIO()
            shown.save(out, "JPEG", quality=90)
    except Exception as error:
        raise Unproven("picture") from error
    plain = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB, "CMYK": pikepdf.Name.DeviceCMYK}
    stream["/ColorSpace"] = plain[shown.mode]
    stream["/BitsPerComponent"] = 8
    return without_tags(out.getvalue()), {"filter": pikepdf.Name.DCTDecode, "decode_parms": None}


_DRAWS = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD}) - {0xC8}
_ADOBE = b"Adobe"
_END_OF_SCAN = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")


def without_tags(jpeg: bytes) -> bytes:
    """The JPEG with the segments that draw it, and nothing behind its end (ITU T.81, annex B)."""
    if jpeg[:2] != b"\xff\xd8":
        raise Unproven("picture")
    parts, at = [b"\xff\xd8"], 2
    while True:
        if jpeg[at : at + 1] != b"\xff":
            raise Unproven("picture")
        while jpeg[at : at + 1] == b"\xff":
            at += 1
        kind = jpeg[at : at + 1]
        if kind == b"\xd9" or not kind:
            break
        if kind == b"\x01" or b"\xd0" <= kind <= b"\xd7":
            at += 1
            continue
        end = at + 1 + int.from_bytes(jpeg[at + 1 : at + 3])
        if end < at + 3 or end > len(jpeg):
            raise Unproven("picture")
        segment = b"\xff" + jpeg[at:end]
        if kind[0] in _DRAWS:
            parts.append(segment)
        elif kind == b"\xee" and segment[4:9] == _ADOBE:
            parts.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif kind == b"\xda":
            found = _END_OF_SCAN.search(jpeg, end)
            after = found.start() if found else len(jpeg)
            parts += [segment, jpeg[end:after]]
            end = after
            if found is None:
                break
        at = end
    return b"".join(parts) + b"\xff\xd9"
