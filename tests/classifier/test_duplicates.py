"""Copies are found through every disguise that leaves the words readable, and nothing else is called a copy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.duplicates import BANDS, alike, bands, kept_phrases, passages, phrases, runs, sketch, words_of

LETTER = (
    "我店铺销售的保温杯有完整的质检报告和品牌授权书，平台的识别系统把包装上的广告语当成了虚假宣传。"
    "订单 20261125993 的买家已经确认收货并且没有投诉，请核对附件里的检测报告后恢复商品链接。"
)
ENGLISH = (
    "The listing was removed for a missing certificate, but the certificate was uploaded on the day we opened the shop "
    "and its number stands on the fifth picture. Please compare it with the register of the issuer and restore it."
)
OTHER = "快递在路上丢失不是商家造成的，物流公司已书面认责，买家也同意重新发货，扣除的保证金应当退回到账户余额里面。"


def share(one: str, other: str) -> int:
    return len(set(bands(sketch(runs(one)))) & set(bands(sketch(runs(other)))))


@pytest.mark.parametrize("text", [LETTER, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize(
    "disguise",
    [
        lambda t: "\u200b".join(t),
        lambda t: t.upper(),
        lambda t: t.translate(str.maketrans("ceopxy", "сеорху")),
        lambda t: t.replace("，", ", ").replace(".", "。"),
        lambda t: t.replace("20261125993", "99887766554"),
        lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    ],
    ids=["zero-width", "case", "look-alikes", "punctuation", "other number", "full width"],
)
def test_a_disguise_that_changes_no_word_changes_nothing(text, disguise):
    assert runs(disguise(text)) == runs(text)


@pytest.mark.parametrize("text", [LETTER, ENGLISH], ids=["zh", "en"])
def test_a_copy_with_a_new_beginning_and_a_few_changes_is_found(text):
    changed = "您好 " + text.replace("保温杯", "茶壶").replace("fifth", "third") + " 谢谢"

    assert share(text, changed) > 0
    assert alike(runs(text), runs(changed)).is_copy


def test_different_texts_share_no_band():
    assert share(LETTER, OTHER) == 0
    assert not alike(runs(LETTER), runs(OTHER)).is_copy
    assert share(LETTER, ENGLISH) == 0


@pytest.mark.parametrize("text", ["", "申诉", "😀" * 50, "\u200b" * 500, "请恢复" * 500, "\ud800" * 30, "\0" * 30])
def test_a_text_that_says_next_to_nothing_is_nobodys_copy(text):
    assert runs(text) == frozenset()
    assert sketch(runs(text)) == b""
    assert bands(b"") == []
    assert not alike(runs(text), runs(text)).is_copy


def test_five_megabytes_are_read_up_to_the_limit():
    characters = np.random.default_rng(0).integers(0x4E00, 0x9FFF, 5_000_000, dtype="uint16")
    assert len(runs(characters.tobytes().decode("utf-16-le"))) <= 4_000


def test_a_sketch_is_the_same_in_every_release():
    """Stored sketches are compared with new ones for years."""
    made = sketch(runs(ENGLISH))

    assert len(made) == 512
    assert len(bands(made)) == BANDS
    assert made[:8].hex() == "8156810cf1466707"
    assert bands(made)[0] == 232449604246477171


@given(st.text(max_size=300))
def test_any_text_is_wholly_like_itself_or_too_short(text):
    found = runs(text)
    assert all(-(2**63) <= name < 2**63 for name in bands(sketch(found)))
    assert alike(found, found).is_copy == bool(found)


WORDS = "买家在聊天里确认收到的就是页面上那一款"


@pytest.mark.parametrize("text", [WORDS, "the seal on the parcel was never broken by us"], ids=["zh", "en"])
@pytest.mark.parametrize("mark", ["", "·", " "], ids=["plain", "dots", "blanks"])
def test_a_phrase_is_found_wherever_it_stands_and_however_it_is_parted(text, mark):
    pieces = list(text) if text == WORDS else text.split()
    between = mark or ("" if text == WORDS else " ")
    pasted = f"{OTHER[:20]} {between.join(pieces)} {OTHER[20:]}"

    assert len(kept_phrases(text) & set(phrases(pasted))) >= 2
    assert not kept_phrases(text) & set(phrases(OTHER))


def test_ten_signs_in_a_row_always_share_a_phrase():
    held = kept_phrases(LETTER)
    clean = "".join(c for c in LETTER[:80] if "\u4e00" <= c <= "\u9fff")[:40]

    assert all(held & set(phrases(clean[i : i + 10])) for i in range(30) if clean[i : i + 10] in LETTER)


def test_what_says_less_than_a_phrase_has_none():
    assert phrases("请尽快恢复我") == []
    assert kept_phrases("thank you all") == frozenset()


def test_the_words_under_some_names_are_shown_as_they_were_written():
    text = f"您好，{WORDS}。谢谢"

    shown = words_of(text, passages(WORDS))
    assert shown in WORDS
    assert len(shown) >= 8
    assert words_of(OTHER, passages(WORDS)) == ""
