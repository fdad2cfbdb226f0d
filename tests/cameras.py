"""Pictures, films and PDFs with `CANARY` wherever a camera or an author writes beside what is seen and heard."""

import io
import struct

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = b"31.2304N-121.4737E-Lane-9"
PICTURE = b"\1SEEN" * 40
SOUND = b"\2HEARD" * 30


def picture(form: str, *, turned: bool = False, frames: int = 1) -> bytes:
    """40 × 30, or for who holds the phone upright 30 × 40; of several `frames` an animation."""
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
    if frames > 1:
        more = [Image.new("RGB", (40, 30), (0, 9 * each, 99)) for each in range(1, frames)]
        options |= {"save_all": True, "append_images": more}
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, form, **options)
    return out.getvalue() + (CANARY if form == "JPEG" else b"")


def many_pictures() -> bytes:
    """A JPEG with a second picture behind it, as phones write them (CIPA DC-007)."""
    out = io.BytesIO()
    second = Image.new("RGB", (40, 30), "teal")
    Image.new("RGB", (40, 30), "navy").save(out, "MPO", save_all=True, append_images=[second], comment=CANARY)
    return out.getvalue() + picture("JPEG")


def pdf() -> bytes:
    """One page with a picture and notes; scripts, links, attached files, a film, notes and tags say the canary."""
    words, name = CANARY.decode(), pikepdf.Name
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(200, 200)).obj
    say = pikepdf.String(words)

    def action(kind: str) -> pikepdf.Dictionary:
        return pikepdf.Dictionary(S=name(f"/{kind}"), JS=say, F=say, URI=pikepdf.String(f"file:///{words}"))

    def note(kind: str, **members: object) -> pikepdf.Object:
        note = {"Type": name.Annot, "Subtype": name(f"/{kind}"), "Rect": pikepdf.Array([0, 0, 9, 9])}
        told = {"T": say, "Contents": say, "RC": say, "NM": say, "M": say}
        return document.make_indirect(pikepdf.Dictionary(**note, **told, **members))

    document.Root.OpenAction = document.make_indirect(action("JavaScript"))
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), action("JavaScript")]))
    )
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, CANARY, filename="a.exe")
    document.docinfo["/Author"] = words
    with document.open_metadata() as tags:
        tags["dc:creator"] = [words]
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(words, 0))
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=name.StructTreeRoot, K=pikepdf.Dictionary(S=name.P, Alt=say, ActualText=say))
    )
    document.Root.PieceInfo = page.PieceInfo = pikepdf.Dictionary(Phone=pikepdf.Dictionary(Private=say))
    document.Root.Whatever = document.trailer["/Whatever"] = page.Whatever = say
    page.AA = pikepdf.Dictionary(O=action("Launch"))
    layer = document.make_indirect(pikepdf.Dictionary(Type=name.OCG, Name=say, Usage=pikepdf.Dictionary(User=say)))
    document.Root.OCProperties = pikepdf.Dictionary(
        OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(Name=say, Creator=say, ON=pikepdf.Array([layer]))
    )
    look = document.make_stream(b"0 0 1 rg 0 0 9 9 re f", Type=name.XObject, Subtype=name.Form, BBox=[0, 0, 9, 9])
    look.Whatever = say
    kinds = ("Launch", "GoToR", "URI", "JavaScript", "SubmitForm")
    page.Annots = pikepdf.Array(
        [note("Link", A=action(kind)) for kind in kinds]
        + [
            note("Screen", A=action("Rendition"), AA=pikepdf.Dictionary(PO=action("JavaScript"))),
            note("FileAttachment", FS=pikepdf.Dictionary(F=say)),
            note("Text"),
            note("Stamp", AP=pikepdf.Dictionary(N=look)),
        ]
    )
    photo = document.make_stream(
        picture("JPEG"), Type=name.XObject, Subtype=name.Image, Width=40, Height=30, BitsPerComponent=8,
        Filter=name.DCTDecode, ColorSpace=pikepdf.Array([name.ICCBased, document.make_stream(CANARY * 9, N=3)]),
        Metadata=document.make_stream(CANARY), Alternates=pikepdf.Array([say]), Whatever=say,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im0=photo),
        Font=pikepdf.Dictionary(
            {f"/{words}": pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica)}
        ),
        Properties=pikepdf.Dictionary(MC0=layer, MC1=pikepdf.Dictionary(Author=say)),
    )
    page.Contents = document.make_stream(
        b"% " + CANARY + b"\n/P <</Author (" + CANARY + b")>> BDC q 40 0 0 30 9 99 cm /Im0 Do Q EMC\n"
        b"/OC /MC0 BDC BT /" + CANARY + b" 12 Tf 20 20 Td (Seen) Tj ET EMC\n"
        b"(" + CANARY + b") 1 0 0 rg /" + CANARY + b" MP\n"
        b"/P /MC1 BDC EMC /MC1 <</A (" + CANARY + b")>> DP (" + CANARY + b") Unknown 9 9 9 9 re f"
    )
    out = io.BytesIO()
    document.save(
        out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, recompress_flate=False
    )
    later = b"\n99 0 obj\n(" + CANARY + b")\nendobj\n"  # what an earlier saving left there
    head, tail = out.getvalue().split(b"xref", 1)
    return head + later + b"xref" + tail + b"\n% " + CANARY + b"\n%%EOF\n"


