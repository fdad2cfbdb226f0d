"""What is left of place, name, device, comment and link in the copies that others get: `bench/hidden.py [--files N]`.

Makes files as other programs write them (ffmpeg, exiftool, Pillow, pypdf, pikepdf), each with its own marker wherever
that program can put words, sends them the way an upload goes (`files.attachments.prepare`), and reads every copy with
programs that the product does not use: exiftool with all its tags, and a search for the marker as it is, as UTF-16,
base64 and hexadecimal, and in every stream that unpacks. The same reading has to find the marker in what was sent. Says
for each kind of file how many were refused or withheld in words, cleaned, and leaked. `--files 504` for what
docs/resilience.md says; ffmpeg and exiftool have to be installed.
"""

import argparse
import base64
import collections
import importlib.util
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scratch import set_up

LAT, LON = "31.2304", "121.4737"
SAFE_GROUPS = frozenset(["SourceFile", "ExifTool", "System", "File", "RIFF", "Composite"])
"""Of exiftool: what says how a file is made and not what somebody wrote into it. In others `SAFE` tags."""
SAFE = re.compile(
    r"(Track\d+|QuickTime|PDF):(MajorBrand|MinorVersion|CompatibleBrands|\w*Version|\w*HeaderSize|MediaData\w+|TimeScale"
    r"|Duration|Preferred\w+|\w+(Time|Duration)|MatrixStructure|NextTrackID|Track(ID|Layer|Volume)|\w*(Width|Height)"
    r"|GraphicsMode|OpColor|HandlerType|HandlerClass|CompressorID|SourceImage\w+|[XY]Resolution|BitDepth|VideoFrameRate"
    r"|Media\w+|Balance|Audio\w+|Color\w+|Matrix\w+|Transfer\w+|VideoFullRangeFlag|PixelAspectRatio|\w*Bitrate|BufferSize"
    r"|Linearized|PageCount|EmbeddedImage(ColorSpace|Filter)?|SequenceNumber|DefaultSample\w+|Track\w+|HEVC\w+"
    r"|AV1\w+|Free|\w*Profile\w*|\w*Level\w*"
    r"|Decoder\w+|\w*Offset\w*|\w*Sample\w*|SyncSample\w+|ChunkOffset|Fragment\w*|\w*Bit\w*|Chroma\w+|General\w*"
    r"|\w+Date|VideoFieldOrder|AVCConfiguration|MovieFragmentSequence|Unknown_(free|edts|esds|mvex|tfdt|tfhd|trun|hvcC|av1C|vpcC|dOps)"
    r"|Constraint\w+|Min\w+|Parallelism\w+|AverageFrameRate|NumTemporalLayers|TemporalIDNested|Num\w+|CleanAperture\w*)"
)
MOMENT = re.compile(r"(?!0000:00:00)\d{4}:\d\d:\d\d")


