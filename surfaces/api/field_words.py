"""What a field of the API means, by its name: a name means the same wherever it stands, so that one sentence does.

A field whose meaning differs from that of `field_words.txt` says so itself, by `help_text`. The sentences are for the
API document, in English, as the descriptions of operations are.
"""

from pathlib import Path
from typing import Final

_LINES = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
WORDS: Final[dict[str, str]] = dict(line.split(": ", 1) for line in _LINES)
BY_ENDING: Final[dict[str, str]] = {
    "_at": "The moment of it, RFC 3339 with its offset; null where it has not come.",
    "_minor": "In fen (1/100 of the currency).",
    "_zh": "In Chinese.",
    "_en": "In English; empty where there is no translation.",
    "_hash": "A SHA-256 in hexadecimal.",
    "_by": "By whom: an outward code, never a name.",
}


def words_for(name: str) -> str:
    """The sentence about a field of this name; empty where there is none."""
    if name in WORDS:
        return WORDS[name]
    return next((words for ending, words in BY_ENDING.items() if name.endswith(ending)), "")
