"""A case that nobody took up, or that did not move, is brought before whoever leads while its time runs."""

from datetime import datetime

from django.db.models import Q

from appeals.machine import AppealState
from appeals.models import Appeal, FirstView
from casework.actor import Actor
from casework.firing import DeadlineSpec, command, fire
from casework.models import Event
from casework.working_days import DueTime

UNHELD, UNMOVED = "unheld", "unmoved"
RUNGS = {1: (50, {UNHELD}), 2: (75, {UNHELD, UNMOVED})}
"""Once this share of the time to decide is gone, in hundredths, an appeal that stands so is escalated."""


def clocks(start: datetime, due: DueTime) -> list[DeadlineSpec]:
    """The deadlines of a time to decide that runs from `start`: its end, and before it each rung."""
    at = {no: start + (due.at - start) * gone / 100 for no, (gone, _when) in RUNGS.items()}
    decide = DeadlineSpec(
        "appeal.decide", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
    )
    return [decide, *(DeadlineSpec("appeal.escalate", at[no], key=str(no)) for no in RUNGS)]


@command
def escalate(*, appeal_id: int, rung: int, effective_at: datetime, now: datetime) -> None:
    """Brings the appeal before whoever leads, once for each rung, where nobody holds it or nothing came of that."""
    appeal = Appeal.lock(Q(), pk=appeal_id)
    why = _standing(appeal, now)
    told = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk, type="appeal.escalated", facts__rung=rung)
    if why in RUNGS[rung][1] and not told.exists():
        facts = {"rung": rung, "why": why}
        fire(appeal, "escalate", actor=Actor.system("deadline"), now=now, effective_at=effective_at, facts=facts)


def _standing(appeal: Appeal, now: datetime) -> str:
    """`UNHELD` or `UNMOVED`, which is held by somebody who locked no first view; else empty."""
    if not appeal.is_open or appeal.waits_on is None:
        return ""
    if appeal.reviewer_id is None or appeal.lease_is_free(now):
        return UNHELD
    views = FirstView.objects.filter(appeal=appeal, reviewer=appeal.reviewer_id)
    return UNMOVED if appeal.state == AppealState.HUMAN_REVIEW and not views.exists() else ""
