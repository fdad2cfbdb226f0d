"""In which language somebody wrote, Chinese or English, by its characters: for screen readers and for translation."""

import re

_SIGN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = f"{_SIGN}\u3000-\u303f\uff00-\uff65"  # with the punctuation of Chinese
_SIGNS = re.compile(f"[{_SIGN}]")
_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f]")
_WORD = r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]*"
_BREAK = r"[^A-Za-z\u00c0-\u024f" + _WIDE + "\n]"
_FOREIGN = {
    # From the first sign to the last before a Latin word: quotation marks and numbers in between belong to it.
    "en": re.compile(f"[{_WIDE}](?:[^A-Za-z\u00c0-\u024f\n]*[{_WIDE}])?"),
    # Three words at least: names of goods and brands are read as they stand in a Chinese sentence.
    "zh-hans": re.compile(f"{_WORD}(?:{_BREAK}+{_WORD}){{2,}}[.!?]*"),
}
TAGS = {"zh-hans": "zh-Hans", "en": "en"}
"""The names of our languages in HTML and PDF."""


def language_of(text: str) -> str:
    """`zh-hans` or `en`, whichever most of the text is in; empty where it has no letter of either.

    A sign of Chinese says about as much as two letters: a Chinese sentence with a brand in it stays Chinese, and an
    English one that quotes two signs stays English.
    """
    signs, letters = len(_SIGNS.findall(text)), len(_LETTERS.findall(text))
    if not signs and not letters:
        return ""
    return "zh-hans" if 2 * signs >= letters else "en"


def passages(text: str, language: str) -> list[tuple[str, str]]:
    """The text in pieces, in order, each with its language: those that are not in `language` stand out."""
    other = "en" if language == "zh-hans" else "zh-hans"
    pieces, end = [], 0
    for found in _FOREIGN[language].finditer(text):
        if found.start() > end:
            pieces.append((text[end : found.start()], language))
        pieces.append((found[0], other))
        end = found.end()
    if end < len(text):
        pieces.append((text[end:], language))
    return pieces
