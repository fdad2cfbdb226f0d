"""In which language somebody wrote, Chinese or English, by its characters: for screen readers and for translation."""

import re
from collections.abc import Iterator

_SIGN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = f"{_SIGN}\u3000-\u303f\uff00-\uff65"  # with the punctuation of Chinese
_SIGNS = re.compile(f"[{_SIGN}]")
_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f]")
# From the first sign to the last before a Latin word: quotation marks and numbers in between belong to it.
_CHINESE = re.compile(f"[{_WIDE}](?:[^A-Za-z\u00c0-\u024f\n]*[{_WIDE}])?")
_TOKEN = re.compile(rf"[^\s{_WIDE}]+")
# Possessive: an apostrophe is of the word or stands behind it, and thousands of them would be tried both ways.
_WORD = re.compile(r"(?<![(“‘\"'\[])[(“‘\"'\[]*[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]*+[.,;:!?)”’\"'\]]*")
_ONLY_SPACE = re.compile(r"[^\S\n]+")
FEWEST_WORDS = 3
"""In a Chinese sentence: names of goods and brands, and numbers of cases, are read as they stand."""
TAGS = {"zh-hans": "zh-Hans", "en": "en"}
"""The names of our languages in HTML and PDF."""
LANGUAGES = tuple(TAGS)


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
    other, found = ("en", _english(text)) if language == "zh-hans" else ("zh-hans", _chinese(text))
    pieces, end = [], 0
    for start, stop in found:
        if start > end:
            pieces.append((text[end:start], language))
        pieces.append((text[start:stop], other))
        end = stop
    if end < len(text):
        pieces.append((text[end:], language))
    return pieces


def _chinese(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _CHINESE.finditer(text))


def _english(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a row, with nothing but space and numbers between them."""
    words: list[tuple[int, int]] = []
    last = 0
    for token in _TOKEN.finditer(text):
        if words and not _ONLY_SPACE.fullmatch(text, last, token.start()):
            yield from _row(words)
            words = []
        last = token.end()
        if _WORD.fullmatch(token[0]):
            words.append(token.span())
    yield from _row(words)


def _row(words: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(words) >= FEWEST_WORDS:
        yield words[0][0], words[-1][1]
