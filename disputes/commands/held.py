"""The first step of every verb: find the dispute that this actor may see, hold it, check the version they read.

And the last: move it, with the event in its ledger and in the room.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import DeadlinePassed, Invalid, NotFound, NotYourTurn
from casework.firing import DeadlineSpec, expect_version, fire
from casework.models import Event
from casework.text import is_visually_blank
from disputes.commands.stream import append_event
from disputes.models import Dispute, FactAtIssue, Offer
from disputes.policies import visible_to

QUIET = frozenset(
    {
        "dispute.offer_made",
        "dispute.offer_accepted",
        "dispute.offer_refused",
        "dispute.offer_withdrawn",
        "dispute.offer_lapsed",
        "dispute.reminded",
        "dispute.human_demanded",
        "dispute.overdue",
        "dispute.window_extended",
        "dispute.advance_followed",
    }
)
"""Events that change nothing a mediator decides on, so that they make nothing stale."""


def held(actor: Actor, ref: str, expected_version: int | None = None) -> Dispute:
    """The dispute, locked until the transaction ends. Raises `NotFound` alike for missing and foreign, and `Stale`."""
    keys = list(Dispute.objects.filter(visible_to(actor), ref=ref).values_list("pk", flat=True)[:1])
    try:
        dispute = Dispute.lock(Q(pk__in=keys))
    except Dispute.DoesNotExist:
        raise NotFound() from None
    if expected_version is None or not _only_quiet_since(dispute, expected_version):
        expect_version(dispute, expected_version)
    return dispute


def held_by_id(pk: int) -> Dispute:
    """The dispute for the system's own steps, locked."""
    return Dispute.lock(Q(), pk=pk)


def held_for_offer(actor: Actor, offer_ref: str) -> tuple[Dispute, Offer]:
    """The dispute, locked, and its offer as it is then. Raises `NotFound`."""
    ref = Offer.objects.filter(ref=offer_ref).values_list("dispute__ref", flat=True).first()
    if ref is None:
        raise NotFound()
    dispute = held(actor, ref)
    return dispute, Offer.objects.get(ref=offer_ref)


def _only_quiet_since(dispute: Dispute, version: int) -> bool:
    if not 0 < version < dispute.version:
        return False
    since = Event.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk, sequence__gt=version)
    return not since.exclude(type__in=QUIET).exists()


def fact_of(dispute: Dispute, no: int) -> FactAtIssue:
    """One fact of a held dispute: held with it, since every verb takes the dispute first. Raises `NotFound`."""
    fact = dispute.facts.select_related("row", "step").filter(no=no).first()
    if fact is None:
        raise NotFound()
    return fact


def require_unsettled(fact: FactAtIssue) -> None:
    if fact.is_settled:
        raise NotYourTurn(_("This fact is settled already."))


def require_text(pointer: str, text: str, message: Any) -> None:
    """Raises `Invalid` at `pointer` when the text shows nothing."""
    if is_visually_blank(text):
        raise Invalid.field(pointer, "required", message)


def require_in_time(closes_at: datetime | None, now: datetime, message: Any = None) -> None:
    if closes_at is not None and now > closes_at:
        raise DeadlinePassed(message)


def move(
    dispute: Dispute,
    verb: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    deadlines: Sequence[DeadlineSpec] = (),
    cancels: tuple[str, ...] = (),
    effective_at: datetime | None = None,
    **changes: Any,
) -> Event:
    """As `casework.firing.fire`, and everybody in the room sees it happen."""
    event = fire(
        dispute,
        verb,
        actor=actor,
        now=now,
        facts=facts,
        deadlines=deadlines,
        cancels=cancels,
        effective_at=effective_at,
        **changes,
    )
    append_event(dispute, event, now)
    return event


REMIND_HOURS = (24, 4)


def reminders(key: str, now: datetime, due: datetime) -> list[DeadlineSpec]:
    """The moments, before a window closes, at which whoever must act is told again; none that lies in the past."""
    moments = [(hours, due - timedelta(hours=hours)) for hours in REMIND_HOURS]
    return [DeadlineSpec("dispute.reminder", at, key=f"{key}:{hours}") for hours, at in moments if at > now]