def bomb() -> bytes:
    """A PDF of a few kilobytes whose page unpacks to a gigabyte."""
    document = pikepdf.new()
    page = document.add_blank_page().obj
    part = document.make_stream(b"0 0 m " * 300_000)
    page.Contents = pikepdf.Array([part] * 600)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# — films —


def box(kind: bytes, *parts: bytes, wide: bool = False) -> bytes:
    body = b"".join(parts)
    if wide:
        return struct.pack(">I", 1) + kind + struct.pack(">Q", len(body) + 16) + body
    return struct.pack(">I", len(body) + 8) + kind + body


def described(handler: bytes, *more: bytes, coding: bytes = b"") -> bytes:
    """How a track is coded, with a maker and the name of a program."""
    if handler == b"vide":
        name = CANARY.ljust(32, b"\0")
        fields = (
            bytes(6) + b"\0\1" + bytes(4) + b"appl" + bytes(8) + b"\0\x28\0\x1e" + bytes(14) + name + b"\0\x18\xff\xff"
        )
        coding = coding or b"vp09"
    else:
        fields = bytes(6) + b"\0\1" + bytes(4) + b"appl" + bytes(12)
        coding = coding or (b"mp4a" if handler == b"soun" else b"mett")
    entry = box(coding, fields, *more, box(b"uuid", bytes(16), CANARY))
    return box(b"stsd", struct.pack(">II", 0, 1), entry)


def track(
    handler: bytes,
    offset: int,
    samples: list[int],
    *more: bytes,
    per_chunk: int = 1,
    same: int = 0,
    number: int = 1,
    coding: bytes = b"",
    told: tuple[bytes, ...] = (),
    compact: bool = False,
) -> bytes:
    """A track whose samples of these sizes lie in chunks one after the other, from `offset` on."""
    chunks, at = [], offset
    for first in range(0, len(samples), per_chunk):
        chunks.append(at % 2**32)
        at += sum(samples[first : first + per_chunk])
    sizes = box(
        b"stsz",
        struct.pack(">III", 0, same, len(samples)) + (b"" if same else struct.pack(f">{len(samples)}I", *samples)),
    )
    if compact:
        sizes = box(b"stz2", struct.pack(f">III{len(samples)}B", 0, 8, len(samples), *samples))
    table = box(
        b"stbl",
        described(handler, *told, coding=coding),
        sizes,
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, per_chunk, 1)),
        box(b"stco", struct.pack(f">II{len(chunks)}I", 0, len(chunks), *chunks), CANARY),
    )
    head = box(b"hdlr", bytes(8), handler, CANARY[:12], CANARY, b"\0")
    there = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", b"\0\0\0\1")))
    header = box(b"tkhd", struct.pack(">IIII", 7, 3_900_000_000, 3_900_000_000, number), bytes(68))
    times = box(b"mdhd", struct.pack(">IIIII", 0, 3_900_000_000, 3_900_000_000, 1000, 9), bytes(4))
    return box(b"trak", header, *more, box(b"mdia", times, head, box(b"minf", there, table)))


