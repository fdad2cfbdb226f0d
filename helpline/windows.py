"""The hours of the human line (`HELP_LINE_HOURS`, Beijing time, every day) and what can be promised within them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings

from casework.clock import BEIJING

SOON = timedelta(hours=2)
"""Open time within which somebody who names no time is called, and is called again when they were not reached."""
DAYS = 3
"""Days on which a time can be chosen, today included."""
CUTS = (12, 18)
"""Where a day of the line is cut into the times that can be chosen."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be chosen for a call: a part of one day of the line. `code` is stable while it can be chosen."""

    starts: datetime
    ends: datetime

    @property
    def code(self) -> str:
        return f"{self.starts.astimezone(BEIJING):%Y-%m-%dT%H}"


def slots_from(now: datetime) -> list[Slot]:
    """The times that have not begun, the next first."""
    return [slot for first, last in _days(now, DAYS) for slot in _parts(first, last) if slot.starts > now]


def open_time_after(now: datetime, length: timedelta) -> datetime:
    """When the line has been open for `length` since `now`."""
    left, end = length, now
    for first, last in _days(now, 32):
        begins = max(first, now)
        if begins >= last:
            continue
        end = min(last, begins + left)
        left -= end - begins
        if not left:
            break
    return end


def _days(now: datetime, count: int) -> Iterator[tuple[datetime, datetime]]:
    opens, closes = settings.HELP_LINE_HOURS
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(count):
        start = midnight + timedelta(days=day)
        yield start + timedelta(hours=opens), start + timedelta(hours=closes)


def _parts(first: datetime, last: datetime) -> Iterator[Slot]:
    midnight = first.replace(hour=0)
    edges = [first, *(cut for hour in CUTS if first < (cut := midnight + timedelta(hours=hour)) < last), last]
    for starts, ends in pairwise(edges):
        yield Slot(starts, ends)
