"""The patterns of `patterns.toml`, which says how they are written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from casework.toml import built, read

_GAP = {"zh": r"[^。;!?\n,:]", "en": r"[^。;!?\n]"}
_FILE = read(Path(__file__).with_name("patterns.toml"))


@dataclass(frozen=True)
class Pattern:
    """One way to say what is forbidden. Expressions are compiled when a text first has one of the anchors."""

    kind: str
    language: str
    anchors: Sequence[str]
    says: Sequence[str]
    unless: Sequence[str] = ()
    itself: bool = False

    @cached_property
    def matcher(self) -> re.Pattern[str]:
        alternatives = _filled(self.says, self.language)
        return re.compile(rf"\b(?:{alternatives})" if self.language == "en" else alternatives)

    @cached_property
    def exception(self) -> re.Pattern[str] | None:
        return re.compile(_filled(self.unless, self.language)) if self.unless else None


def _ending(name: str) -> Mapping[str, re.Pattern[str]]:
    return {language: re.compile(f"(?:{'|'.join(row)})$") for language, row in _FILE[name].items()}


DENIED, SAID = _ending("denied"), _ending("said")
"""By language: what ends with taking back what follows, or with telling that others than the platform said it."""
VOID = {language: re.compile("|".join(row)) for language, row in _FILE["void"].items()}
"""By language: what begins with calling wrong what went before."""
PATTERNS: Sequence[Pattern] = built(Sequence[Pattern], _FILE["patterns"])


@cache
def patterns_of() -> Mapping[str, Sequence[int]]:
    """Where in `PATTERNS` those stand that an anchor is for."""
    rows: dict[str, list[int]] = {}
    for number, pattern in enumerate(PATTERNS):
        for anchor in pattern.anchors:
            rows.setdefault(anchor, []).append(number)
    return rows


def _filled(alternatives: Sequence[str], language: str) -> str:
    words = {name: f"(?:{'|'.join(row)})" for name, row in _FILE["words"].items()}
    expression = re.sub(r"\{([a-z]+)\}", lambda found: words[found[1]], "|".join(alternatives))
    return re.sub(r"~(\d+)", lambda found: rf"{_GAP[language]}{{0,{found[1]}}}?", expression)
