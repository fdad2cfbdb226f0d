"""The outage ledger, and what it does to windows that were open: an unannounced outage gives its length back.

What does not belong here: setting the longer deadline, which each app's commands do before any default follows.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind, Via
from casework.errors import Invalid, NotAllowed, require_text
from casework.firing import command
from operations.models import Outage


@command
def record_outage(
    *, actor: Actor, started_at: datetime, ended_at: datetime, is_announced: bool, cause: str, now: datetime
) -> Outage:
    """Records an outage in the ledger for good; windows that it fell into close later from now on.

    Raises `NotAllowed` for anybody but an administrator, compliance or the machine's console, and `Invalid`.
    """
    console = actor.kind is ActorKind.SYSTEM and actor.via in (Via.CONSOLE, Via.WORKER)
    if not (console or actor.has_role("administrator", "compliance")):
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
    )


type Ledger = Sequence[tuple[datetime, datetime]]


def ledger(since: datetime | None = None) -> Ledger:
    """When unannounced outages began and ended, in their order: read once for many windows."""
    spans = Outage.objects.filter(is_announced=False).order_by("started_at")
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
