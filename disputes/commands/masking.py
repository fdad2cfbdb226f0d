"""Masks telephone, identity and bank card numbers in what readers see of a message, so that talk stays in the room.

The text itself is kept byte for byte. Digits of any script count, and the length stays.
"""

import re
from collections.abc import Callable, Sequence

_GAP = r"[ \u00a0\u3000\-–—.]?"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_CONTACT = re.compile(
    rf"(?<!\d)(?:"
    rf"(?P<identity>[1-9]\d{{5}}(?:(?:18|19|20)\d\d{_DAY}\d{{3}}[\dXx]|\d\d{_DAY}\d{{3}}))"
    rf"|(?P<prefix>(?:\+|00)?86{_GAP})?(?P<mobile>1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})"
    rf"|(?P<card>[3-69](?:{_GAP}\d){{15,18}})"
    rf"|(?P<area>0\d{{2,3}}{_GAP})(?P<landline>\d{{3,4}}{_GAP}\d{{4}})"
    rf")(?!\d)"
)
_PERHAPS = re.compile(r"\d\d\d")


def _ascii(text: str) -> str:
    """The text with every decimal digit as 0–9, character for character, so that `18` and `０` are understood."""
    return "".join(
        str(int(character)) if character.isdecimal() and not character.isascii() else character for character in text
    )


def masked(text: str) -> str:
    """Masks every number by which somebody could be reached, identified or paid from; the text keeps its length.

    A card is what has 16 to 19 digits and their check digit (Luhn); its last four stay. Of a mobile number the first
    three and last four digits stay, of a landline the area and the last two, of an identity number the first three and
    the last one.
    """
    if _PERHAPS.search(text) is None:
        return text
    plain = text if text.isascii() else _ascii(text)
    pieces, end = [], 0
    for found in _CONTACT.finditer(plain):
        pieces += [text[end : found.start()], _cover(found, text)]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _cover(found: re.Match[str], text: str) -> str:
    if found["identity"]:
        return _starred(text[found.start() : found.end()], keep=lambda place, count: place < 3 or place == count - 1)
    if found["card"]:
        number = text[found.start() : found.end()]
        is_card = _has_check_digit([int(character) for character in found["card"] if character.isdecimal()])
        return _starred(number, keep=lambda place, count: place >= count - 4) if is_card else number
    name = "mobile" if found["mobile"] else "landline"
    number = text[found.start(name) : found.end(name)]
    before = text[found.start() : found.start(name)]
    if name == "mobile":
        return before + _starred(number, keep=lambda place, count: place < 3 or place >= count - 4)
    return before + _starred(number, keep=lambda place, count: place >= count - 2)


def _has_check_digit(digits: Sequence[int]) -> bool:
    """Whether the last digit is the check digit of the others, by Luhn's sum."""
    doubled = [2 * digit - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _starred(number: str, *, keep: Callable[[int, int], bool]) -> str:
    """The number with each digit (and X) that is not kept as a star; what stands between digits stays."""
    count = sum(character.isdecimal() or character in "Xx" for character in number)
    place, out = -1, []
    for character in number:
        if character.isdecimal() or character in "Xx":
            place += 1
            out.append(character if keep(place, count) else "*")
        else:
            out.append(character)
    return "".join(out)