class Sent:
    """One file that is being made, in a folder of its own."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        self.mark = "".join(dice.choices("bcdfghjkmnpqrstvwxz", k=10))
        self.words = {what: f"{what}{self.mark}" for what in ("place", "name", "device", "comment")}
        self.link = f"https://link{self.mark}.example/a"

    def run(self, *order: str) -> None:
        done = subprocess.run(order, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(order)}: {done.stderr[-600:]}")

    def tag(self, name: str, *more: str) -> bytes:
        """The file with every tag that exiftool knows for it."""
        w = self.words
        tags = [f"-{g}:Artist={w['name']}" for g in ("EXIF", "XMP-tiff")]
        tags += [f"-Make={w['device']}", f"-Model={w['device']}", f"-Comment={w['comment']}", f"-Copyright={w['name']}"]
        tags += [f"-XMP:Creator={w['name']}", f"-XMP:City={w['place']}", f"-XMP:WebStatement={self.link}", *more]
        tags += [f"-GPSLatitude={LAT}", f"-GPSLongitude={LON}", "-GPSLatitudeRef=N", "-GPSLongitudeRef=E"]
        self.run("exiftool", "-q", "-q", "-m", "-overwrite_original", *tags, name)
        return (self.folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return name

    def picture(self, form: str, **options: Any) -> bytes:
        from PIL import Image

        out, size = io.BytesIO(), (self.dice.randint(40, 400), self.dice.randint(40, 400))
        shown = Image.effect_noise(size, 60).convert("RGB")
        if options.get("save_all"):
            options["append_images"] = [shown.rotate(90 * turn) for turn in (1, 2)]
        shown.save(out, form, **options)
        return out.getvalue()

    def film(self, name: str, *coding: str, extra: tuple[str, ...] = ()) -> str:
        w, dice = self.words, self.dice
        source = f"testsrc=size={dice.choice((64, 128))}x{dice.choice((64, 96))}:rate=10:duration={dice.choice((1, 2))}"
        told = [f"-metadata:g {k}={v}".split(" ", 1) for k, v in {
            "title": w["comment"], "artist": w["name"], "comment": self.link, "location": f"+{LAT}+{LON}/",
            "make": w["device"], "model": w["device"], "creation_time": "2026-03-02T10:00:00Z",
        }.items()]  # fmt: skip
        told += [["-metadata:s:v", f"handler_name={w['device']}"], ["-metadata:s:a", f"handler_name={w['name']}"]]
        self.run(
            "ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=d=1", *extra,
            *(coding or H264), *(word for pair in told for word in pair), name,
        )  # fmt: skip
        return name


H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
TAGGED = ("-movflags", "+use_metadata_tags")
type Maker = Callable[[Sent], tuple[str, bytes]]


# — pictures —


def jpeg(s: Sent) -> tuple[str, bytes]:
    s.write("a.jpg", s.picture("JPEG", comment=s.words["comment"].encode()))
    return "a.jpg", s.tag("a.jpg", f"-IPTC:City={s.words['place']}", f"-UserComment={s.words['comment']}")


def jpeg_thumbnail(s: Sent) -> tuple[str, bytes]:
    s.write("t.jpg", s.picture("JPEG", comment=s.words["place"].encode())[:60_000])
    s.write("a.jpg", s.picture("JPEG", progressive=True))
    return "a.jpg", s.tag("a.jpg", "-ThumbnailImage<=t.jpg", "-Orientation#=6")


def jpeg_maker_notes(s: Sent) -> tuple[str, bytes]:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = s.words["device"]
    exif.get_ifd(0x8769)[0x927C] = b"Apple iOS\0" + s.words["device"].encode() * 20
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    exif.get_ifd(0x8825)[27] = s.words["place"]
    return "a.jpeg", s.picture("JPEG", exif=exif)


def jpeg_profile(s: Sent) -> tuple[str, bytes]:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB built-in".encode("utf-16-be"), s.mark[:10].encode("utf-16-be").ljust(26, b"\0"))
    s.write("a.jpg", s.picture("JPEG", icc_profile=profile))
    return "a.jpg", s.tag("a.jpg", f"-Photoshop:URL={s.link}")


def jpeg_many(s: Sent) -> tuple[str, bytes]:
    s.write("a.jpg", s.picture("MPO", save_all=True, comment=s.words["comment"].encode()))
    return "a.jpg", s.tag("a.jpg")


def jpeg_motion(s: Sent) -> tuple[str, bytes]:
    """A photo with a film behind its end, as phones write them."""
    film = (s.folder / s.film("m.mp4")).read_bytes()
    s.write("a.jpg", s.picture("JPEG"))
    return "a.jpg", s.tag("a.jpg", "-XMP-GCamera:MicroVideo=1") + film


def jpeg_credentials(s: Sent) -> tuple[str, bytes]:
    data, box = s.picture("JPEG"), b"JP\0\1\0\0\0\1\0\0\0\x80jumb\0\0\0\x20jumdc2pa" + s.words["name"].encode() * 4
    return "a.jpg", data[:2] + b"\xff\xeb" + (len(box) + 2).to_bytes(2) + box + data[2:]


def png(s: Sent) -> tuple[str, bytes]:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", s.words["name"], zip=True)
    told.add_itxt("Comment", s.words["comment"], zip=True)
    s.write("a.png", s.picture("PNG", pnginfo=told))
    return "a.png", s.tag("a.png", f"-PNG:Source={s.words['device']}", "-PNG:ModifyDate=2026:03:02 10:00:00")


def png_moving(s: Sent) -> tuple[str, bytes]:
    s.write("a.png", s.picture("PNG", save_all=True))
    return "a.png", s.tag("a.png")


def png_private(s: Sent) -> tuple[str, bytes]:
    data, said = s.picture("PNG"), s.words["place"].encode()
    chunk = len(said).to_bytes(4) + b"gpSt" + said + zlib.crc32(b"gpSt" + said).to_bytes(4)
    return "a.png", data[:-12] + chunk + data[-12:] + b"PK\3\4" + said


def webp(s: Sent) -> tuple[str, bytes]:
    s.write("a.webp", s.picture("WEBP", lossless=s.dice.random() < 0.5))
    return "a.webp", s.tag("a.webp")


def webp_moving(s: Sent) -> tuple[str, bytes]:
    s.write("a.webp", s.picture("WEBP", save_all=True))
    return "a.webp", s.tag("a.webp")


def other_picture(form: str, name: str) -> Maker:
    def make(s: Sent) -> tuple[str, bytes]:
        s.write(name, s.picture(form, **({"save_all": True} if form == "GIF" else {})))
        return name, s.tag(name)

    return make


def heic(s: Sent) -> tuple[str, bytes]:
    """A photo as an iPhone keeps it, with Exif and XMP of exiftool."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    s.write("a.heic", s.picture("HEIF", exif=b"Exif\0\0" + s.words["device"].encode()))
    return "a.heic", s.tag("a.heic")


