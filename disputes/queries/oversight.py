"""What oversight reads across disputes: messages that were reported, and which disputes an outage may have touched."""

from django.db.models import QuerySet

from casework.actor import Actor
from casework.errors import NotAllowed
from disputes.machine import FINAL
from disputes.models import AbuseReport, Dispute
from disputes.policies import OVERSEES


def reported_messages(actor: Actor) -> QuerySet[AbuseReport]:
    """Every report, newest first. Raises `NotAllowed` for anybody but oversight."""
    if not actor.has_role(*OVERSEES):
        raise NotAllowed()
    rows = AbuseReport.objects.select_related("message__room__dispute__ground", "message__recall")
    return rows.order_by("-reported_at", "-pk")


def open_dispute_ids() -> list[int]:
    """The disputes in which a clock may still run."""
    return list(Dispute.objects.exclude(state__in=FINAL).order_by("pk").values_list("pk", flat=True))
