"""What is said of the events of seats and matters. None of it is public."""

from pathlib import Path

from casework.events import read_events

EVENTS = read_events(Path(__file__).with_name("events.toml"))["events"]