# — films —


def film_tagged(s: Sent) -> tuple[str, bytes]:
    s.film("a.mp4", *H264, *TAGGED)
    return "a.mp4", s.tag("a.mp4", f"-Keys:GPSCoordinates={LAT},{LON}", f"-UserData:Author={s.words['name']}")


def film_of(*coding: str, extra: tuple[str, ...] = ()) -> Maker:
    def make(s: Sent) -> tuple[str, bytes]:
        spoken = s.words["comment"].encode().hex()
        words = [each.replace("{hex}", spoken) for each in coding]
        return "a.mp4", (s.folder / s.film("a.mp4", *words, extra=extra)).read_bytes()

    return make


def film_subtitled(s: Sent) -> tuple[str, bytes]:
    s.write("a.srt", f"1\n00:00:00,000 --> 00:00:01,000\n{LAT} {LON} {s.words['place']}\n".encode())
    s.write("c.txt", f";FFMETADATA1\n[CHAPTER]\nSTART=0\nEND=900000000\ntitle={s.words['name']}\n".encode())
    maps = [word for each in ["0", "1", "2"] for word in ("-map", each)]
    more = ("-i", "a.srt", "-i", "c.txt")
    return "a.mp4", (
        s.folder / s.film("a.mp4", *maps, "-map_chapters", "3", *H264, "-c:s", "mov_text", extra=more)
    ).read_bytes()


def film_cover(s: Sent) -> tuple[str, bytes]:
    s.write("c.jpg", s.picture("JPEG", comment=s.words["place"].encode()))
    maps = [word for each in ["0", "1", "2"] for word in ("-map", each)]
    order = (
        *maps,
        "-c:v:0",
        "libx264",
        "-pix_fmt:v:0",
        "yuv420p",
        "-c:v:1",
        "copy",
        "-disposition:v:1",
        "attached_pic",
    )
    return "a.mp4", (s.folder / s.film("a.mp4", *order, "-c:a", "aac", extra=("-i", "c.jpg"))).read_bytes()


