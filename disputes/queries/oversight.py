"""What oversight reads across disputes: messages that were reported, what an outage may have touched, what waits."""

from django.db.models import Min, Q, QuerySet

from casework import counts
from casework.actor import Actor
from casework.errors import NotAllowed
from disputes.machine import FINAL
from disputes.models import AbuseReport, Dispute, DisputeAssignment, Obligation, ObligationState
from disputes.policies import OVERSEES, WAITING


def reported_messages(actor: Actor) -> QuerySet[AbuseReport]:
    """Every report, newest first. Raises `NotAllowed` for anybody but oversight."""
    if not actor.has_role(*OVERSEES):
        raise NotAllowed()
    rows = AbuseReport.objects.select_related("message__room__dispute__ground", "message__recall")
    return rows.order_by("-reported_at", "-pk")


def obligations_overdue(actor: Actor) -> QuerySet[Obligation]:
    """What is owed and late, or was said not to have arrived. Raises `NotAllowed` for anybody but oversight."""
    if not actor.has_role(*OVERSEES):
        raise NotAllowed()
    rows = Obligation.objects.filter(Q(is_late=True) | Q(not_received_at__isnull=False), state=ObligationState.OWED)
    return rows.select_related("dispute__ground")


def assignment_shown_to(actor: Actor, dispute: Dispute) -> DisputeAssignment | None:
    """The last time that an open dispute was given to somebody, while they hold it: for them and for oversight."""
    if not dispute.is_open or not (actor.user_id == dispute.mediator_id or actor.has_role(*OVERSEES)):
        return None
    row = dispute.assignments.select_related("assigned_by").last()
    return row if row is not None and row.mediator_id == dispute.mediator_id else None


def open_dispute_ids() -> list[int]:
    """The disputes in which a clock may still run."""
    return list(Dispute.objects.exclude(state__in=FINAL).order_by("pk").values_list("pk", flat=True))


def waiting_for_mediation() -> counts.Waiting:
    """The disputes that wait for any mediator, for whoever watches the system; those due first where they are many."""
    rows = Dispute.objects.filter(WAITING)
    return counts.waiting(rows, "platform_due_at", oldest=Min("created_at"))
