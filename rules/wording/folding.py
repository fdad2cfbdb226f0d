"""A copy of a text that is the same for texts that look the same: width, case, script, hidden and filling signs."""

import re
from functools import cache

from classifier.features import folded, without_lookalikes

_FILLING = re.compile(r"[ \t*_~`·•‧\-‐‑–—|/\\+=^#<>]+")
"""What parts no Chinese signs between which it stands, and marks of emphasis."""
_EMPHASIS = re.compile(r"[*_~`]+")
_FULL_STOP = re.compile(r"\.(?=\s|$)")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")

MOST = 40_000
"""So many characters are remembered; texts that go through all of Unicode cost time and no memory."""


class _Signs(dict[int, str]):
    """The folded form of each character, computed when it is met first."""

    def __missing__(self, point: int) -> str:
        form = "\n" if point in (10, 13, 0x2028, 0x2029) else folded(chr(point))
        if len(self) < MOST:
            self[point] = form
        return form


@cache
def _signs() -> _Signs:
    return _Signs()


def fold(text: str) -> str:
    """The copy that patterns read: `。` ends its sentences in both languages, `\\n` its lines."""
    copy = text.translate(_signs())
    if _FOREIGN.search(copy):
        copy = without_lookalikes(copy)
    filling = _EMPHASIS if copy.isascii() else _FILLING
    return _FULL_STOP.sub("。", filling.sub(_without_filling, copy))


def origin(text: str) -> list[int]:
    """Of each character of `fold(text)`, where in the text stands what became it."""
    signs = _signs()
    forms = [signs[ord(c)] for c in text]
    places = [place for place, form in enumerate(forms) for _sign in form]
    kept: list[int] = []
    at = 0
    for filling in _FILLING.finditer("".join(forms)):
        kept += places[at : filling.start() + len(_without_filling(filling))]
        at = filling.end()
    return kept + places[at:]


def _without_filling(filling: re.Match[str]) -> str:
    copy, start, end = filling.string, filling.start(), filling.end()
    if start > 0 and end < len(copy) and _is_chinese(copy[start - 1]) and _is_chinese(copy[end]):
        return ""
    return _EMPHASIS.sub("", filling[0])


def _is_chinese(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000"
