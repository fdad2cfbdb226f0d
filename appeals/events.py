"""The sentences about each event of an appeal: for its parties, for reviewers, in messages; and which are public."""

from collections.abc import Mapping
from pathlib import Path

from casework.events import EventText, read_events

_TABLES = read_events(Path(__file__).with_name("events.toml"))
EVENTS = _TABLES["events"]
ON_THE_PHONE = _TABLES["on_the_phone"]
"""The sentences where an officer took it down for a caller, which the facts of the event say (`for_caller`)."""

PICKED = _TABLES["picked"]
"""The sentences where a reviewer chose this very case out of the queue, which the facts of the event say (`picked`)."""


def text_of(event: str, facts: Mapping[str, object]) -> EventText:
    """The sentences about this very event."""
    if event in PICKED and facts.get("picked"):
        return PICKED[event]
    return ON_THE_PHONE[event] if event in ON_THE_PHONE and facts.get("for_caller") else EVENTS[event]
