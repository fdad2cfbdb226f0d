"""What a camera, a phone or an author writes beside what is seen and heard is nowhere in the copy that others get."""

import gc
import io
import random
import re
import struct
import threading

import pikepdf
import pytest
from PIL import Image

from casework.actor import Actor
from casework.errors import TooManyRequests
from files import attachments, copies
from files.cleaning import film as films
from files.cleaning import pdf as pdfs
from files.cleaning import second_reading
from files.cleaning.refusals import Damaged, TooManyPixels, Unproven
from files.content import _is_whole_film
from tests.cameras import (
    CANARY,
    PICTURE,
    SOUND,
    bomb,
    box,
    dashcam,
    film,
    fragmented,
    many_pictures,
    pdf,
    picture,
    track,
)

pytestmark = pytest.mark.once

HOSTILE = {
    "turned.jpg": ("image", picture("JPEG", turned=True)),
    "many.jpg": ("image", many_pictures()),
    "a.png": ("image", picture("PNG")),
    "moving.png": ("image", picture("PNG", frames=3)),
    "a.webp": ("image", picture("WEBP")),
    "moving.webp": ("image", picture("WEBP", frames=3)),
    "a.pdf": ("pdf", pdf()),
    "phone.mp4": ("film", film()),
    "fragmented.mp4": ("film", fragmented()),
    "avc.mp4": ("film", dashcam(b"avc1")),
    "hevc.mp4": ("film", dashcam(b"hvc1")),
}


def whole(copy: bytes) -> bytes:
    """The copy, of a PDF with everything in it unpacked."""
    if not copy.startswith(b"%PDF"):
        return copy
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(copy)) as document:
        unpacked = pikepdf.StreamDecodeLevel.specialized
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=unpacked,
            compress_streams=False,
        )
    return copy + out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_left_of_what_was_written_beside(name: str) -> None:
    kind, sent = HOSTILE[name]
    assert CANARY in whole(sent)

    with copies.cleaned(io.BytesIO(sent), kind) as file:
        copy = whole(file.read())

    assert CANARY[:9] not in copy
    assert b"Lane-9" not in copy
    assert not re.search(rb"javascript|file:/|gps |udta|\xa9xyz|Author|appl", copy, re.IGNORECASE)


def test_the_pdf_looks_the_same() -> None:
    out = io.BytesIO()
    pdfs.clean(io.BytesIO(pdf()), out)

    with pikepdf.open(io.BytesIO(out.getvalue())) as copy:
        (page,) = copy.pages
        drawn = page.Contents.read_bytes()
        assert b"/Im0 Do" in drawn
        assert b"(Seen) Tj" in drawn
        assert b"/OC /MC0 BDC" in drawn
        (font,) = page.Resources.Font  # by another name
        assert font.encode() + b" 12 Tf" in drawn
        assert b"0 0 1 rg" in whole(out.getvalue())  # the look of a stamp, now part of the page
        assert "/Annots" not in page
        photo = page.Resources.XObject.Im0
        assert (str(photo.ColorSpace), str(photo.Filter)) == ("/DeviceRGB", "/DCTDecode")
        with Image.open(io.BytesIO(photo.read_raw_bytes())) as inside:
            inside.load()
            assert (inside.size, inside.info) == ((40, 30), {})


@pytest.mark.parametrize("name", [name for name, (kind, _sent) in HOSTILE.items() if kind == "film"])
def test_a_film_keeps_its_length_and_what_is_seen(name: str) -> None:
    sent = HOSTILE[name][1]
    copy = without(sent)

    assert len(copy) == len(sent)
    assert _is_whole_film(io.BytesIO(copy), len(copy))
    assert copy.count(PICTURE) == sent.count(PICTURE) > 0
    assert copy.count(SOUND) == sent.count(SOUND)
    assert without(copy) == copy


def without(data: bytes) -> bytes:
    out = io.BytesIO()
    films.clean(io.BytesIO(data), out)
    return out.getvalue()


def test_messages_of_a_camera_become_filler() -> None:
    for coding, filler in ((b"avc1", b"\x0c\xff"), (b"hvc1", b"\x4c\x01\xff")):
        copy = without(dashcam(coding))
        assert copy.count(filler) >= 2
        assert copy.count(PICTURE) == 2


