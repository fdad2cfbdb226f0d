"""Figures of what is stated of one officer: how many notices, how fast, and what was opened here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notices.models import ExhibitOpening, Notice

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
A_MINUTE = 6
"""Decisions of one person in a minute beyond which compliance is told, since nobody reads so fast."""
MOST = 1000
"""Notices of one officer that are counted."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What is stated of one officer in a day: notices, the most of them within one minute, exhibits said to be opened,
    and how many of those were opened here.
    """

    notices: int
    in_a_minute: int
    said_opened: int
    opened_here: int


def pace_of(officer_id: int, *, until: datetime) -> Pace:
    """What is stated of this officer in the day before that moment, up to a thousand notices."""
    decided = Notice.objects.filter(decided_by_id=officer_id, created_at__gt=until - DAY)
    rows = (
        decided.filter(created_at__lte=until).order_by("decided_at").values_list("pk", "decided_at", "opened_exhibits")
    )
    found = list(rows[:MOST])
    times, first, most = [at for _pk, at, _opened in found], 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - MINUTE:
            first += 1
        most = max(most, last - first + 1)
    openings = ExhibitOpening.objects.filter(opened_by_id=officer_id, exhibit__notice__in=[pk for pk, *_rest in found])
    return Pace(
        notices=len(found),
        in_a_minute=most,
        said_opened=sum(len(opened or ()) for *_rest, opened in found),
        opened_here=openings.count(),
    )
