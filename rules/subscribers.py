"""Reactions to the deadlines and events of a rule version."""

from datetime import datetime
from typing import Any

from accounts.queries import people_in
from accounts.roles import COMPLIANCE
from casework.models import Event
from casework.notifications import notify
from casework.outbox import Subscriber
from rules import commands
from rules.events import EVENTS
from rules.models import Rulemaking


def consultation_closes(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.close_rule_consultation(making_id=case_id, effective_at=effective_at, now=now)


def version_starts(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.start_rule_version(making_id=case_id, effective_at=effective_at, now=now)


def version_ends(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.end_rule_version(making_id=case_id, effective_at=effective_at, now=now)


DEADLINES = {
    "rule.consultation_closes": consultation_closes,
    "rule.starts": version_starts,
    "rule.ends": version_ends,
}


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it."""
    making = Rulemaking.objects.get(pk=event.case_id)
    people = [(user.pk, user.email, user.language) for user in people_in(COMPLIANCE)]
    path = f"/workbench/rules/{making.ref}/"
    notify(people, event=event, what=EVENTS[event.type].staff_message, number=making.number, path=path, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {"rule.consultation_closed": [tell_compliance]}
