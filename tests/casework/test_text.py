"""What text and JSON are refused, and that everything else stays byte for byte what it was."""

import json
import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from casework.text import (
    MAX_INTEGER,
    TextRefused,
    check_json,
    check_text,
    is_visually_blank,
    parse_json_strict,
    validate_plain_text,
)

REFUSED = [
    ("\x00", "nul"),
    *[(chr(point), "control") for point in range(1, 32) if chr(point) not in "\n\t\r"],
    *[(chr(point), "control") for point in range(0x7F, 0xA0)],
    *[(chr(point), "surrogate") for point in (0xD800, 0xD83D, 0xDBFF, 0xDC00, 0xDFFF)],
    ("\ud83d\ude00", "surrogate"),
    ("\ude00\ud83d", "surrogate"),
    *[(chr(point), "noncharacter") for point in range(0xFDD0, 0xFDF0)],
    *[(chr(plane << 16 | low), "noncharacter") for plane in range(17) for low in (0xFFFE, 0xFFFF)],
]
KEPT = [
    "  前后的空格也是原文 \n",
    "该商品详情页使用“国家级”字样\r\n\t第 8 条",
    "𠮷野家 㐂 𬭚 \U000323af",
    "👨‍👩‍👧‍👦 🇨🇳 👩🏽‍⚖️",
    "A\u030a vs \u00c5 vs \u212b",  # three spellings of one letter: which one was sent is evidence
    "\ufb01 １２３ ｆｕｌｌ",
    "e" + "\u0301" * 10_000,
    "\u202eevil\u202c \u2067שלום\u2069 \ufeffBOM",
    "བོད་ཡིག مرحبا",
    "ıİ ß ſ",
    "a\u2028b\u2029c\u200bd",
    "'; DROP TABLE x; -- {{7*7}} ${x} %s %n <script>",
    "\U0010fffd",
    "",
]


def test_a_code_that_is_no_character_of_a_text_is_refused() -> None:
    def codes_of(character: str) -> set[str]:
        text = f"事实{character}理由"
        with pytest.raises(TextRefused) as in_text:
            check_text(text)
        with pytest.raises(ValidationError) as in_field:
            validate_plain_text(text)
        with pytest.raises(TextRefused) as in_json:
            check_json({"a": [text]})
        with pytest.raises(TextRefused) as in_name:
            check_json({text: 1})
        return {in_text.value.code, str(in_field.value.code), in_json.value.code, in_name.value.code}

    found = [(ascii(character), code, codes_of(character)) for character, code in REFUSED]
    assert [one for one in found if one[2] != {one[1]}] == []


@pytest.mark.parametrize("text", KEPT)
def test_legal_text_comes_back_byte_for_byte(text: str) -> None:
    assert check_text(text) is text
    validate_plain_text(text)
    assert parse_json_strict(json.dumps({"facts": text}).encode()) == {"facts": text}
    assert parse_json_strict(json.dumps([text], ensure_ascii=False).encode()) == [text]


@given(st.text())
def test_every_text_is_kept_exactly_or_refused_by_code(text: str) -> None:
    """Hypothesis draws no surrogates here, so that what remains to refuse is controls and noncharacters."""
    bad = any(
        (unicodedata.category(c) == "Cc" and c not in "\n\t\r")
        or ord(c) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(c) <= 0xFDEF
        for c in text
    )
    try:
        assert check_text(text) == text
        assert not bad
    except TextRefused:
        assert bad


def test_the_length_is_counted_in_code_points_and_the_limit_is_allowed() -> None:
    assert check_text("𠮷" * 10, max_length=10) == "𠮷" * 10
    with pytest.raises(TextRefused) as refusal:
        check_text("𠮷" * 11, max_length=10)
    assert refusal.value.code == "too-long"


@pytest.mark.parametrize("value", [None, 1, b"x", ["x"], True])
def test_what_is_not_text_is_refused(value: object) -> None:
    with pytest.raises(TextRefused) as refusal:
        check_text(value)
    assert refusal.value.code == "not-text"


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_one_line_is_one_line(line_break: str) -> None:
    check_text(f"a{line_break}b")
    with pytest.raises(TextRefused) as refusal:
        check_text(f"a{line_break}b", one_line=True)
    assert refusal.value.code == "line-break"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t\r", "\u3000\u00a0\u2003", "\u200b\u200c\u200d\u2060\ufeff", "\u3164", "\u2800",
     "\u115f\u1160\uffa0", "\u202e\u202c", "\u0301\u0302", "\ufe0f", "\U000e0041\U000e007f", "\U000e0100",
     "\u00ad\u034f\u180e", "\u2065", "\u2028"],
)  # fmt: skip
def test_text_in_which_a_reader_sees_nothing_is_blank(text: str) -> None:
    assert is_visually_blank(text)


@pytest.mark.parametrize(
    "text", [".", "无", "0", " x ", "𠮷", "\U000323af", "\U00033479", "👍", "¥", "é", "\u200bа", "۱"]
)
def test_text_in_which_a_reader_sees_something_is_not_blank(text: str) -> None:
    """U+33479 is newer than Python's tables: a rare name must not count as empty."""
    assert not is_visually_blank(text)


