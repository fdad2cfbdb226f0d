"""A film without what a phone wrote into it: of the same length, with the same pictures and sounds."""

import io
import random

import pytest

from files import films
from files.content import _is_whole_film
from tests.cameras import CANARY, PICTURE, SOUND, box, film, track


def without(data: bytes, *, at_once: int = -1) -> bytes:
    source = io.BytesIO(data)
    read = films.Without(source, films.metadata(source))
    read.seek(0)
    return read.read() if at_once < 0 else b"".join(iter(lambda: read.read(at_once), b""))


def test_the_film_of_the_tests_tells_where_it_was_taken() -> None:
    assert film().count(CANARY) >= 8
    assert film().count(CANARY[:10]) > film().count(CANARY)


def test_nothing_is_left_but_what_is_seen_and_heard() -> None:
    clean = without(film())

    assert CANARY[:5] not in clean
    assert len(clean) == len(film())
    for kept in (PICTURE, SOUND, b"vide", b"soun", b"stco", b"mvhd"):
        assert clean.find(kept) == film().find(kept) >= 0
    assert _is_whole_film(io.BytesIO(clean), len(clean))
    assert [kind for kind, *_rest in films._boxes(io.BytesIO(clean), 0, len(clean))] == [
        b"ftyp", b"mdat", b"moov", b"free", b"free",
    ]  # fmt: skip
    assert without(clean) == clean


@pytest.mark.parametrize("size", [1, 3, 64, 1000])
def test_it_reads_the_same_in_pieces(size: int) -> None:
    assert without(film(), at_once=size) == without(film())


def test_a_film_without_tags_stays_as_it_is() -> None:
    plain = box(b"ftyp", b"mp42\0\0\0\0") + box(b"mdat", PICTURE) + box(b"moov", track(b"vide", 24, [100, 100]))
    assert without(plain) == plain


def test_whatever_cannot_be_read_is_blanked_and_nothing_fails() -> None:
    broken = film().replace(b"udta", b"udtb").replace(b"trak\0\0\0\x5c", b"trak\xff\xff\xff\xff")
    assert without(broken).count(CANARY) < broken.count(CANARY)
    dice = random.Random(7)
    for _round in range(300):
        data = bytearray(film())
        for _change in range(dice.randint(1, 30)):
            data[dice.randrange(len(data))] = dice.choice([0, 1, 8, 255, dice.randrange(256)])
        assert len(without(bytes(data))) == len(data)
    for hostile in (
        box(b"moov", *[box(b"moov")] * 50) * 20,
        b"".join([box(b"moov", b"\0\0\0\x08moov" * 3)] * 5),
        box(b"moov", track(b"meta", 0, [2**32 - 1] * 400)),
        box(b"moov", track(b"meta", 0, [0] * 9000, same=2**31)),
    ):
        assert len(without(hostile)) == len(hostile)
    deep = b""
    for _level in range(2000):
        deep = box(b"moov", deep)
    assert len(without(deep)) == len(deep)
