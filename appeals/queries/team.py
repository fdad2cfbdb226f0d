"""What whoever leads reviewers reads: who holds what, what falls due, and what nobody can take.

What does not belong here: who has which conflict (`policies`).
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db.models import Count, Min, Q, QuerySet

from appeals.machine import HELD, RUNNING, TABS
from appeals.models import Appeal, Decision, Level
from appeals.policies import claimable_by, lease_is_free
from appeals.queries.cases import appeals_with_items_for
from casework.actor import Actor

ASKED_TOGETHER = 5
"""Reviewers whose conditions are put into one statement before it is asked whether anything is left."""
CAN_BE_TAKEN = [tab.name for tab in TABS.values() if tab.can_be_taken]


def open_for_lead(actor: Actor) -> QuerySet[Appeal]:
    """Every open appeal that this actor may see, with whoever holds it."""
    return appeals_with_items_for(actor).select_related("party", "notice", "reviewer__team").filter(is_ended=False)


def due_before(at: datetime, *, since: datetime | None = None) -> Q:
    """The appeals of which the decision is due before a moment, and not before another."""
    due = Q(state__in=RUNNING, decide_due_at__lt=at)
    return due if since is None else due & Q(decide_due_at__gte=since)


def in_hands(now: datetime) -> Q:
    """The appeals that somebody holds: their time has not run out, or they wait for the appellant with it."""
    waits = Q(lease_expires_at__isnull=True)
    return Q(state__in=HELD, reviewer__isnull=False) & (waits | Q(lease_expires_at__gte=now))


def waiting(now: datetime) -> Q:
    """The appeals that wait for a reviewer."""
    return Q(waits_on__in=CAN_BE_TAKEN) & lease_is_free(now)


def left_to_nobody(rows: QuerySet[Appeal], reviewers: Iterable[Actor], *, now: datetime) -> QuerySet[Appeal]:
    """Those that wait and that none of these reviewers can take: the very condition of the queue of each.

    A few reviewers at a time: as a rule the first of them can take everything, and nobody else is asked about.
    """
    rows = rows.filter(waiting(now))
    for some in batched(sorted(reviewers, key=lambda each: not each.has_role("senior_reviewer")), ASKED_TOGETHER):
        for each in some:
            rows = rows.filter(~claimable_by(each))
        if not rows.order_by().exists():
            return rows.none()
    return rows


def too_junior(appeal: Appeal, reviewer: Actor) -> bool:
    """Whether it is a second review and this is no senior reviewer."""
    return appeal.level == Level.SECOND and not reviewer.has_role("senior_reviewer")


def appeals_in_hands(people: Iterable[int], *, now: datetime) -> dict[int, tuple[int, datetime | None]]:
    """How many appeals each of these people holds, and when the first of them is due, by person."""
    rows = Appeal.objects.filter(in_hands(now), reviewer__in=list(people)).order_by().values("reviewer_id")
    due = Min("decide_due_at", filter=Q(state__in=RUNNING))
    return {each["reviewer_id"]: (each["n"], each["due"]) for each in rows.annotate(n=Count("pk"), due=due)}


def left_unopened(people: Iterable[int], *, since: datetime) -> dict[int, tuple[int, int]]:
    """In how many decisions of each of these people since then pieces stayed unopened, and how many they were."""
    rows = Decision.objects.filter(decided_at__gte=since, reviewer__in=list(people)).order_by().values("reviewer_id")
    rows = rows.annotate(n=Count("pk"), unread=Count("pk", filter=~Q(unread_reason="")))
    return {each["reviewer_id"]: (each["unread"], each["n"]) for each in rows}
