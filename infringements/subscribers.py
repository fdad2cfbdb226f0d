"""What follows the deadlines and events of right holders' notices: who is told, and what a revoked measure ends."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from accounts.notifications import notify
from accounts.queries import people_in, people_of
from accounts.roles import COMPLIANCE
from casework.deadlines import calls
from casework.models import Event
from casework.outbox import Subscriber
from infringements import commands
from infringements.events import EVENTS
from infringements.models import Infringement

DEADLINES = {
    "infringement.decide": calls(commands.mark_infringement_overdue, "infringement_id"),
    "infringement.silence": calls(commands.end_by_silence, "infringement_id"),
}


def _tell(event: Event, people: Callable[[Infringement], list[User]], what: str, path: str, *, now: datetime) -> None:
    case = Infringement.objects.get(pk=event.case_id)
    told = {u.pk: (u.pk, u.email, u.language) for u in people(case) if u.ref != event.actor_ref}
    words = getattr(EVENTS[event.type], what)
    address = f"{path}/{case.ref}/"
    notify(told.values(), event=event, what=words, number=case.number, path=address, due_at=case.due_at, now=now)


def tell_holder(event: Event, *, now: datetime) -> None:
    """Notifies whoever acts for the right holder."""
    _tell(event, lambda case: people_of(case.holder_id), "message", "/infringements", now=now)


def tell_merchant(event: Event, *, now: datetime) -> None:
    """Notifies whoever acts for the merchant, once the notice was forwarded to it."""
    seen = lambda case: people_of(case.merchant_id) if case.notice_id else []  # noqa: E731
    _tell(event, seen, "message", "/infringements", now=now)


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it."""
    _tell(event, lambda _case: people_in(COMPLIANCE), "staff_message", "/workbench/infringements", now=now)


def follow_revocation(event: Event, *, now: datetime) -> None:
    """Ends the case whose measure was revoked."""
    commands.follow_revoked_measure(notice_id=event.case_id, now=now)


BOTH: list[Subscriber] = [tell_holder, tell_merchant]
SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    "notice.revoked": [follow_revocation],
    "infringement.received": [tell_compliance],
    "infringement.overdue": [tell_compliance],
    "infringement.refused": [tell_holder],
    "infringement.accepted": BOTH,
    "infringement.stated": [tell_holder],
    "infringement.proceedings_reported": [tell_merchant, tell_compliance],
    "infringement.withdrawn": [tell_merchant],
    "infringement.lifted": BOTH,
    "infringement.concluded": BOTH,
    "infringement.measure_revoked": BOTH,
    "infringement.asked": [tell_holder],
    "infringement.answered": [tell_compliance],
    "infringement.found_wrong": [tell_merchant],
}
