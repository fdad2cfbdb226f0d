"""What follows the deadlines and events of tips: who is told. The reported party is told of the notice alone."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.mail import send_messages
from accounts.notifications import notify
from accounts.queries import people_in, people_of
from accounts.roles import COMPLIANCE
from casework.deadlines import calls
from casework.models import Event
from casework.outbox import Subscriber
from tips import commands
from tips.events import EVENTS
from tips.models import Tip

DEADLINES = {"tip.decide": calls(commands.mark_tip_overdue, "tip_id")}


def tell_reporter(event: Event, *, now: datetime) -> None:
    """Notifies whoever gave the tip: the people of the party, or the address that a stranger left."""
    tip = Tip.objects.get(pk=event.case_id)
    what = EVENTS[event.type].message
    if tip.reporter_id is not None:
        people = [(u.pk, u.email, u.language) for u in people_of(tip.reporter_id)]
        notify(people, event=event, what=what, number=tip.number, path=f"/tips/{tip.ref}/", now=now)
    elif tip.code_mark and _is_address(tip.contact):
        send_messages([(tip.contact, tip.language)], what=what, number=tip.number, path="/tips/code/")


def _is_address(contact: str) -> bool:
    try:
        validate_email(contact)
    except ValidationError:
        return False
    return True


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it."""
    tip = Tip.objects.get(pk=event.case_id)
    people = [(u.pk, u.email, u.language) for u in people_in(COMPLIANCE) if u.ref != event.actor_ref]
    what, path = EVENTS[event.type].staff_message, f"/workbench/tips/{tip.ref}/"
    notify(people, event=event, what=what, number=tip.number, path=path, due_at=tip.due_at, now=now)


def follow_revocation(event: Event, *, now: datetime) -> None:
    """Says so of the tip whose measure was revoked."""
    commands.follow_revoked_notice(notice_id=event.case_id, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    "notice.revoked": [follow_revocation],
    "tip.filed": [tell_compliance],
    "tip.overdue": [tell_compliance],
    "tip.dismissed": [tell_reporter],
    "tip.set_aside": [tell_reporter],
    "tip.acted": [tell_reporter],
    "tip.reverted": [tell_reporter, tell_compliance],
    "tip.finding_proposed": [tell_compliance],
    "tip.found_malicious": [tell_reporter],
    "tip.finding_dropped": [tell_reporter],
}
