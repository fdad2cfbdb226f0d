"""Sentences from which the sample's past appeals are put together, by language and ground."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.toml import built
from sample.content.files import tables


@dataclass(frozen=True, slots=True)
class Bank:
    """What is said on one ground: `strong` sentences name a checkable thing, `weak` ones do not."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that is said in one language; `fillers` multiply the sentences."""

    openings: tuple[str, ...]
    closings: tuple[str, ...]
    hardship: tuple[str, ...]
    anger: tuple[str, ...]
    admission: tuple[str, ...]
    fillers: Mapping[str, tuple[str, ...]]
    grounds: Mapping[str, Bank]


_FILE = tables("phrases")
ZH: Phrases = built(Phrases, _FILE["zh"])
EN: Phrases = built(Phrases, _FILE["en"])
MIXED: dict[str, str] = _FILE["mixed"]
"""English words that people mix into Chinese."""
SLIPS: dict[str, str] = _FILE["slips"]
"""What a hurried typist writes instead."""
