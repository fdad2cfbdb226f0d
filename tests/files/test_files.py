"""Hostile and honest files: what is accepted, how pictures are drawn anew, how bytes and names are kept."""

import hashlib
import io
import os
import random
import re
import struct
import warnings
import zlib
from contextlib import suppress
from email.message import Message
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.utils import translation
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from casework.errors import CaseError, FileRefused, TooLarge
from files import content as files
from files.cleaning import picture as pictures
from files.cleaning.refusals import Damaged, TooManyPixels
from files.content import LIMITS, MEGABYTE, ContentDamaged, ContentStore, FileKind, inspect
from files.filenames import header_filename, safe_name


def render_image(data: bytes) -> tuple[bytes, int, int]:
    out = io.BytesIO()
    width, height = pictures.clean(io.BytesIO(data), out)
    return out.getvalue(), width, height


SCRIPT = b"<script>alert(document.domain)</script>"


def picture(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    image = Image.new(mode, size)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill=1 if mode == "1" else "white")
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def pdf(extra: bytes = b"", trailer: bytes = b"/Root 1 0 R") -> bytes:
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
        + extra
        + b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< "
        + trailer
        + b" /Size 2 >>\nstartxref\n9\n%%EOF\n"
    )


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def film(brand: bytes = b"isom", *, index: bool = True) -> bytes:
    start = box(b"ftyp", brand + b"\0\0\2\0" + b"isommp42")
    return start + box(b"free") + box(b"mdat", b"\1" * 500) + (box(b"moov", b"\0" * 100) if index else b"")


def archive() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("../../evil.sh", "rm -rf /")
    return out.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


GOOD = {
    "a.jpg": ("image/jpeg", picture("JPEG")),
    "a.jpeg": ("image/jpeg", picture("JPEG", progressive=True)),
    "a.png": ("image/png", picture("PNG")),
    "a.webp": ("image/webp", picture("WEBP")),
    "a.pdf": ("application/pdf", pdf()),
    "a.mp4": ("video/mp4", film()),
}
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html>" + SCRIPT + b"</html>"
NOT_ALLOWED = {
    "svg": SVG,
    "html": HTML,
    "html after blank lines": b"\n\n  " + HTML,
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML,
    "gif": picture("GIF"),
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "ico": picture("ICO"),
    "exe": b"MZ\x90\0" + b"\0" * 200,
    "elf": b"\x7fELF" + b"\0" * 200,
    "zip": archive(),
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "text": "这不是图片".encode(),
    "one byte": b"\xff",
    "two bytes of a JPEG": b"\xff\xd8",
    "PDF after junk": b"junk\n" + pdf(),
    "PDF after a script": SCRIPT + pdf(),
    "PNG without its line endings": b"\x89PNG" + picture("PNG")[8:],
    "WAV": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 60,
    "QuickTime": film(b"qt  "),
    "sound": film(b"M4A "),
    "HEIC": film(b"heic"),
    "AVIF": film(b"avif"),
    "a box with no brand we know": film(b"evil"),
    "a PDF that is a tar": b"%PDF-1.4\n".ljust(257, b" ") + b"ustar\x0000" + b"\0" * 300,
    "a JPEG that is a tar": b"\xff\xd8\xff\xe0".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
    "a PNG that is a tar": b"\x89PNG\r\n\x1a\n".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
    "fdf": b"%FDF-1.2\n",
    "postscript": b"%!PS-Adobe-3.0\n",
}


def reason(raised: pytest.ExceptionInfo[CaseError]) -> str:
    (error,) = raised.value.errors
    return error.code


def look(data: bytes, name: str, **options: object) -> files.InspectedFile:
    return inspect(io.BytesIO(data), name=name, **options)


