"""How soon a person of the platform answers: the commitment, what is counted of it each day, the figures of 90 days.

A case is counted on the day on which it began. Twenty-four hours after that day's end each of its cases either was
answered in time or was not, so the worker counts the day once and the page adds up ninety rows. Only the ledger is
asked: whoever waits has no event, and is a miss.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from casework.actor import ActorKind
from casework.clock import BEIJING
from casework.events import EventText
from casework.models import Event
from casework.row_digests import recording
from operations.models import FirstAnswers

WITHIN = timedelta(hours=FirstAnswers.HOURS)
"""The commitment: a service level that the platform sets for itself, not a time limit of the procedure."""
DAYS = 90
FEWEST = 30
"""Cases below which neither a share nor a median is published: they would say nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What of one kind of case is counted."""

    name: str
    began: str
    """The event from which the time runs, once in a case."""
    events: Mapping[str, EventText]
    final: Collection[str]
    """The states in which a case has ended."""
    messages: QuerySet[Any, Any] | None = None
    """What people of the platform wrote to a party of the case `OuterRef("case_id")`, each with its `sent_at`."""


@dataclass(frozen=True, slots=True)
class Figures:
    """First answers of the cases of one kind that began on the days `since` to `until`."""

    kind: str
    since: date
    until: date
    cases: int
    """Those that count: all that began, but for `ended`."""
    ended: int
    """Ended within the 24 hours without a person: taken back, settled, granted by the system."""
    in_time: int
    by_hour: tuple[int, ...]

    @property
    def are_enough(self) -> bool:
        return self.cases >= FEWEST

    @property
    def percent(self) -> float | None:
        """The share answered within 24 hours, rounded down, so that 100 means every case; None where too few."""
        return 1000 * self.in_time // self.cases / 10 if self.are_enough else None

    @property
    def median_hours(self) -> int | None:
        """The full hours within which at least half were answered; None where that took longer than 24, or too few."""
        answered = 0
        for hour, count in enumerate(self.by_hour, start=1):
            answered += count
            if self.are_enough and 2 * answered >= self.cases:
                return hour
        return None


def figures(now: datetime) -> list[Figures]:
    """The figures of each kind of which a day of the last 90 was counted. One statement, of 90 rows for each kind."""
    rows: dict[str, list[FirstAnswers]] = {}
    for row in FirstAnswers.objects.filter(day__gte=_newest(now) - timedelta(days=DAYS - 1)).order_by("kind", "day"):
        rows.setdefault(row.kind, []).append(row)
    return [added(kind, days) for kind, days in rows.items()]


def added(kind: str, days: list[FirstAnswers]) -> Figures:
    """The figures of these days of one kind together: the one sum, for every page that says them."""
    began, ended = sum(day.began for day in days), sum(day.ended for day in days)
    return Figures(
        kind=kind,
        since=days[0].day,
        until=days[-1].day,
        cases=began - ended,
        ended=ended,
        in_time=sum(day.in_time for day in days),
        by_hour=tuple(map(sum, zip(*(day.by_hour for day in days), strict=True))),
    )


def count_next_day(kind: Kind, *, now: datetime) -> int:
    """Counts the first of the last 90 days that is over and was not counted yet. Returns how many it counted, 0 or 1.

    The first day of all is that of the first case. Of two workers that count the same day one writes it.
    """
    newest = _newest(now)
    last = FirstAnswers.objects.filter(kind=kind.name).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        first = Event.objects.filter(type=kind.began).order_by("at").values_list("at", flat=True).first()
        if first is None:
            return 0
        day = first.astimezone(BEIJING).date()
    else:
        day = last + timedelta(days=1)
    if day > newest:
        return 0
    day = max(day, newest - timedelta(days=DAYS - 1))
    counted = _counted(kind, day)
    with transaction.atomic(), recording():
        FirstAnswers.objects.bulk_create([counted], ignore_conflicts=True)
    return 1


def _newest(now: datetime) -> date:
    """The newest day of which every case began at least 24 hours ago."""
    return (now - WITHIN).astimezone(BEIJING).date() - timedelta(days=1)


def _counted(kind: Kind, day: date) -> FirstAnswers:
    row = FirstAnswers(kind=kind.name, day=day, began=0, ended=0, in_time=0, by_hour=[0] * FirstAnswers.HOURS)
    for began_at, answered_at, ended_at in _moments(kind, day):
        row.began += 1
        if answered_at is not None:
            row.in_time += 1
            row.by_hour[min((answered_at - began_at) // timedelta(hours=1), FirstAnswers.HOURS - 1)] += 1
        elif ended_at is not None:
            row.ended += 1
    return row


def _moments(kind: Kind, day: date) -> Iterator[tuple[datetime, datetime | None, datetime | None]]:
    """Yields of each case that began on the day: when, when a person answered, when it ended; both within 24 hours."""
    start = datetime.combine(day, time(), BEIJING)
    began = Event.objects.filter(type=kind.began, at__gte=start, at__lt=start + timedelta(days=1))
    later = Event.objects.filter(
        case_kind=OuterRef("case_kind"), case_id=OuterRef("case_id"), sequence__gt=OuterRef("sequence")
    ).order_by("sequence")
    answers = [name for name, row in kind.events.items() if row.answers]
    found: dict[str, Subquery] = {
        "answered_at": Subquery(later.filter(type__in=answers, actor_kind=ActorKind.STAFF).values("at")[:1]),
        "ended_at": Subquery(later.filter(target__in=kind.final).values("at")[:1]),
    }
    if kind.messages is not None:
        found["written_at"] = Subquery(kind.messages.order_by("sent_at").values("sent_at")[:1])
    rows: Any = began.values("at", **found).iterator()
    for row in rows:
        end = row["at"] + WITHIN
        answers_at = [at for at in (row["answered_at"], row.get("written_at")) if at is not None and at <= end]
        ended_at = row["ended_at"]
        yield row["at"], min(answers_at, default=None), ended_at if ended_at is not None and ended_at <= end else None
