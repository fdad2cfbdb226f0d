"""Checks what text and JSON may contain, once for every field, path, query, header and body.

Text is taken byte for byte or refused: legal text is never normalised, trimmed or repaired. PostgreSQL cannot store
NUL, UTF-8 has no surrogates, and controls have no business in words; SQLite would accept all three, so the verdict is
ours. `\\n`, `\\t` and `\\r` are text.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MAX_BODY = 1024 * 1024  # bytes
MAX_DEPTH = 32
MAX_KEYS = 64
MAX_ITEMS = 1000
MAX_KEY = 200
MAX_STRING = 20_000  # code points, as in CharField.max_length
MAX_INTEGER = 2**53 - 1  # beyond it readers of JSON silently disagree (RFC 7493)

MESSAGES = {
    "not-text": _("This must be text."),
    "nul": _("The text contains a character (NUL) that cannot be stored."),
    "surrogate": _("The text contains half of a character. Please type it again."),
    "control": _("The text contains an invisible control character. Please remove it."),
    "noncharacter": _("The text contains a code that is not a character."),
    "line-break": _("This must be one line."),
    "too-long": _("The text is too long."),
    "too-large": _("What you sent is too large."),
    "too-deep": _("The data is nested too deeply."),
    "too-many-keys": _("An object in the data has too many fields."),
    "too-many-items": _("A list in the data has too many entries."),
    "duplicate-key": _("An object in the data names the same field twice."),
    "not-utf-8": _("The data is not valid UTF-8."),
    "not-json": _("The data is not valid JSON."),
    "not-finite": _("A number in the data is not finite."),
    "number-out-of-range": _("A number in the data is out of range."),
}

_REFUSED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
_LINE_BREAK = re.compile(r"[\n\r\u2028\u2029]")

# Strings are matched whole, ended or not, so that brackets inside them do not count and the scan stays linear.
_BRACKET_OR_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|([\[{])|[\]}]', re.DOTALL)

# Drawn as nothing although Unicode calls them letters, marks or symbols.
_LOOKS_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


# Where a value lies: the place of what holds it, and its name in there. Spelled out only when something is refused.
type _Place = tuple[_Place, str | int] | None


class TextRefused(ValueError):  # noqa: N818  named as in casework.errors
    """The text or JSON is refused as a whole. `code` is stable, `pointer` is the JSON pointer to where."""

    def __init__(self, code: str, *, pointer: str = "", message: str = "") -> None:
        self.code = code
        self.pointer = pointer
        self.message = message or MESSAGES[code]
        super().__init__(code)


def check_text(value: object, *, max_length: int = MAX_STRING, one_line: bool = False) -> str:
    """Returns the same text, if every character may be stored and it has no more than `max_length` code points."""
    if not isinstance(value, str):
        raise TextRefused("not-text")
    if len(value) > max_length:
        raise TextRefused("too-long", message=too_long(len(value), max_length))
    if code := _refusal(value):
        raise TextRefused(code)
    if one_line and _LINE_BREAK.search(value):
        raise TextRefused("line-break")
    return value


def too_long(length: int, most: int) -> str:
    """How many characters are too many: code points, as they are counted here and by the script of a page."""
    over = ngettext(
        "%(over)d character too many: at most %(most)d.",
        "%(over)d characters too many: at most %(most)d.",
        length - most,
    )
    return over % {"over": length - most, "most": most}


def validate_plain_text(value: str) -> None:
    """A validator for model, form and serializer fields: the characters, not the length, which fields check."""
    if code := _refusal(value):
        raise ValidationError(MESSAGES[code], code=code)


def clean_end(text: str) -> str:
    """A sentence without its full stop, to stand inside another."""
    return text.rstrip("。.；; ")


def is_visually_blank(text: str) -> bool:
    """Whether a reader sees nothing: spaces, invisible characters, fillers, or marks with no letter to sit on."""
    return all(_draws_nothing(character) for character in text)


def check_json(
    value: object,
    *,
    max_depth: int = MAX_DEPTH,
    max_keys: int = MAX_KEYS,
    max_items: int = MAX_ITEMS,
    max_string: int = MAX_STRING,
) -> None:
    """Checks that the value is JSON, bounded, and that every string in it, keys included, may be stored. A scalar has
    depth 0.
    """
    pending: list[tuple[object, _Place, int]] = [(value, None, 0)]
    while pending:
        item, place, depth = pending.pop()
        if isinstance(item, str):
            _check_string(item, max_string, place)
        elif isinstance(item, dict | list | tuple):
            if depth >= max_depth:
                raise TextRefused("too-deep", pointer=_pointer(place))
            if isinstance(item, dict):
                if len(item) > max_keys:
                    raise TextRefused("too-many-keys", pointer=_pointer(place))
                for key in item:
                    if not isinstance(key, str):
                        raise TextRefused("not-json", pointer=_pointer(place))
                    _check_string(key, MAX_KEY, place)
                inner: Iterable[tuple[Any, Any]] = item.items()
            else:
                if len(item) > max_items:
                    raise TextRefused("too-many-items", pointer=_pointer(place))
                inner = enumerate(item)
            pending.extend((child, (place, name), depth + 1) for name, child in inner)
        else:
            _check_scalar(item, place)


def parse_json_strict(
    raw: bytes,
    *,
    max_bytes: int = MAX_BODY,
    max_depth: int = MAX_DEPTH,
    max_keys: int = MAX_KEYS,
    max_items: int = MAX_ITEMS,
    max_string: int = MAX_STRING,
) -> Any:
    """The value of a JSON text that means the same to every reader. Raises `TextRefused` and nothing else."""
    if len(raw) > max_bytes:
        raise TextRefused("too-large")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise TextRefused("not-utf-8") from None
    _refuse_deep(text, max_depth)  # the parser recurses, so it must never see a deep text
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_fraction,
        )
    except json.JSONDecodeError:
        raise TextRefused("not-json") from None
    except RecursionError:  # a caller that allows more depth than the parser has
        raise TextRefused("too-deep") from None
    check_json(value, max_depth=max_depth, max_keys=max_keys, max_items=max_items, max_string=max_string)
    return value


def _refusal(text: str) -> str:
    found = _REFUSED.search(text)
    if found is None:
        return ""
    point = ord(found[0])
    if point == 0:
        return "nul"
    if point < 0xA0:
        return "control"
    return "surrogate" if 0xD800 <= point <= 0xDFFF else "noncharacter"


def _draws_nothing(character: str) -> bool:
    if character in _LOOKS_EMPTY:
        return True
    category = unicodedata.category(character)
    if category == "Cn":  # unassigned, or newer than our tables, as rare characters in names are; but no ignorables
        point = ord(character)
        return point == 0x2065 or 0xFFF0 <= point <= 0xFFF8 or 0xE0000 <= point <= 0xE0FFF
    return category[0] in "ZM" or category in ("Cc", "Cf", "Cs")


def _check_string(text: str, max_string: int, place: _Place) -> None:
    if len(text) > max_string:
        raise TextRefused("too-long", pointer=_pointer(place))
    if code := _refusal(text):
        raise TextRefused(code, pointer=_pointer(place))


def _check_scalar(item: object, place: _Place) -> None:
    if item is None or isinstance(item, bool):
        return
    if isinstance(item, int):
        if abs(item) > MAX_INTEGER:
            raise TextRefused("number-out-of-range", pointer=_pointer(place))
    elif isinstance(item, float):
        if not math.isfinite(item):
            raise TextRefused("not-finite", pointer=_pointer(place))
    else:
        raise TextRefused("not-json", pointer=_pointer(place))


def _pointer(place: _Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, name = place
        steps.append("/" + str(name).replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(steps))


def _refuse_deep(text: str, max_depth: int) -> None:
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        if found[1]:
            depth += 1
            if depth > max_depth:
                raise TextRefused("too-deep")
        elif found[0][0] != '"':
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TextRefused("duplicate-key")
    return members


def _integer(digits: str) -> int:
    if len(digits) > 17:  # a sign and 16 digits; int() of a very long one is slow, and raises beyond 4,300
        raise TextRefused("number-out-of-range")
    return int(digits)


def _fraction(digits: str) -> float:
    if len(digits) > 32:  # more than any reader keeps: it would silently become another number
        raise TextRefused("number-out-of-range")
    return float(digits)


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def in_digits(figure: str) -> str:
    """A figure in digits: 三万 as 30000, 30,000 likewise."""
    if figure[0].isdigit():
        return figure.replace(",", "").replace("，", "")
    total = part = digit = 0
    for sign in figure:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif _UNITS[sign] >= 10_000:
            total, part, digit = (total + part + digit or 1) * _UNITS[sign], 0, 0
        else:
            part, digit = part + (digit or 1) * _UNITS[sign], 0
    return str(total + part + digit)
