"""Pictures and films as a phone makes them, with `CANARY` wherever a camera writes beside what is seen and heard."""

import io
import struct

from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = b"31.2304N-121.4737E-Lane-9"
PICTURE = b"\1SEEN" * 40
SOUND = b"\2HEARD" * 30


def picture(form: str, *, turned: bool = False) -> bytes:
    """40 × 30, or for who holds the phone upright 30 × 40."""
    words, exif = CANARY.decode(), Image.Exif()
    exif[0x010E] = exif[0x010F] = words
    exif.get_ifd(0x8825)[29] = words
    exif.get_ifd(0x8769)[0x9286] = words
    if turned:
        exif[0x0112] = 6
    options: dict[str, object] = {"exif": exif}
    if form == "PNG":
        text = PngInfo()
        text.add_text("Comment", words)
        text.add_itxt("XML:com.adobe.xmp", f"<x>{words}</x>")
        options |= {"pnginfo": text}
    else:
        options |= {"xmp": b"<x>" + CANARY + b"</x>"} | ({"comment": CANARY} if form == "JPEG" else {})
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, form, **options)
    return out.getvalue() + (CANARY if form == "JPEG" else b"")


def box(kind: bytes, *parts: bytes, wide: bool = False) -> bytes:
    body = b"".join(parts)
    if wide:
        return struct.pack(">I", 1) + kind + struct.pack(">Q", len(body) + 16) + body
    return struct.pack(">I", len(body) + 8) + kind + body


def track(handler: bytes, offset: int, samples: list[int], *more: bytes, per_chunk: int = 1, same: int = 0) -> bytes:
    """A track whose samples of these sizes lie in chunks one after the other, from `offset` on."""
    chunks, at = [], offset
    for first in range(0, len(samples), per_chunk):
        chunks.append(at % 2**32)
        at += sum(samples[first : first + per_chunk])
    sizes = struct.pack(">III", 0, same, len(samples)) + (b"" if same else struct.pack(f">{len(samples)}I", *samples))
    table = box(
        b"stbl",
        box(b"stsz", sizes),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, per_chunk, 1)),
        box(b"stco", struct.pack(f">II{len(chunks)}I", 0, len(chunks), *chunks)),
    )
    head = box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"tkhd", bytes(84)), *more, box(b"mdia", head, box(b"minf", table)))


def film() -> bytes:
    """Picture, sound, a track of positions and one of subtitles with positions; tags in boxes of every kind."""
    start = box(b"ftyp", b"mp42\0\0\0\0isommp42")
    first = len(start) + 8
    played = PICTURE + SOUND + CANARY + CANARY[:10] * 3
    told = box(b"udta", box(b"\xa9xyz", CANARY), box(b"meta", CANARY))
    positions = first + len(PICTURE) + len(SOUND)
    index = box(
        b"moov",
        box(b"mvhd", bytes(100)),
        track(b"vide", first, [100, 100], told),
        track(b"soun", first + len(PICTURE), [60] * 3, same=60),
        track(b"meta", positions, [5] * 5, per_chunk=2),
        track(b"sbtl", positions + len(CANARY), [10] * 3, per_chunk=3, same=10),
        told,
        box(b"meta", CANARY),
        wide_uuid(),
    )
    return start + box(b"mdat", played) + index + box(b"uuid", bytes(16), CANARY) + box(b"free", CANARY)


def wide_uuid() -> bytes:
    return box(b"uuid", bytes(16), CANARY, wide=True)