def film_dashcam(s: Sent) -> tuple[str, bytes]:
    """Boxes of places behind the index, and blocks of them where players skip (Novatek)."""
    data, said = (s.folder / s.film("a.mp4")).read_bytes(), s.words["place"].encode()
    block = b"freeGPS \x98\0\0\0" + f"{LAT}N{LON}E".encode() + said
    boxes = b"".join(
        (len(b) + 8).to_bytes(4) + kind + b for kind, b in ((b"free", block), (b"skip", said), (b"gps0", said))
    )
    return "a.mp4", data + boxes


def quicktime(s: Sent) -> tuple[str, bytes]:
    s.film("a.mov")
    return s.dice.choice(("a.mov", "a.mp4")), s.tag("a.mov", f"-Keys:GPSCoordinates={LAT},{LON}")


# — PDF —


def saved(document: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def pdf_of_pypdf(s: Sent) -> tuple[str, bytes]:
    """Attached file, script, note and links, as pypdf writes them."""
    from pypdf import PdfWriter
    from pypdf.actions import JavaScript
    from pypdf.annotations import FreeText, Link, Text

    w = PdfWriter()
    w.add_blank_page(300, 300)
    w.add_metadata({"/Author": s.words["name"], "/Producer": s.words["device"], "/Place": s.words["place"]})
    w.add_attachment(f"{s.words['name']}.txt", s.words["comment"].encode())
    w.add_open_action(JavaScript(f"app.launchURL('{s.link}');"))
    w.add_annotation(0, Link(rect=(0, 0, 90, 90), url=s.link))
    w.add_annotation(0, Text(text=s.words["comment"], rect=(90, 90, 120, 120), title_bar=s.words["name"]))
    w.add_outline_item(title=s.words["place"], page_number=0)
    if s.dice.random() < 0.5:
        w.add_annotation(0, FreeText(text="Seen", rect=(9, 99, 99, 130)))
    out = io.BytesIO()
    w.write(out)
    return "a.pdf", out.getvalue()


def pdf_scanned(s: Sent) -> tuple[str, bytes]:
    """A phone's photo on a page, whole with its tags, and XMP."""
    import pikepdf
    from PIL import Image

    photo = jpeg(s)[1]
    with Image.open(io.BytesIO(photo)) as shown:
        width, height = shown.size
    d = pikepdf.new()
    page = d.add_blank_page(page_size=(300, 300))
    name = pikepdf.Name
    stream = d.make_stream(photo, Type=name.XObject, Subtype=name.Image, Width=width, Height=height,
                           BitsPerComponent=8, ColorSpace=name.DeviceRGB, Filter=name.DCTDecode)  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
    page.obj.Contents = d.make_stream(b"q 300 0 0 300 0 0 cm /Im0 Do Q")
    with d.open_metadata() as told:
        told["dc:creator"] = [s.words["name"]]
        told["xmp:CreatorTool"] = s.words["device"]
    compact = pikepdf.ObjectStreamMode.generate
    return "a.pdf", saved(d, object_stream_mode=compact, linearize=s.dice.random() < 0.5)


def pdf_of_pillow(s: Sent) -> tuple[str, bytes]:
    """Written by Pillow and then twice by exiftool, which leaves the earlier writing in the file."""
    w = s.words
    s.write("a.pdf", s.picture("PDF", title=w["comment"], author=w["name"], creator=w["device"], save_all=True))
    s.tag("a.pdf", f"-PDF:Author={w['name']}", f"-PDF:Subject={w['place']}")
    return "a.pdf", s.tag("a.pdf", "-PDF:Author=nobody", f"-PDF:Keywords={s.link}")


def pdf_form(s: Sent) -> tuple[str, bytes]:
    """A form whose fields are named and described, a signature, a rich media note and an attached file at the page."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    d, say = pikepdf.new(), {k: String(v) for k, v in s.words.items()}
    page = d.add_blank_page(page_size=(300, 300)).obj
    signed = Dictionary(Type=Name.Sig, Name=say["name"], Location=say["place"], Reason=say["comment"], M=say["device"])
    kinds: list[dict[str, Any]] = [
        {"Subtype": Name.Widget, "FT": Name.Tx, "T": say["name"], "TU": say["comment"], "DV": say["place"]},
        {"Subtype": Name.Widget, "FT": Name.Sig, "T": say["device"], "V": d.make_indirect(signed)},
        {"Subtype": Name.RichMedia, "NM": say["name"], "RichMediaContent": Dictionary(Assets=say["place"])},
        {"Subtype": Name.Link, "A": Dictionary(S=Name.GoToR, F=String(f"//host{s.mark}/share"), NewWindow=True)},
        {"Subtype": Name.Link, "A": Dictionary(S=Name.Launch, F=String(f"file:///C:/Users/{s.mark}/a.exe"))},
    ]
    notes = [d.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([9, 9, 99, 30]), **kind)) for kind in kinds]
    page.Annots = Array(notes)
    d.Root.AcroForm = Dictionary(Fields=Array(notes[:2]), XFA=d.make_stream(s.words["comment"].encode()))
    d.Root.OpenAction = Dictionary(S=Name.URI, URI=String(s.link))
    page.AF = Array([d.make_indirect(Dictionary(Type=Name.Filespec, F=say["name"], Desc=say["comment"]))])
    d.Root.Collection = Dictionary(Schema=Dictionary(x=Dictionary(N=say["place"])))
    return "a.pdf", saved(d)


def pdf_tagged(s: Sent) -> tuple[str, bytes]:
    """Marked content with other words, layers, a Type 3 font, an inline picture, private data of a program."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    d, said = pikepdf.new(), s.words["comment"].encode()
    page = d.add_blank_page(page_size=(300, 300)).obj
    glyph = d.make_stream(b"9 0 d0 % " + said + b"\n0 0 9 9 re f")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 9, 9]), FontMatrix=Array([0.1, 0, 0, 0.1, 0, 0]),
        FirstChar=65, LastChar=65, Widths=Array([9]), CharProcs=Dictionary(A=glyph), Name=String(s.words["name"]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
    )  # fmt: skip
    layer = d.make_indirect(Dictionary(Type=Name.OCG, Name=String(s.words["place"])))
    d.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer]), Creator=String(s.link)))
    page.Resources = Dictionary(Font=Dictionary(F1=font), Properties=Dictionary(L1=layer))
    page.PieceInfo = Dictionary(Adobe=Dictionary(Private=d.make_stream(said), LastModified=String("D:20260302")))
    page.Contents = d.make_stream(
        b"/Span <</ActualText ("
        + said
        + b") /Lang (zh)>> BDC BT /F1 9 Tf 9 9 Td (A) Tj ET EMC /OC /L1 BDC 9 9 re f EMC"
        b" BI /W 1 /H 1 /BPC 8 /CS /G ID x EI % " + said
    )
    d.Root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.Figure, Alt=String(s.words["device"])))
    return "a.pdf", saved(d)


