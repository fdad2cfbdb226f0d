"""The sentences about each event of a notice to its party, and which are public."""

from pathlib import Path

from casework.events import read_events

EVENTS = read_events(Path(__file__).with_name("events.toml"))["events"]
