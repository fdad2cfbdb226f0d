"""The plan of what ends when, and legal holds and runs as somebody may see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import or_not_found
from casework.models import Event
from retention.classes import CLASSES, RecordClass, Words
from retention.due import begun_before, due, held, months_of, records_of
from retention.models import LegalHold, RetentionRun
from retention.policies import holds_visible_to, runs_visible_to
from rules.laws import INSTRUMENTS
from rules.models import CatalogueChange, Subject

SOON = (7, 30, 90)
"""Days ahead for which the plan says how many records fall due."""


def law_of(row: RecordClass) -> str:
    """The law that lays the least time down, as it is cited; empty where none was found."""
    if not row.law:
        return ""
    said = INSTRUMENTS[row.law[0]].cited([row.law[1]])
    return str(Words(said.zh, said.en))


@dataclass(frozen=True, slots=True)
class Planned:
    """One class as the plan shows it: how many records are over and may end, how many are held, how many fall due
    within so many days, and the proposal that waits for its signature.
    """

    row: RecordClass
    months: int
    law: str
    overdue: int = 0
    held: int = 0
    soon: tuple[tuple[int, int | None], ...] = tuple((days, None) for days in SOON)
    waiting: CatalogueChange | None = None


def plan(now: datetime) -> list[Planned]:
    """Every class, with what is due by when."""
    return [planned(row, now) for row in CLASSES]


def planned(row: RecordClass, now: datetime) -> Planned:
    """What is due of the class, by when; counts end at a thousand."""
    if not row.model:
        return Planned(row, 0, law_of(row))
    over, later = due(row, now), records_of(row).filter(began__gte=begun_before(row, now))
    soon = {days: begun_before(row, now + timedelta(days=days)) for days in SOON}
    open_ = CatalogueChange.objects.filter(subject=Subject.RETENTION, key=row.code, state__in=CatalogueChange.OPENS_IN)
    return Planned(
        row,
        months_of(row, now),
        law_of(row),
        capped_count(over.exclude(held(row, now))),
        capped_count(over.filter(held(row, now))),
        tuple((days, capped_count(later.filter(began__lt=begun))) for days, begun in soon.items()),
        open_.first(),
    )


def holds_for(actor: Actor) -> QuerySet[LegalHold]:
    """The legal holds that the actor may see."""
    return LegalHold.objects.filter(holds_visible_to(actor)).select_related("party", "put_by", "lifted_by")


def hold_for(actor: Actor, ref: str) -> LegalHold:
    """Raises `NotFound`."""
    return or_not_found(holds_for(actor).filter(ref=ref).first())


def runs_for(actor: Actor) -> QuerySet[RetentionRun]:
    """The retention runs that the actor may see."""
    people = ("change__entered_by", "change__signed_by")
    return RetentionRun.objects.filter(runs_visible_to(actor)).select_related(*people)


def run_for(actor: Actor, ref: str) -> RetentionRun:
    """Raises `NotFound`."""
    return or_not_found(runs_for(actor).filter(ref=ref).first())


def destroyed_by(run: RetentionRun) -> QuerySet[Event]:
    """The certificate of a run: its events that say how many records ended and which, by the digest of their keys."""
    events = Event.objects.filter(case_kind=run.KIND, case_id=run.pk, type="retention_run.ended_some")
    return events.order_by("sequence")
