"""What is said of the events of tips."""

from pathlib import Path

from casework.events import read_events

EVENTS = read_events(Path(__file__).with_name("events.toml"))["events"]
