"""Locks the dispute that this actor may see and checks the version they read: the first step of every command.

And the last: move it, with the event in its ledger and in the room.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import DeadlinePassed, NotYourTurn, or_not_found
from casework.firing import DeadlineSpec, fire, locked
from casework.models import Event
from disputes.choices import Lane
from disputes.commands.stream import append_event
from disputes.models import Dispute, FactAtIssue, Offer
from disputes.policies import visible_to


def lock_dispute(actor: Actor, ref: str, expected_version: int | None = None) -> Dispute:
    """Locks and returns the dispute, as `casework.firing.locked`."""
    return locked(Dispute, visible_to(actor), ref, expected_version)


def lock_for_offer(actor: Actor, offer_ref: str) -> tuple[Dispute, Offer]:
    """Locks the dispute and returns it with its offer as it is then. Raises `NotFound`."""
    ref = or_not_found(Offer.objects.filter(ref=offer_ref).values_list("dispute__ref", flat=True).first())
    dispute = lock_dispute(actor, ref)
    return dispute, Offer.objects.get(ref=offer_ref)


def fact_of(dispute: Dispute, no: int) -> FactAtIssue:
    """Returns one fact of a locked dispute, which is locked with it. Raises `NotFound`."""
    return or_not_found(dispute.facts.select_related("row", "step").filter(no=no).first())


def require_unsettled(fact: FactAtIssue) -> None:
    if fact.is_settled:
        raise NotYourTurn(_("This fact is settled already."))


def require_in_time(closes_at: datetime | None, now: datetime) -> None:
    if closes_at is not None and now > closes_at:
        raise DeadlinePassed()


def move(dispute: Dispute, verb: str, *, actor: Actor, now: datetime, lane: Lane = Lane.BOTH, **as_fired: Any) -> Event:
    """Fires as `casework.firing.fire`, and appends the event to this lane of the room."""
    event = fire(dispute, verb, actor=actor, now=now, **as_fired)
    append_event(dispute, event, now, lane)
    return event


REMIND_HOURS = (24, 4)


def reminders(key: str, now: datetime, due: datetime) -> list[DeadlineSpec]:
    """The moments, before a window closes, at which whoever must act is told again; none that lies in the past."""
    moments = [(hours, due - timedelta(hours=hours)) for hours in REMIND_HOURS]
    return [DeadlineSpec("dispute.reminder", at, key=f"{key}:{hours}") for hours, at in moments if at > now]
