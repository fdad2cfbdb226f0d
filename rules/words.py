"""The words that people search rules by: which mean the same (`words.toml`), and how what was typed is split."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

MOST_WORDS = 8
"""Words of one search that are looked for; more say nothing more about a clause."""

_BETWEEN = re.compile(r"[\s,，.。;；:：、!！?？()（）\"“”'《》【】]+")


@cache
def same_meaning() -> dict[str, tuple[str, ...]]:
    """Each known word, in lower case, with every word that means the same, itself among them."""
    groups = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))["same"]
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            found[word.lower()] = tuple(dict.fromkeys((*found.get(word.lower(), ()), *group)))
    return found


def words_of(asked: str) -> list[str]:
    """What was typed, by word; a known one may hold a space. Fullwidth letters and digits count as the usual ones."""
    rest, found = unicodedata.normalize("NFKC", asked).lower(), []
    for phrase in (word for word in same_meaning() if " " in word):
        if phrase in rest:
            found.append(phrase)
            rest = rest.replace(phrase, " ")
    return list(dict.fromkeys([*found, *(word for word in _BETWEEN.split(rest) if word)]))[:MOST_WORDS]


def known_words_in(asked: str) -> list[str]:
    """The known words that stand in what was typed, the longest first taken: 封店 and 申诉 of 封店了怎么申诉."""
    rest, found = unicodedata.normalize("NFKC", asked).lower(), []
    for word in sorted(same_meaning(), key=len, reverse=True):
        pattern = rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
        if match := re.search(pattern, rest):
            found.append((match.start(), word))
            rest = rest[: match.start()] + "\n" * len(word) + rest[match.end() :]
    return [word for _at, word in sorted(found)][:MOST_WORDS]


def alternatives(word: str) -> tuple[str, ...]:
    """The word and what means the same; to a Chinese word Chinese ones, since every clause has a Chinese text."""
    same = same_meaning().get(word.lower(), ())
    return tuple(dict.fromkeys((word, *(each for each in same if word.isascii() or not each.isascii()))))
