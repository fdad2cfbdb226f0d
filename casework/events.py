"""The sentences about each type of event. Each app has one table, `events.EVENTS`, the only place of sentences.

A type that was ever used stays in its table, since the ledger keeps its events.
"""

from dataclasses import dataclass

from django.utils.functional import Promise


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
"""It stands in the ledger, and nobody is told of it."""
