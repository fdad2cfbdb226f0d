"""The sentences about each event of a rule version, of an exit and of a catalogue's change."""

from pathlib import Path

from casework.events import read_events

EVENTS = read_events(Path(__file__).with_name("events.toml"))["events"]