def film() -> bytes:
    """Picture, sound, a track of positions and one of subtitles with positions; tags in boxes of every kind."""
    start = box(b"ftyp", b"mp42\0\0\0\0isommp42" + CANARY[:4])
    first = len(start) + 8
    played = PICTURE + SOUND + CANARY + CANARY[:10] * 3 + CANARY
    told = box(b"udta", box(b"\xa9xyz", CANARY), box(b"meta", CANARY))
    positions = first + len(PICTURE) + len(SOUND)
    index = box(
        b"moov",
        box(b"mvhd", struct.pack(">III", 0, 3_900_000_000, 3_900_000_000), bytes(88), CANARY),
        track(b"vide", first, [100, 100], told, number=1),
        track(b"soun", first + len(PICTURE), [60] * 3, same=60, number=2),
        track(b"meta", positions, [5] * 5, per_chunk=2, number=3, compact=True),
        track(b"sbtl", positions + len(CANARY), [10] * 3, per_chunk=3, same=10, number=4),
        told,
        box(b"meta", CANARY),
        wide_uuid(),
        box(b"gps ", CANARY),
    )
    tail = box(b"uuid", bytes(16), CANARY) + box(b"free", CANARY) + box(b"gps ", CANARY) + box(b"meta", CANARY)
    return start + box(b"mdat", played) + index + tail


def fragmented(*, coding: bytes = b"vp09", told: bytes = b"", sample: bytes = PICTURE) -> bytes:
    """A film in two fragments of one sample, each with tags and with a track of positions."""
    index = box(
        b"moov",
        box(b"mvhd", bytes(100)),
        track(b"vide", 0, [], told=(told,), coding=coding),
        track(b"meta", 0, [], number=2),
        box(b"mvex", *[box(b"trex", struct.pack(">6I", 0, each, 1, 0, len(sample), 0)) for each in (1, 2)]),
    )
    film = box(b"ftyp", b"iso5\0\0\0\0dash") + index
    for sequence in (1, 2):

        def fragment(offset: int, sequence: int = sequence) -> bytes:
            runs = [
                box(
                    b"traf",
                    box(b"tfhd", struct.pack(">II", 0x20000, each)),
                    box(b"trun", struct.pack(">IIi", 1, 1, offset + (each - 1) * len(sample)), CANARY),
                    box(b"uuid", bytes(16), CANARY),
                )
                for each in (1, 2)
            ]
            told = box(b"udta", CANARY) + box(b"meta", CANARY)
            return box(b"moof", box(b"mfhd", struct.pack(">II", 0, sequence)), *runs, told)

        moof = fragment(len(fragment(0)) + 8)
        media = sample + CANARY.ljust(len(sample), b"\0")
        film += box(b"styp", b"msdh\0\0\0\0", CANARY[:4]) + box(b"emsg", CANARY) + moof + box(b"mdat", media + CANARY)
    return film + box(b"mfra", CANARY)


def dashcam(coding: bytes) -> bytes:
    """A film whose positions stand in messages between the pictures."""
    if coding == b"avc1":
        message, slice_ = b"\x06\x05" + CANARY, b"\x65" + PICTURE
        told = box(b"avcC", b"\1\x64\0\x1e\xff\xe0\0")
    else:
        message, slice_ = b"\x4e\x01" + CANARY, b"\x26\x01" + PICTURE
        unit = struct.pack(">H", len(message)) + message
        told = box(b"hvcC", bytes(21) + b"\3\1" + b"\x27\0\1" + unit)
    units = b"".join(struct.pack(">I", len(unit)) + unit for unit in (message, slice_))
    return fragmented(coding=coding, told=told, sample=units)


def wide_uuid() -> bytes:
    return box(b"uuid", bytes(16), CANARY, wide=True)
