"""The sentences about each event of a dispute: in its room, for staff, in messages; and which are public."""

from collections.abc import Mapping
from pathlib import Path

from casework.events import EventText, read_events

_TABLES = read_events(Path(__file__).with_name("events.toml"))
EVENTS = _TABLES["events"]
VARIANTS = _TABLES["variants"]
"""What is said instead where the facts of an event make a difference, by a name of ours for it."""
ON_THE_PHONE = _TABLES["on_the_phone"]
"""What is said instead where an officer took it down for a caller, which the facts of the event say (`for_caller`)."""


def for_caller(event: str, facts: Mapping[str, object]) -> EventText | None:
    """The sentences where an officer took it down for a caller; None for all else."""
    return ON_THE_PHONE.get(event) if facts.get("for_caller") else None
