"""Reminds people of what ends soon and was not renewed.

What does not belong here: certifications of people (training).
"""

from datetime import datetime, timedelta

from django.db.models import Q

from casework.actor import Actor
from casework.firing import DeadlineSpec, command, fire
from executors.machine import LIVE
from executors.models import Executor

SYSTEM = Actor.system("executors")
REMIND_DAYS = (30, 7, 0)
CONTRACT, TERMS, MANDATE = "contract", "terms", "mandate"


def reminders(kind: str, key: str, now: datetime, ends_at: datetime | None) -> list[DeadlineSpec]:
    """Returns the moments before an end at which people are reminded; none in the past, and none for an open end."""
    if ends_at is None:
        return []
    moments = [(days, ends_at - timedelta(days=days)) for days in REMIND_DAYS]
    return [DeadlineSpec(kind, at, key=f"{key}:{days}") for days, at in moments if at > now]


def reminders_of_term(what: str, now: datetime, ends_at: datetime | None, no: int = 0) -> list[DeadlineSpec]:
    """Returns when to remind that this contract, these terms or this mandate end; one that was extended has others."""
    return reminders("executor.term", f"{what}{no or ''}", now, ends_at)


@command
def remind_of_term(*, executor_id: int, key: str, effective_at: datetime, now: datetime) -> None:
    """Reminds those concerned that what lets the executor act ends, or has ended.

    Nothing where it was extended, replaced by what covers the moment after its end, or ended early by somebody.
    """
    executor = Executor.lock(Q(), pk=executor_id)
    if executor.state not in LIVE:
        return
    name, _colon, days = key.partition(":")
    what = name.rstrip("0123456789")
    ends_at = effective_at + timedelta(days=int(days))
    if not _ends(executor, what, int(name.removeprefix(what) or 0), ends_at):
        return
    fire(
        executor,
        "remind_of_term",
        actor=SYSTEM,
        now=now,
        effective_at=effective_at,
        facts={"what": what, "due": ends_at.isoformat(), "days": int(days)},
    )


def _ends(executor: Executor, what: str, no: int, at: datetime) -> bool:
    """Whether it still ends at that moment, and nothing of its kind covers what follows."""
    if what == CONTRACT:
        return executor.contract_until == at
    if what == TERMS:
        return executor.processing_terms.filter(no=no, until=at).exists() and not executor.has_terms(at)
    mandates = executor.mandates.all()
    is_its_end = any(m.no == no and m.effective_until == at for m in mandates)
    return is_its_end and not any(m.is_in_force(at) for m in mandates)