@pytest.mark.parametrize(("brand", "said"), [(b"heic", "截屏"), (b"mif1", "截屏"), (b"avif", "JPG")])
def test_whoever_sends_what_an_iphone_took_reads_what_to_do(brand: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as raised:
        inspect(io.BytesIO(film(brand)), name="IMG_0001.HEIC")
    assert reason(raised) == "wrong-type"
    with translation.override("zh-hans"):
        assert said in str(raised.value.detail)


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_file_is_accepted_with_the_hash_of_its_bytes(name: str) -> None:
    media_type, data = GOOD[name]

    found = look(data, name)

    assert (found.media_type, found.size, found.safe_name) == (media_type, len(data), name)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.kind == files.KINDS[media_type]


def answer_to(data: bytes, name: str) -> str:
    """The media type of a file that is accepted, the code of one that is refused."""
    try:
        return look(data, name).media_type
    except FileRefused as refusal:
        (error,) = refusal.errors
        return error.code


def test_content_outside_the_list_is_refused_under_every_name() -> None:
    extensions = ["jpg", "jpeg", "png", "webp", "pdf", "mp4", "svg", "html", ""]
    found = [
        (what, extension, answer_to(data, f"evidence.{extension}"))
        for what, data in NOT_ALLOWED.items()
        for extension in extensions
    ]
    assert [one for one in found if one[2] != "wrong-type"] == []


def test_a_name_that_says_another_type_is_refused() -> None:
    names = [
        "x.jpg", "x.png", "x.webp", "x.pdf", "x.mp4", "x.svg", "x.html", "x.exe", "x", "x.pdf.exe", "x.jpg.svg", ".jpg",
        "x.jpg\u202egpj.exe", "x.pdf:stream", "x.php;.gif", "图片",
    ]  # fmt: skip
    found = [
        (name, media_type, answer_to(data, name), files.EXTENSIONS.get(Path(name).suffix) == media_type)
        for media_type, data in GOOD.values()
        for name in names
    ]
    assert [one for one in found if one[2] != (one[1] if one[3] else "extension-mismatch")] == []
    assert sum(fits for *_names, fits in found) > len(GOOD) - 1


def test_the_extension_may_be_written_in_capitals() -> None:
    assert look(GOOD["a.jpg"][1], "IMG_0042.JPG").media_type == "image/jpeg"


@pytest.mark.parametrize("name", ["a.jpg. ", "a.jp\u200bg", "a.jpg\r\n", "C:\\x.exe\\a.jpg"])
def test_the_name_that_is_kept_is_the_name_that_is_judged(name: str) -> None:
    assert look(GOOD["a.jpg"][1], name).safe_name == "a.jpg"


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(FileRefused) as raised:
        look(b"", "a.jpg")
    assert reason(raised) == "empty"


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "image"), ("a.pdf", "pdf"), ("a.mp4", "film")])
def test_a_file_of_exactly_the_limit_is_accepted_and_one_byte_more_is_not(name: str, kind: str) -> None:
    data = GOOD[name][1]

    assert look(data, name, limits={kind: len(data)}).size == len(data)
    with pytest.raises(TooLarge) as raised:
        look(data, name, limits={kind: len(data) - 1})
    assert reason(raised) == "too-large"


def test_the_shipped_limits() -> None:
    assert LIMITS == {"image": 10 * MEGABYTE, "pdf": 20 * MEGABYTE, "film": 200 * MEGABYTE}
    whole = picture("JPEG").ljust(10 * MEGABYTE, b"\0")

    assert look(whole, "a.jpg").size == 10 * MEGABYTE
    with pytest.raises(TooLarge) as raised:
        look(whole + b"\0", "a.jpg")
    assert "10 MB" in str(raised.value.detail)


def test_what_is_too_large_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *_args: int) -> int:
            return 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"\xff\xd8\xff\xe0\0\x10JFIF".ljust(size, b"\0")

    endless = Endless()
    with pytest.raises(TooLarge):
        inspect(endless, name="a.jpg")  # type: ignore[arg-type]
    assert endless.given <= 10 * MEGABYTE + 2 * 64 * 1024


def test_a_stream_that_gives_single_bytes_is_understood() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(1 if size and size > 0 else size)

    for name, (media_type, data) in GOOD.items():
        assert inspect(Slow(data), name=name).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        pdf(trailer=b"/Root 1 0 R /Encrypt 5 0 R"),
        pdf(trailer=b"/Root 1 0 R /Encrypt<</Filter/Standard>>"),
        pdf(extra=b"x" * 65_500, trailer=b"/Encrypt 5 0 R"),
        *[pdf(extra=b"x" * (65_536 - 75 - cut), trailer=b"/Encrypt 5 0 R") for cut in range(0, 120, 7)],
        pdf(extra=b"9 0 obj << /Type /XRef /Encrypt 8 0 R >>" + b"y" * 200_000),
    ],
)
def test_a_pdf_with_a_password_is_refused_as_such(data: bytes) -> None:
    with pytest.raises(FileRefused) as raised:
        look(data, "a.pdf")
    assert reason(raised) == "encrypted"