def pdf_named(s: Sent) -> tuple[str, bytes]:
    """Words where names stand: of a font, of pictures and colours, in the operators that use them."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    d, named = pikepdf.new(), f"/{s.words['name']}"
    page = d.add_blank_page(page_size=(300, 300)).obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    form = d.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    page.Resources = Dictionary(Font=Dictionary({named: font}), XObject=Dictionary({f"/{s.words['place']}": form}))
    drawn = f"BT {named} 9 Tf 9 9 Td (Seen) Tj ET /{s.words['place']} Do /{s.words['device']} MP"
    page.Contents = d.make_stream(drawn.encode())
    return "a.pdf", saved(d)


def pdf_locked(s: Sent) -> tuple[str, bytes]:
    import pikepdf

    d = pikepdf.open(io.BytesIO(pdf_of_pypdf(s)[1]))
    return "a.pdf", saved(d, encryption=pikepdf.Encryption(owner=s.mark, user=""))


def office(s: Sent) -> tuple[str, bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("docProps/core.xml", f"<creator>{s.words['name']}</creator>")
    return s.dice.choice(("a.docx", "a.xlsx", "a.pdf")), out.getvalue()


SEI = "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{mark}"
FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-g", "5")


def film_messages(s: Sent) -> tuple[str, bytes]:
    words = [*H264, "-bsf:v", SEI.format(mark=s.words["place"])]
    return "a.mp4", (s.folder / s.film("a.mp4", *words)).read_bytes()


KINDS: dict[str, Maker] = {
    "JPEG with Exif, XMP, IPTC": jpeg,
    "JPEG with a thumbnail, turned": jpeg_thumbnail,
    "JPEG with maker notes": jpeg_maker_notes,
    "JPEG with ICC and Photoshop": jpeg_profile,
    "JPEG of several pictures": jpeg_many,
    "JPEG with a film behind it": jpeg_motion,
    "JPEG with Content Credentials": jpeg_credentials,
    "PNG with text": png,
    "PNG, animated": png_moving,
    "PNG with a private chunk and a tail": png_private,
    "WEBP": webp,
    "WEBP, animated": webp_moving,
    "HEIC": heic,
    "HEIC named .jpg": lambda s: ("a.jpg", heic(s)[1]),
    "GIF, animated": other_picture("GIF", "a.gif"),
    "AVIF": other_picture("AVIF", "a.avif"),
    "AVIF named .jpg": lambda s: ("a.jpg", other_picture("AVIF", "a.avif")(s)[1]),
    "TIFF": other_picture("TIFF", "a.tif"),
    "MP4, AVC, tagged": film_tagged,
    "MP4, AVC, fragmented": film_of(*H264, *FRAGMENTS),
    "MP4, AVC, messages in the stream": film_messages,
    "MP4, AVC, index first": film_of(*H264, "-movflags", "+faststart"),
    "MP4, HEVC, fragmented": film_of("-c:v", "libx265", "-x265-params", "log-level=none", "-tag:v", "hvc1", *FRAGMENTS),
    "MP4, AV1 and Opus": film_of("-c:v", "libsvtav1", "-c:a", "libopus", *TAGGED),
    "MP4, VP9": film_of("-c:v", "libvpx-vp9", "-c:a", "aac", *TAGGED),
    "MP4, MPEG-4 part 2": film_of("-c:v", "mpeg4", "-c:a", "aac"),
    "MP4 with subtitles and chapters": film_subtitled,
    "MP4 with a cover": film_cover,
    "MP4 of a dashcam": film_dashcam,
    "MOV": quicktime,
    "PDF of pypdf: attached, script, notes, links": pdf_of_pypdf,
    "PDF with a phone's photo": pdf_scanned,
    "PDF written twice": pdf_of_pillow,
    "PDF with form, signature, actions": pdf_form,
    "PDF, tagged, with layers": pdf_tagged,
    "PDF with words in names": pdf_named,
    "PDF with a password": pdf_locked,
    "office file": office,
}


# — reading —


def found_in(data: bytes, mark: str) -> set[str]:
    """In which forms the marker stands there."""
    whole = [data, *unpacked(data)]
    plain = mark.encode()
    forms = {
        "plain": plain, "utf-16-le": mark.encode("utf-16-le"), "utf-16-be": mark.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        **{f"base64+{n}": base64.b64encode(b"x" * n + plain)[4 if n else 0 : 12] for n in range(3)},
    }  # fmt: skip
    return {form for form, sought in forms.items() for part in whole if sought in part or sought.upper() in part}


def unpacked(data: bytes) -> list[bytes]:
    """Whatever in it unpacks as zlib."""
    parts = []
    for at in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)):
        try:
            part = zlib.decompressobj().decompress(data[at:], 10_000_000)
        except zlib.error:
            continue
        if part:
            parts.append(part)
    return parts


def tags_in(paths: list[Path]) -> dict[str, dict[str, Any]]:
    """What exiftool says of each file, with everything that it knows, unknown tags and those of samples included."""
    if not paths:
        return {}
    order = ["exiftool", "-q", "-q", "-a", "-u", "-ee", "-G1", "-s", "-json", *map(str, paths)]
    said = subprocess.run(order, capture_output=True, text=True, check=False).stdout
    return {each["SourceFile"]: each for each in json.loads(said or "[]")}


def telling(tags: dict[str, Any], mark: str) -> set[str]:
    """Tags that say more than how the picture or film is drawn."""
    told = set()
    for tag, value in tags.items():
        group = tag.partition(":")[0]
        if group in SAFE_GROUPS or tag == "SourceFile":
            is_bad = mark in str(value) and group not in ("SourceFile", "System")
        else:
            is_bad = mark in str(value) or bool(MOMENT.match(str(value))) or not SAFE.fullmatch(tag)
        if is_bad:
            told.add(tag)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=len(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="kinds with this in their name")
    parser.add_argument("--keep", type=Path, help="a folder for what leaks")
    asked = parser.parse_args()
    if missing := [program for program in ("ffmpeg", "exiftool") if shutil.which(program) is None]:
        print(f"left out: {' and '.join(missing)} not installed")
        return 0
    kinds = {name: make for name, make in KINDS.items() if asked.only in name}
    if importlib.util.find_spec("pillow_heif") is None:
        kinds = {name: make for name, make in kinds.items() if "HEIC" not in name}
        print("left out: HEIC, since pillow-heif is not installed")
    set_up()
    from casework.errors import CaseError
    from files import attachments

    said: dict[str, collections.Counter[str]] = {name: collections.Counter() for name in kinds}
    words: dict[str, set[str]] = collections.defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        checked = []
        for number in range(asked.files):
            kind = list(kinds)[number % len(kinds)]
            own = Path(folder) / f"{number}"
            own.mkdir()
            s = Sent(own, random.Random(f"{asked.seed} {number}"))
            name, data = kinds[kind](s)
            s.write(f"sent{Path(name).suffix}", data)
            actor = SimpleNamespace(parties=(), ref=f"sender {number}")
            try:
                ready = attachments.prepare(io.BytesIO(data), name=name, actor=actor)
            except CaseError as refusal:
                said[kind]["refused"] += 1
                words[kind].add(str(refusal))
                continue
            if ready.copy is None:
                said[kind]["withheld"] += 1
                continue
            ending = ".webp" if ready.found.kind == "image" else Path(name).suffix
            s.write(f"copy{ending}", ready.copy.read())
            checked.append((kind, s, own / f"sent{Path(name).suffix}", own / f"copy{ending}"))
        tags = tags_in([copy for *_rest, copy in checked])
        for kind, s, sent, copy in checked:
            if not found_in(sent.read_bytes(), s.mark):
                said[kind]["no marker in what was sent"] += 1
            left = {*found_in(copy.read_bytes(), s.mark), *telling(tags[str(copy)], s.mark)}
            said[kind]["leaks" if left else "cleaned"] += 1
            words[kind] |= {f"LEFT {each}" for each in left}
            if left and asked.keep:
                asked.keep.mkdir(exist_ok=True)
                shutil.copy(copy, asked.keep / f"{kind.replace(' ', '-')}-{s.mark}{copy.suffix}")
    return report(said, words, asked.seed)


def report(said: dict[str, collections.Counter[str]], words: dict[str, set[str]], seed: int) -> int:
    columns = ("refused", "withheld", "cleaned", "leaks")
    total = collections.Counter[str]()
    print(f"seed {seed}\n| kind | " + " | ".join(columns) + " | words |\n|---|" + "---|" * (len(columns) + 1))
    for kind, found in said.items():
        total += found
        print(
            f"| {kind} | " + " | ".join(str(found[c] or "") for c in columns) + f" | {'; '.join(sorted(words[kind]))} |"
        )
    print("| **together** | " + " | ".join(str(total[c]) for c in columns) + " | |")
    empty = {kind: n for kind, found in said.items() if (n := found["no marker in what was sent"])}
    if empty:
        print(f"the reading found no marker in what was sent: {empty}")
    return int(bool(total["leaks"] or empty))


if __name__ == "__main__":
    sys.exit(main())