def refusal_of(raw: bytes, **limits: int) -> str:
    with pytest.raises(TextRefused) as refusal:
        parse_json_strict(raw, **limits)
    return refusal.value.code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not-json"), (b" ", "not-json"), (b"{", "not-json"), (b"]", "not-json"), (b"{}x", "not-json"),
        (b"{'a':1}", "not-json"), (b'{"a":1,}', "not-json"), (b'"', "not-json"), (b'"\\', "not-json"),
        (b'"\\u12"', "not-json"), (b'"a\nb"', "not-json"), (b"01", "not-json"), (b"\xef\xbb\xbf{}", "not-json"),
        (b'"\xc0\xaf"', "not-utf-8"), (b'"\xed\xa0\xbd"', "not-utf-8"), (b'"\xff"', "not-utf-8"),
        ("{}".encode("utf-16"), "not-utf-8"), ('"中"'.encode("gbk"), "not-utf-8"),
        (b"NaN", "not-finite"), (b"[Infinity]", "not-finite"), (b"-Infinity", "not-finite"), (b"1e999", "not-finite"),
        (b"-1e999", "not-finite"), (b"1" * 5000, "number-out-of-range"), (b"1" * 100_000, "number-out-of-range"),
        (b"9007199254740992", "number-out-of-range"), (b"9007199254740993", "number-out-of-range"),
        (b"-9007199254740993", "number-out-of-range"),
        (b'{"a":1,"a":2}', "duplicate-key"), (b'{"a":1,"\\u0061":2}', "duplicate-key"),
        (b'[{"x":{"a":1,"a":1}}]', "duplicate-key"),
        (b'"\\ud83d"', "surrogate"), (b'{"\\ude00\\ud83d":1}', "surrogate"), (b'"\\u0000"', "nul"),
        (b'"\\u0007"', "control"), (b'"\\uffff"', "noncharacter"),
    ],
)  # fmt: skip
def test_json_that_readers_disagree_about_is_refused(raw: bytes, code: str) -> None:
    assert refusal_of(raw) == code


@pytest.mark.parametrize(
    "bomb",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'[{"a":' * 50_000 + b"1" + b"}]" * 50_000,
        b'["]]]]]]"' + b',["}"' * 100_000,
        b'["\\"]"' + b",[" * 1000,
    ],
)
def test_a_depth_bomb_is_refused_before_the_parser_sees_it(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def parser(*_args: object, **_kwargs: object) -> None:
        pytest.fail("the recursive parser was reached")

    monkeypatch.setattr(json, "loads", parser)

    assert refusal_of(bomb) == "too-deep"


def test_a_caller_that_allows_endless_depth_still_gets_no_recursion_error() -> None:
    assert refusal_of(b"[" * 500_000, max_depth=10**9) == "too-deep"


def test_brackets_in_strings_are_not_depth() -> None:
    text = "[{" * 1000 + '\\"'
    assert parse_json_strict(json.dumps([text]).encode()) == [text]


def test_depth_is_allowed_up_to_the_limit() -> None:
    assert parse_json_strict(b"[" * 32 + b"]" * 32)
    assert refusal_of(b"[" * 33 + b"]" * 33) == "too-deep"


def test_sizes_are_allowed_up_to_their_limits() -> None:
    assert parse_json_strict(b'"abc"', max_bytes=5) == "abc"
    assert refusal_of(b'"abcd"', max_bytes=5) == "too-large"
    assert len(parse_json_strict(json.dumps({str(i): i for i in range(64)}).encode())) == 64
    assert refusal_of(json.dumps({str(i): i for i in range(65)}).encode()) == "too-many-keys"
    assert refusal_of(json.dumps([0] * 4).encode(), max_items=3) == "too-many-items"
    assert refusal_of(b'["abcd"]', max_string=3) == "too-long"
    assert refusal_of(json.dumps({"k" * 201: 1}).encode()) == "too-long"
    assert parse_json_strict(str(MAX_INTEGER).encode()) == MAX_INTEGER
    assert parse_json_strict(f"-{MAX_INTEGER}".encode()) == -MAX_INTEGER


@pytest.mark.parametrize(
    "raw",
    [
        b'"' * 1_000_000,
        b'"' + b'\\"' * 500_000,
        b'\\"' * 500_000,
        b'"\\',
        b"[" + b"{}," * 300_000 + b"{}]",
        b"[" + b'"a",' * 250_000 + b'"a"]',
        b'{"' + b"k" * 1_000_000 + b'":1}',
        b"[" + b"1" * 1_000_000 + b"]",
        b"[1." + b"1" * 1_000_000 + b"]",
        b"[]" * 500_000,
    ],
)
def test_no_megabyte_takes_long(raw: bytes) -> None:
    start = time.process_time()
    refusal_of(raw, max_items=100)
    assert time.process_time() - start < 1


def test_a_refusal_says_where() -> None:
    with pytest.raises(TextRefused) as refusal:
        check_json({"measures": [{"a/b~c": "x"}, {"a/b~c": "\x00"}]})
    assert refusal.value.pointer == "/measures/1/a~1b~0c"


def test_values_that_json_has_no_form_for_are_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    deep: list[object] = []
    for _level in range(100_000):
        deep = [deep]

    for value, code in (
        ({1: 2}, "not-json"), ({"a": b""}, "not-json"), ({1, 2}, "not-json"), (float("nan"), "not-finite"),
        (float("-inf"), "not-finite"), (10**5000, "number-out-of-range"), (circle, "too-deep"), (deep, "too-deep"),
    ):  # fmt: skip
        with pytest.raises(TextRefused) as refusal:
            check_json(value)
        assert refusal.value.code == code
    check_json({"a": [None, True, False, -0.0, 1.5, ""]})


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_body_raises_anything_but_a_coded_refusal(raw: bytes) -> None:
    try:
        value = parse_json_strict(raw)
    except TextRefused:
        return
    assert json.loads(raw) == value
