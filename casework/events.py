"""The sentences about each type of event. Each app has one table, `events.EVENTS`, the only place of sentences.

They stand in its `events.toml`, a row `[events.appeal.filed]` for each type; in other tables than `events`, what is
said instead where the facts of an event make a difference. A type that was ever used stays in its table, since the
ledger keeps its events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise

from casework.toml import read_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class EventText:
    """The sentence for each audience; an audience without one is not shown the event, or not told of it."""

    party: str | Promise = ""
    """In the course of the case, on the pages of those whom it is about."""
    staff: str | Promise = ""
    """In the course of the case, in the console."""
    message: str | Promise = ""
    """The subject of the message to those whom it is about."""
    staff_message: str | Promise = ""
    """The subject of the message to staff."""
    public: bool = False
    """Whether endpoints of API clients can ask for it (docs/api.md)."""
    answers: bool = False
    """Whether a person of the platform who does it has answered the party; see `operations.first_answers`."""


ON_RECORD_ONLY = EventText()
"""It stands in the ledger, and nobody is told of it. Its row says so, that none is empty by mistake."""


def read_events(path: Path) -> dict[str, Mapping[str, EventText]]:
    """The tables of the file by name, each with its rows by type of event."""
    return {
        table: {f"{kind}.{what}": _text(**row) for kind, rows in kinds.items() for what, row in rows.items()}
        for table, kinds in read_sentences(path).items()
    }


def _text(*, on_record_only: bool = False, **row: Any) -> EventText:
    return ON_RECORD_ONLY if on_record_only else EventText(**row)
