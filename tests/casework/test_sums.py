"""A sum in words says the sum in figures, whatever it is."""

import random

import pytest
from django.utils import translation

from casework.sums import DIGITS, in_words

UNITS = {"十": 10, "百": 100, "千": 1000}


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (0, "零元整", "zero yuan"),
        (5, "五分", "five fen"),
        (50, "五角", "fifty fen"),
        (100, "一元整", "one yuan"),
        (105, "一元零五分", "one yuan and five fen"),
        (1_250, "十二元五角", "twelve yuan and fifty fen"),
        (12_500, "一百二十五元整", "one hundred and twenty-five yuan"),
        (23_900, "二百三十九元整", "two hundred and thirty-nine yuan"),
        (100_500, "一千零五元整", "one thousand and five yuan"),
        (1_000_500, "一万零五元整", "ten thousand and five yuan"),
        (99_999_999, "九十九万九千九百九十九元九角九分", None),
        (10_000_000_000, "一亿元整", "one hundred million yuan"),
        (100_000_000_000, "十亿元整", "one billion yuan"),
    ],
)
def test_a_sum_is_said_as_people_say_it(fen, chinese, english):
    with translation.override("zh-hans"):
        assert in_words(fen) == chinese
    with translation.override("en"):
        assert english is None or in_words(fen) == english


def read(text):
    """The fen that Chinese words say, read by other rules than they were written by."""
    whole, _yuan, rest = text.rpartition("元") if "元" in text else ("", "", text)
    total = group = digit = 0
    for character in whole:
        if character in DIGITS:
            digit = DIGITS.index(character)
        elif character in UNITS:
            group, digit = group + (digit or 1) * UNITS[character], 0
        else:
            total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[character], 0, 0
    jiao = DIGITS.index(rest[rest.index("角") - 1]) if "角" in rest else 0
    cents = DIGITS.index(rest[rest.index("分") - 1]) if "分" in rest else 0
    return (total + group + digit) * 100 + jiao * 10 + cents


def test_two_thousand_sums_are_read_back_as_they_were():
    chance = random.Random(29)
    sums = [chance.randrange(10 ** chance.randint(1, 13)) for _n in range(2_000)]
    with translation.override("zh-hans"):
        words = {each: in_words(each) for each in sums}

    assert {each: read(text) for each, text in words.items()} == {each: each for each in sums}
    assert not [text for text in words.values() if "零零" in text or text.startswith("一十")]


def test_another_currency_is_said_in_figures():
    assert in_words(12_500, "USD") == "US$125.00"
