"""A sum of money in words, as it is read back before it binds: 一百二十五元整, one hundred and twenty-five yuan."""

from django.utils.translation import get_language

from casework.formats import money

DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
GROUPS = ("", "万", "亿")
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
THOUSANDS = ("", " thousand", " million", " billion", " trillion")
MOST = 10**14  # fen


def in_words(amount_minor: int | None, currency: str = "CNY") -> str:
    """The sum in words in the active language; as in figures for what has no words here."""
    if amount_minor is None or currency != "CNY" or not 0 <= amount_minor < MOST:
        return money(amount_minor, currency)
    return _chinese(amount_minor) if (get_language() or "zh").startswith("zh") else _english(amount_minor)


def _chinese(amount_minor: int) -> str:
    yuan, rest = divmod(amount_minor, 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_characters(yuan)}元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif text:
        text += "零"
    return text + (f"{DIGITS[fen]}分" if fen else "")


def _characters(number: int) -> str:
    """A whole number in characters: 零 for each run of noughts between digits, 十 and not 一十 at the very start."""
    if not number:
        return DIGITS[0]
    text, is_gap = "", False
    for group in reversed(range(len(GROUPS))):
        part = number // 10_000**group % 10_000
        if text and (part < 1000 or is_gap) and part:
            text += DIGITS[0]
        is_gap = bool(text) and part == 0
        text += f"{_of_four(part)}{GROUPS[group]}" if part else ""
    return text.removeprefix("一") if text.startswith("一十") else text


def _of_four(part: int) -> str:
    text, is_gap = "", False
    for place in reversed(range(4)):
        digit = part // 10**place % 10
        if not digit:
            is_gap = bool(text)
            continue
        text += f"{DIGITS[0] if is_gap else ''}{DIGITS[digit]}{PLACES[place]}"
        is_gap = False
    return text


def _english(amount_minor: int) -> str:
    yuan, rest = divmod(amount_minor, 100)
    parts = [f"{_number(yuan)} yuan"] if yuan or not rest else []
    return " and ".join([*parts, *([f"{_number(rest)} fen"] if rest else [])])


def _number(number: int) -> str:
    if number < 20:
        return ONES[number]
    words: list[str] = []
    for group in reversed(range(len(THOUSANDS))):
        part = number // 1000**group % 1000
        if part:
            joint = "and " if words and group == 0 and part < 100 else ""
            words.append(f"{joint}{_hundreds(part)}{THOUSANDS[group]}")
    return " ".join(words)


def _hundreds(part: int) -> str:
    hundreds, rest = divmod(part, 100)
    tens, ones = divmod(rest, 10)
    small = ONES[rest] if rest < 20 else f"{TENS[tens]}{f'-{ONES[ones]}' if ones else ''}"
    if not hundreds:
        return small
    return f"{ONES[hundreds]} hundred{f' and {small}' if rest else ''}"