def test_a_pdf_that_only_speaks_of_encryption_is_accepted() -> None:
    assert look(pdf(extra=b"(/Encrypt is a key) /EncryptMetadata true"), "a.pdf").kind is FileKind.PDF


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", pdf()[:-8]),
        ("a.pdf", pdf(extra=b"x" * 90_000)[:50_000]),
        ("a.pdf", pdf() + archive().ljust(5000, b"\0")),
        ("a.mp4", film()[:-1]),
        ("a.mp4", film()[:200]),
        ("a.mp4", film(index=False)),
        ("a.mp4", film() + HTML),
        ("a.mp4", film() + b"\0" * 7),
        ("a.mp4", film() + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 2**63)),
        ("a.mp4", film() + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 0)),
        ("a.mp4", film() + struct.pack(">I", 4) + b"mdat"),
    ],
)
def test_what_did_not_arrive_whole_or_has_something_appended_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FileRefused) as raised:
        look(data, name)
    assert reason(raised) == "damaged"


def test_films_of_cameras_are_accepted() -> None:
    for brand in (b"isom", b"iso5", b"mp42", b"avc1", b"M4V "):
        assert look(film(brand), "a.mp4").kind is FileKind.FILM
    assert look(film() + struct.pack(">I", 0) + b"mdat" + b"\1" * 99, "a.mp4").kind is FileKind.FILM


# --- pictures drawn anew


def marked(form: str) -> bytes:
    """A picture that carries a place, a script, a comment and an archive."""
    exif = Image.Exif()
    exif[0x010E] = "HIDDEN-DESCRIPTION " + SCRIPT.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 3.0)
    options: dict[str, object] = {"exif": exif}
    if form == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", "HIDDEN-COMMENT")  # type: ignore[attr-defined]
    if form == "JPEG":
        options["comment"] = "HIDDEN-COMMENT"
    if form in ("WEBP", "JPEG"):
        options["xmp"] = b"<x:xmpmeta>HIDDEN-XMP</x:xmpmeta>"
    options["icc_profile"] = b"HIDDEN-PROFILE" + b"\0" * 200
    return picture(form, **options) + SCRIPT + archive()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_polyglot_is_cleaned_of_everything_but_the_picture(form: str) -> None:
    data = marked(form)
    assert b"HIDDEN" in data
    assert SCRIPT in data

    clean, width, height = render_image(data)

    assert (width, height) == (40, 30)
    assert not re.search(rb"HIDDEN|script|PK\x03\x04|Exif|EXIF|XMP |ICCP|evil", clean)
    with Image.open(io.BytesIO(clean)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("WEBP", (40, 30), {})
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(shown.info)
    assert struct.unpack("<I", clean[4:8])[0] + 8 == len(clean)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: rotate by 90° to show

    clean, width, height = render_image(picture(form, (40, 30), exif=exif))

    assert (width, height) == (30, 40)
    with Image.open(io.BytesIO(clean)) as shown:
        pixel = shown.convert("RGB").getpixel
        assert pixel((25, 5))[0] > 200  # what was top left is now top right
        assert pixel((5, 5))[0] < 60


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "I;16"), ("JPEG", "L"),
     ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_kind_of_pixel_is_drawn(form: str, mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (40, 30), 0x8000)
        out = io.BytesIO()
        image.save(out, form)
        data = out.getvalue()
    else:
        data = picture(form, (40, 30), mode if mode != "P" else "RGB")
        if mode == "P":
            out = io.BytesIO()
            Image.open(io.BytesIO(data)).quantize(8).save(out, "PNG", transparency=0)
            data = out.getvalue()

    clean, width, height = render_image(data)

    assert (width, height) == (40, 30)
    with Image.open(io.BytesIO(clean)) as shown:
        shown.load()
        if mode == "I;16":
            assert 120 <= shown.convert("L").getpixel((5, 5)) <= 136


def test_a_large_picture_is_shown_smaller() -> None:
    _clean, width, height = render_image(picture("JPEG", (6000, 3000)))

    assert (width, height) == (2560, 1280)


