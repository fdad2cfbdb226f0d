"""Recomputes running times when a new calendar of working days is published: it lengthens or confirms them."""

from datetime import datetime

from django.db.models import Q

from appeals.commands.escalate import clocks
from appeals.models import Appeal
from casework.actor import Actor
from casework.firing import command, fire
from casework.models import Deadline, DeadlineState, Event
from casework.working_days import Calendar, DueTime, recompute

KIND = "appeal.decide"


def appeals_to_recompute(*, calendar: Calendar) -> list[int]:
    """The open appeals whose time to decide was counted in working days by an older calendar than this one."""
    counted = Deadline.objects.filter(case_kind=Appeal.KIND, kind=KIND, state=DeadlineState.OPEN)
    rows = counted.exclude(calendar_version="").order_by("due_at", "pk").values_list("case_id", "calendar_version")
    return [pk for pk, version in rows if calendar.is_newer_than(version)]


@command
def recompute_decision_due(*, appeal_id: int, calendar: Calendar, now: datetime) -> bool:
    """Recomputes the time to decide by this calendar, never earlier than promised; True when it moved.

    Nothing happens where the time has passed already, or was counted by this calendar.
    """
    appeal = Appeal.lock(Q(), pk=appeal_id)
    row = Deadline.objects.filter(
        case_kind=Appeal.KIND, case_id=appeal.pk, kind=KIND, state=DeadlineState.OPEN, due_at__gte=now
    ).first()
    if (
        row is None
        or not appeal.is_open
        or not row.calendar_version
        or not calendar.is_newer_than(row.calendar_version)
    ):
        return False
    before = appeal.decide_due_at
    due = recompute(
        DueTime(before, row.is_provisional, row.calendar_version),
        start=_started(appeal),
        n=appeal.notice.promised["decision_time"].amount,
        calendar=calendar,
    )
    fire(
        appeal,
        "recompute_due",
        actor=Actor.system("calendar"),
        now=now,
        facts={"before": before.isoformat(), "due": due.at.isoformat(), "calendar": due.calendar_version},
        deadlines=clocks(_started(appeal), due),
        decide_due_at=due.at,
        decide_due_is_provisional=due.provisional,
        urgent_at=appeal.urgent_at + (due.at - before),
    )
    return due.at != before


def _started(appeal: Appeal) -> datetime:
    """When the time to decide began to run: with the filing, or with the acceptance of a late one."""
    accepted = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk, type="appeal.late_accepted")
    return accepted.values_list("at", flat=True).first() or appeal.filed_at
