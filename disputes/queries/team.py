"""What whoever oversees mediators reads: who holds what, what falls due, and what nobody can take."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import batched

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When

from casework.actor import Actor
from disputes.models import Dispute
from disputes.policies import TO_DECIDE, WAITING, joinable_by
from disputes.queries.lists import disputes_listed_for

ASKED_TOGETHER = 5
"""Mediators whose conditions are put into one statement before it is asked whether anything is left."""


def open_for_oversight(actor: Actor) -> QuerySet[Dispute]:
    """Every open dispute that this actor may see, with whoever holds it."""
    return disputes_listed_for(actor).select_related("mediator__team").filter(is_ended=False)


def due_before(at: datetime, *, since: datetime | None = None) -> Q:
    """The disputes in which something of the platform is due before a moment, and not before another."""
    due = Q(platform_due_at__lt=at)
    return due if since is None else due & Q(platform_due_at__gte=since)


def in_hands() -> Q:
    """The disputes that somebody has to decide."""
    return TO_DECIDE & Q(mediator__isnull=False)


def left_to_nobody(rows: QuerySet[Dispute], mediators: Iterable[Actor]) -> QuerySet[Dispute]:
    """Those that wait and that none of these mediators can take: the very condition of the queue of each.

    A few mediators at a time: as a rule the first of them can take everything, and nobody else is asked about.
    """
    rows = rows.filter(WAITING)
    for some in batched(mediators, ASKED_TOGETHER):
        for each in some:
            rows = rows.filter(~joinable_by(each))
        if not rows.order_by().exists():
            return rows.none()
    return rows


def joinable_of(rows: Sequence[Dispute], mediators: Sequence[Actor]) -> dict[int, set[int]]:
    """Which of these mediators can take each of these disputes that wait, by the keys of both; in one statement."""
    names = {f"can_{each.person}": Case(When(joinable_by(each), then=Value(1)), default=Value(0)) for each in mediators}
    asked = Dispute.objects.filter(pk__in=[each.pk for each in rows]).annotate(**names).order_by()
    return {
        each["pk"]: {int(name.removeprefix("can_")) for name in names if each[name]}
        for each in asked.values("pk", *names)
    }


def disputes_in_hands(people: Iterable[int]) -> dict[int, tuple[int, datetime | None]]:
    """How many disputes each of these people has to decide, and when the first of them is due, by person."""
    rows = Dispute.objects.filter(in_hands(), mediator__in=list(people)).order_by().values("mediator_id")
    rows = rows.annotate(n=Count("pk"), due=Min("platform_due_at"))
    return {each["mediator_id"]: (each["n"], each["due"]) for each in rows}
