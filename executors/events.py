"""The sentences about each event of executors: in the timeline of a case, in messages; and which are public."""

from pathlib import Path

from casework.events import read_events

_TABLES = read_events(Path(__file__).with_name("events.toml"))
EVENTS = _TABLES["events"]
VARIANTS = _TABLES["variants"]
"""What a message says instead where the facts of an event make a difference, by a name of ours for it."""
