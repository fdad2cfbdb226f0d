"""The outage ledger, and what it does to windows that were open: an unannounced outage gives its length back.

What does not belong here: setting the longer deadline, which each app's commands do before any default follows.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind, Via
from casework.errors import ConflictOfInterest, Invalid, NotAllowed, NotFound, NotYourTurn, require_text
from casework.firing import command
from operations.models import Outage


def _oversees(actor: Actor) -> bool:
    console = actor.kind is ActorKind.SYSTEM and actor.via in (Via.CONSOLE, Via.WORKER)
    return console or actor.has_role("administrator", "compliance")


@command
def record_outage(
    *, actor: Actor, started_at: datetime, ended_at: datetime, is_announced: bool, cause: str, now: datetime
) -> Outage:
    """Records an outage, which changes nothing before somebody else confirms it.

    Raises `NotAllowed` for anybody but an administrator, compliance or the machine's console, and `Invalid`.
    """
    if not _oversees(actor):
        raise NotAllowed()
    if ended_at <= started_at or ended_at > now:
        raise Invalid.field("/ended_at", "order", _("An outage ends after it starts and before now."))
    require_text("/cause", cause, _("Say what the cause was."))
    return Outage.objects.create(
        started_at=started_at,
        ended_at=ended_at,
        is_announced=is_announced,
        cause=cause,
        recorded_by_ref=actor.ref,
        recorded_at=now,
        is_proposed=True,
    )


@command
def confirm_outage(*, actor: Actor, no: int, now: datetime) -> Outage:
    """Puts a recorded outage into force for good; windows that it fell into close later from now on.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest` for whoever recorded it, `NotYourTurn` once it is settled.
    """
    outage = _unsettled(actor, no)
    if outage.recorded_by_ref == actor.ref:
        raise ConflictOfInterest(_("Somebody else confirms what you recorded: it cannot be undone."))
    outage.confirmed_at, outage.confirmed_by_ref, outage.is_proposed = now, actor.ref, False
    outage.save(update_fields=["confirmed_at", "confirmed_by_ref", "is_proposed"])
    return outage


@command
def drop_outage(*, actor: Actor, no: int, now: datetime) -> None:
    """Drops an outage that was recorded by mistake. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    outage = _unsettled(actor, no)
    outage.dropped_at = now
    outage.save(update_fields=["dropped_at"])


def _unsettled(actor: Actor, no: int) -> Outage:
    if not _oversees(actor):
        raise NotAllowed()
    outage = Outage.objects.select_for_update().filter(pk=no).first()
    if outage is None:
        raise NotFound()
    if not outage.is_proposed or outage.dropped_at is not None:
        raise NotYourTurn(_("This outage is settled already."))
    return outage


type Ledger = Sequence[tuple[datetime, datetime]]


def ledger(since: datetime | None = None) -> Ledger:
    """When unannounced outages began and ended, in their order: read once for many windows."""
    spans = Outage.objects.filter(is_announced=False, is_proposed=False).order_by("started_at")
    if since is not None:
        spans = spans.filter(ended_at__gt=since)
    return list(spans.values_list("started_at", "ended_at"))


def extended(opened_at: datetime, due_at: datetime, *, spans: Ledger | None = None) -> datetime:
    """Returns when a window that opened and closes at these moments really closes: later by each unannounced outage in
    it.

    Overlapping outages count once; one that falls into the added time counts too. The ledger is read unless given.
    """
    closes, covered_to = due_at, opened_at
    for start, end in ledger(opened_at) if spans is None else spans:
        begin = max(start, covered_to)
        if start >= closes:
            break
        if end > begin:
            closes += end - begin
            covered_to = end
    return closes