def test_only_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (20, 20), (i * 20, 0, 0)) for i in range(10)]
    for form in ("PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        clean, *_size = render_image(out.getvalue())
        with Image.open(io.BytesIO(clean)) as shown:
            assert getattr(shown, "n_frames", 1) == 1


def webp_declaring(width: int, height: int) -> bytes:
    body = bytearray(picture("WEBP", mode="RGBA", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"))
    assert body[12:16] == b"VP8X"
    body[24:27] = (width - 1).to_bytes(3, "little")
    body[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(body)


@pytest.mark.parametrize(
    "bomb",
    [
        png_declaring(20_000, 20_000),
        png_declaring(30_000, 30_000),
        png_declaring(2**31 - 1, 2**31 - 1),
        png_declaring(40_000_001, 1),
        webp_declaring(16_383, 16_383),
        webp_declaring(2**24, 2**24),
        partial(picture, "PNG", (9500, 9500), "1"),
        partial(picture, "JPEG", (8000, 5001), "L"),
        partial(picture, "WEBP", (8000, 5001), "L", lossless=True, method=0),
    ],
    ids=["png 400 MP", "png 900 MP", "png 4 EP", "png one row", "webp 268 MP", "webp 281 TP", "real png", "real jpeg",
         "real webp"],
)  # fmt: skip
def test_a_pixel_bomb_is_refused_without_being_drawn(
    bomb: bytes | partial[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bomb if isinstance(bomb, bytes) else bomb()  # large ones are not drawn where tests are only collected
    monkeypatch.setattr(Image.Image, "thumbnail", lambda *_args: pytest.fail("it was drawn"))

    with pytest.raises(TooManyPixels):
        render_image(data)


def test_a_pixel_bomb_is_refused_even_where_warnings_are_ignored() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(TooManyPixels):
            render_image(png_declaring(9500, 9500))  # within what Pillow only warns about


def test_a_photo_of_forty_megapixels_is_drawn() -> None:
    _clean, width, height = render_image(picture("JPEG", (8000, 5000), "L"))

    assert (width, height) == (2560, 1600)


def test_what_can_only_be_decoded_whole_is_drawn_up_to_sixteen_megapixels() -> None:
    _clean, width, height = render_image(picture("PNG", (4000, 4000), "L"))

    assert (width, height) == (2560, 2560)
    with pytest.raises(TooManyPixels):
        render_image(png_declaring(4001, 4000))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused_as_damaged(form: str) -> None:
    image = Image.effect_noise((200, 200), 80).convert("RGB")
    out = io.BytesIO()
    image.save(out, form)
    data = out.getvalue()

    for keep in (3, 12, 29, 31, 100, len(data) // 2, len(data) - 200):
        with pytest.raises(Damaged):
            render_image(data[:keep])


@pytest.mark.parametrize("what", NOT_ALLOWED)
def test_nothing_but_the_three_forms_is_ever_decoded(what: str) -> None:
    with pytest.raises(Damaged):
        render_image(NOT_ALLOWED[what])


def test_noise_never_raises_anything_but_a_coded_refusal() -> None:
    luck = random.Random(20260301)
    for form in ("JPEG", "PNG", "WEBP"):
        good = picture(form)
        for _round in range(150):
            bad = bytearray(good)
            for _hit in range(luck.randint(1, 8)):
                bad[luck.randrange(len(bad))] = luck.randrange(256)
            with suppress(Damaged):
                render_image(bytes(bad))


# --- the store


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "store")


def kept(store: ContentStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_is_put_is_opened_byte_for_byte(store: ContentStore) -> None:
    data = os.urandom(200_000)

    sha256 = store.put(io.BytesIO(data))

    assert sha256 == hashlib.sha256(data).hexdigest()
    with store.open(sha256) as file:
        assert file.read() == data
    (path,) = kept(store)
    assert path == store.root / sha256[:2] / sha256[2:4] / sha256
    assert path.stat().st_mode & 0o777 == 0o440
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_same_bytes_are_kept_once(store: ContentStore) -> None:
    first = store.put(io.BytesIO(b"x"))
    inode = store.path(first).stat().st_ino

    assert store.put(io.BytesIO(b"x")) == first
    assert [path.stat().st_ino for path in kept(store)] == [inode]


def test_changed_bytes_are_never_served_and_a_new_copy_heals_them(store: ContentStore) -> None:
    sha256 = store.put(io.BytesIO(b"the truth"))
    store.path(sha256).chmod(0o600)
    store.path(sha256).write_bytes(b"the trutH")

    with pytest.raises(ContentDamaged):
        store.open(sha256)

    store.put(io.BytesIO(b"the truth"))
    with store.open(sha256) as file:
        assert file.read() == b"the truth"


def test_a_link_in_place_of_a_file_is_not_followed(store: ContentStore, tmp_path: Path) -> None:
    sha256 = store.put(io.BytesIO(b"x"))
    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    store.path(sha256).unlink()
    store.path(sha256).symlink_to(outside)

    with pytest.raises(ContentDamaged):
        store.open(sha256)


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n", "/" * 64])
def test_what_is_no_hash_is_never_a_path(store: ContentStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_unknown_bytes_are_not_found(store: ContentStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.open("0" * 64)


def test_an_upload_that_breaks_off_leaves_nothing(store: ContentStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 70_000:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        store.put(Broken(b"x" * 200_000))
    assert kept(store) == []


def test_the_bytes_are_on_disk_before_they_have_their_name(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("fsync"), sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (done.append("rename"), rename(path, to))[1])

    store.put(io.BytesIO(b"x"))

    assert done == ["fsync", "rename", "fsync", "fsync", "fsync"]


# --- names

NAMES = [
    ("证据 1.jpg", "证据 1.jpg"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\李四\\授权书.pdf", "授权书.pdf"),
    ("a\x00.jpg", "a.jpg"),
    ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
    ("evil\u202egpj.exe", "evilgpj.exe"),
    ("CON.jpg", "_CON.jpg"),
    ("lpt1", "_lpt1"),
    ("nul.tar.pdf", "_nul.tar.pdf"),
    ("console.jpg", "console.jpg"),
    (".htaccess", "htaccess"),
    ("...", "file"),
    ("", "file"),
    ("/", "file"),
    ("\u200b.jpg", "jpg"),
    ("\u3164.jpg", "file.jpg"),
    ("a.jpg. . ", "a.jpg"),
    ("a\ud83d.png", "a.png"),
    ("👨‍👩‍👧.png", "👨‍👩‍👧.png"),
    ("e\u0301.pdf", "e\u0301.pdf"),
    ("\u00e9.pdf", "\u00e9.pdf"),
    ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
    ("x.pdf:stream", "x.pdf_stream"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_a_name_is_one_harmless_step(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize("name", ["a" * 4096 + ".pdf", "证" * 4096 + ".pdf", "👍" * 300 + ".pdf", "." * 4096 + "a.pdf"])
def test_a_long_name_keeps_its_extension(name: str) -> None:
    safe = safe_name(name)

    assert len(safe.encode()) <= 255
    assert safe.endswith(".pdf")


@pytest.mark.parametrize(
    "name", [name for name, _safe in NAMES] + ['";x=".jpg', "100%41.pdf", "a'b.pdf", "a;b.pdf", "\\"]
)
def test_a_header_says_the_name_and_nothing_else(name: str) -> None:
    value = header_filename(name)

    assert re.fullmatch(r"[\x20-\x7e]+", value)
    parsed = Message()
    parsed["Content-Disposition"] = value
    assert parsed.get_content_disposition() == "attachment"
    assert {key for key, _value in parsed.get_params(header="content-disposition")[1:]} == {"filename"}
    plain = re.fullmatch(
        r'attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8\'\'([A-Za-z0-9!#$&+.^_`|~%-]+))?', value
    )
    assert plain
    assert (unquote(plain[2]) if plain[2] else plain[1]) == safe_name(name)


def test_what_a_browser_might_decode_or_split_is_only_in_the_encoded_name() -> None:
    assert header_filename("100%41;b.pdf") == "attachment; filename=\"100_41_b.pdf\"; filename*=UTF-8''100%2541%3Bb.pdf"


def test_the_example_of_a_chinese_name() -> None:
    assert header_filename("授权书 v1.pdf") == (
        "attachment; filename=\"___ v1.pdf\"; filename*=UTF-8''%E6%8E%88%E6%9D%83%E4%B9%A6%20v1.pdf"
    )
