"""The normalised copy, its way back to the original, and the n-grams."""

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import SCAN_LIMIT, TEXT_LIMIT, TriageInput, bucket, buckets, grams, input_hash, normalise


def test_width_case_and_spaces_do_not_matter():
    assert normalise("  ＡＢＣ\t\n店铺　 Ok ").text == "abc 店铺 ok"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060", "\ufe0f", "\u034f", "\U000e0041", "\u3164"]
)
def test_invisible_characters_leave_no_trace(hidden):
    padded = hidden.join("店铺被封 refund")

    assert normalise(padded).text == "店铺被封 refund"


def test_lookalike_letters_are_read_as_what_they_look_like():
    assert normalise("fаke rеfund Ρaypal").text == "fake refund paypal"


def test_a_word_wholly_in_another_script_is_left_alone():
    assert normalise("магазин").text == "магазин"


def test_traditional_signs_are_read_as_simplified_ones_in_their_place():
    copy = normalise("請轉人工覆核：這批貨品均為正品，乾淨整齊。")

    assert copy.text == "请转人工覆核:这批货品均为正品,干净整齐。"
    assert copy.span(2, 3) == (2, 3)


def test_the_folding_of_signs_is_the_one_that_stored_models_learnt_from():
    # Another table gives other features: raise FORMAT in classifier/model.py, so that files made before are refused.
    signs = "".join(map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]))
    folded = "".join(normalise(sign).text for sign in signs)

    assert len(folded) == len(signs)
    assert hashlib.sha256(folded.encode()).hexdigest()[:16] == "d44583a8bd98a99b"


def test_stacked_accents_are_taken_off():
    assert normalise("r\u0336e\u0336fund").text == "refund"
    assert normalise("cafe\u0301").text == normalise("café").text == "café"


def test_length_is_capped_after_normalising_so_padding_pushes_nothing_out():
    padded = "\u200b" * 50_000 + "物流单号"

    assert normalise(padded).text == "物流单号"
    assert not normalise(padded).truncated
    long = normalise("货" * (TEXT_LIMIT + 1))
    assert len(long.text) == TEXT_LIMIT
    assert long.truncated
    assert not normalise("货" * TEXT_LIMIT).truncated


def test_five_megabytes_of_padding_cost_little():
    started = time.thread_time()
    read = normalise("\u200b" * 5_000_000)

    assert read.text == ""
    assert read.truncated
    assert time.thread_time() - started < 1.0
    assert SCAN_LIMIT < 5_000_000


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我们的店铺被误封了", "zh"),
        ("用 iPhone 拍的照片可以证明没有假货", "zh"),
        ("The shop was closed by mistake", "en"),
        ("The shop 店铺 was closed 误封 by mistake", "mixed"),
        ("магазин закрыт по ошибке", "unknown"),
        ("お店が間違って閉鎖されました", "unknown"),
        ("12345 !!", "unknown"),
        ("", "unknown"),
    ],
)
def test_language_is_told_by_the_words(text, language):
    assert normalise(text).language == language


@given(st.text(max_size=200))
def test_every_character_of_the_copy_knows_where_it_came_from(original):
    copy = normalise(original)

    assert len(copy.text) == len(copy.starts) == len(copy.ends)
    assert all(0 <= a < b <= len(original) for a, b in zip(copy.starts, copy.ends, strict=True))
    assert list(copy.starts) == sorted(copy.starts)


@given(st.text(max_size=120))
def test_normalising_twice_changes_nothing(original):
    once = normalise(original).text

    assert normalise(once).text == once


@given(st.text(max_size=120))
def test_grams_lie_inside_the_text(text):
    copy = normalise(text).text
    found = grams(copy)

    assert len(found.keys) == len(found.starts) == len(found.ends)
    assert all(0 <= a < b <= len(copy) for a, b in zip(found.starts, found.ends, strict=True))


def test_blanks_between_chinese_signs_hide_nothing():
    assert grams("假 货 退 款").keys == grams("假货退款").keys


def test_a_mark_behind_a_sign_counts_as_one_however_often_it_is_repeated():
    found = grams("好!!!吗")

    assert sorted(found.keys) == ["!", "!吗", "吗", "好", "好!"]
    places = {key: (found.starts[i], found.ends[i]) for i, key in enumerate(found.keys)}
    assert (places["好!"], places["!吗"]) == ((0, 2), (1, 5))
    assert found.units == [(0, 1), (4, 5)]  # what counts as having said something
    assert not [key for key in grams("ok! fine?").keys if "!" in key or "?" in key]


def test_long_numbers_are_not_remembered():
    assert grams("单号 13800138000").keys == grams("单号 6222021234567").keys


def test_buckets_are_fixed_for_ever():
    assert [bucket("店铺"), bucket("w refund")] == buckets(["店铺", "w refund"]) == [BUCKET_SHOP, BUCKET_REFUND]


BUCKET_SHOP, BUCKET_REFUND = 170208, 217490


def test_input_hash_changes_with_every_field():
    plain = TriageInput(statement="a")
    others = [
        TriageInput(statement="b"),
        TriageInput(statement="a\u200b"),
        TriageInput(statement="a", ground="other"),
        TriageInput(statement="a", amount_minor=1),
        TriageInput(statement="a", human_demanded=True),
    ]

    assert len({input_hash(case) for case in [plain, *others]}) == 6
    assert input_hash(plain) == input_hash(TriageInput(statement="a"))


def test_automation_level_must_be_known():
    with pytest.raises(ValueError, match="none, partial or full"):
        TriageInput(statement="a", automated_decision="maybe")
