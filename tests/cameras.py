"""Pictures, films and PDFs with `CANARY` wherever a camera or an author writes beside what is seen and heard."""

import io
import struct

import pikepdf
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


def pdf() -> bytes:
    """One page with a harmless link; scripts, other actions, attached files, a film and tags say the canary."""
    words = CANARY.decode()
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(200, 200)).obj

    def action(kind: str) -> pikepdf.Dictionary:
        return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), JS=pikepdf.String(words), F=pikepdf.String(words))

    def note(kind: str, **members: object) -> pikepdf.Object:
        note = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name(f"/{kind}"), "Rect": pikepdf.Array([0, 0, 9, 9])}
        return document.make_indirect(pikepdf.Dictionary(**note, **members))

    link = pikepdf.Dictionary(
        S=pikepdf.Name.URI, URI=pikepdf.String("https://example.com/kept"), Next=action("JavaScript")
    )
    document.Root.OpenAction = document.make_indirect(action("JavaScript"))
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), action("JavaScript")]))
    )
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, CANARY, filename="a.exe")
    document.docinfo["/Author"] = words
    with document.open_metadata() as tags:
        tags["dc:creator"] = [words]
    page.AA = pikepdf.Dictionary(O=action("Launch"))
    page.Annots = pikepdf.Array(
        [
            note("Link", A=link),
            note("Link", A=action("Launch")),
            note("Link", A=action("GoToR")),
            note("Screen", A=action("Rendition"), AA=pikepdf.Dictionary(PO=action("JavaScript"))),
            note("FileAttachment", FS=pikepdf.Dictionary(F=pikepdf.String(words))),
        ]
    )
    out = io.BytesIO()
    document.save(
        out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, recompress_flate=False
    )
    return out.getvalue()


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