def test_a_film_that_cannot_be_understood_is_not_shown_and_nothing_fails() -> None:
    dice = random.Random(7)
    sources = [sent for kind, sent in HOSTILE.values() if kind == "film"]
    shown = 0
    for _round in range(400):
        data = bytearray(dice.choice(sources))
        for _change in range(dice.randint(1, 30)):
            data[dice.randrange(len(data))] = dice.choice([0, 1, 8, 255, dice.randrange(256)])
        try:
            copy = without(bytes(data))
            second_reading.film(io.BytesIO(copy))
        except (Unproven, IndexError):
            continue
        shown += 1
        assert len(copy) == len(data)
        assert CANARY not in copy
    assert shown
    deep = b""
    for _level in range(2000):
        deep = box(b"moov", deep)
    for hostile in (
        deep,
        box(b"moov", *[box(b"moov")] * 50) * 20,
        box(b"moov", track(b"vide", 0, [2**32 - 1] * 400)),
        box(b"moov", track(b"vide", 0, [0] * 9000, same=2**31)),
    ):
        with pytest.raises(Unproven):
            without(hostile)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_second_reading_finds_what_a_cleaner_left(name: str) -> None:
    kind, sent = HOSTILE[name]
    with pytest.raises(Unproven):
        second_reading.READINGS[kind](io.BytesIO(sent))


@pytest.mark.parametrize(
    "what",
    [
        b"/Annots [<</T (x)>>]",
        b"/Metadata 9 0 R",
        b"/AA <</O <</S /JavaScript>>>>",
        b"/Note (somebody)",
    ],
)
def test_the_second_reading_of_a_pdf_knows_each(what: bytes) -> None:
    out = io.BytesIO()
    pdfs.clean(io.BytesIO(pdf()), out)
    second_reading.pdf(io.BytesIO(out.getvalue()))
    left = out.getvalue().replace(b"/Type /Page ", b"/Type /Page " + what + b" ", 1)
    assert left != out.getvalue()
    with pytest.raises(Unproven):
        second_reading.pdf(io.BytesIO(left))


def test_a_small_file_that_unpacks_to_gigabytes_ends_within_the_limits() -> None:
    sent = bomb()
    assert len(sent) < 10_000
    with pytest.raises(Unproven):
        copies.cleaned(io.BytesIO(sent), "pdf")


@pytest.mark.parametrize(
    ("kind", "data", "refusal"),
    [
        ("pdf", b"%PDF-1.4\n%%EOF\n", Damaged),
        ("pdf", b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\n", Damaged),
        ("image", picture("PNG")[:200], Damaged),
        ("film", box(b"ftyp", b"mp42\0\0\0\0") + box(b"moov"), Unproven),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        copies.cleaned(io.BytesIO(data), kind)


def test_a_picture_of_too_many_pixels_says_so() -> None:
    head = picture("PNG")[:16] + struct.pack(">II", 9500, 9500)
    with pytest.raises((TooManyPixels, Damaged)):
        copies.cleaned(io.BytesIO(head + picture("PNG")[24:]), "image")


def test_whoever_sends_many_files_does_not_keep_another_waiting() -> None:
    turns, entered, waiting = copies.Turns(1), [], threading.Semaphore(0)

    def send(sender: str) -> None:
        with turns.turn(sender):
            entered.append(sender)

    with turns.turn("alice"):
        threads = []
        for sender in ("alice", "alice", "alice", "bob"):
            threads.append(threading.Thread(target=send, args=(sender,)))
            threads[-1].start()
            while sum(len(line) for line in turns._waiting.values()) < len(threads):
                waiting.acquire(timeout=0.01)
        with pytest.raises(TooManyRequests), turns.turn("carol", patience=0):
            pass
    for thread in threads:
        thread.join(10)

    assert entered == ["alice", "bob", "alice", "alice"]
    assert turns._waiting == {}


def test_of_one_sender_only_a_few_files_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MOST_WAITING", 0)
    with pytest.raises(TooManyRequests), copies.Turns(1).turn("alice"):
        pass


def test_a_copy_that_was_made_is_closed_with_the_upload_it_belongs_to():
    ready = attachments.prepare(io.BytesIO(picture("PNG")), name="a.png", actor=Actor.system("tests"))
    copy = ready.copy
    assert not copy.closed
    del ready
    gc.collect()
    assert copy.closed
