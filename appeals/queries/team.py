"""What whoever leads reviewers reads: who holds what, what falls due, and what nobody can take.

What does not belong here: who has which conflict (`policies`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet

from appeals.machine import RUNNING, TABS, AppealState
from appeals.models import Appeal, Decision, FirstView, Level, RoutingRule
from appeals.policies import claimable_by, conflicts_in, in_hands, lease_is_free
from appeals.queries.cases import appeals_with_items_for
from appeals.routing import RULE, by_first_rule, offered_to, with_draft
from casework.actor import Actor
from casework.models import Event
from surfaces.filters import has_one

ASKED_TOGETHER = 5
"""Reviewers whose conditions are put into one statement before it is asked whether anything is left."""
TRIED_FOR, MOST_TRIED = timedelta(days=7), 2_000
"""A rule is tried against the appeals of so many days, of which the newest so many."""
CAN_BE_TAKEN = [tab.name for tab in TABS.values() if tab.can_be_taken]


def open_for_lead(actor: Actor) -> QuerySet[Appeal]:
    """Every open appeal that this actor may see, with whoever holds it."""
    return appeals_with_items_for(actor).select_related("party", "notice", "reviewer__team").filter(is_ended=False)


def due_before(at: datetime, *, since: datetime | None = None) -> Q:
    """The appeals of which the decision is due before a moment, and not before another."""
    due = Q(state__in=RUNNING, decide_due_at__lt=at)
    return due if since is None else due & Q(decide_due_at__gte=since)


def waiting(now: datetime) -> Q:
    """The appeals that wait for a reviewer."""
    return Q(waits_on__in=CAN_BE_TAKEN) & lease_is_free(now)


def left_to_nobody(rows: QuerySet[Appeal], reviewers: Iterable[Actor], *, now: datetime) -> QuerySet[Appeal]:
    """Those that wait and that none of these reviewers is offered: the very condition of the queue of each.

    A few reviewers at a time: as a rule the first of them can take everything, and nobody else is asked about.
    """
    rows = rows.filter(waiting(now))
    for some in batched(sorted(reviewers, key=lambda each: not each.has_role("senior_reviewer")), ASKED_TOGETHER):
        for each in some:
            rows = rows.filter(~(claimable_by(each) & offered_to(each, now=now)))
        if not rows.order_by().exists():
            return rows.none()
    return rows


def escalated(now: datetime) -> Q:
    """The appeals that were brought before whoever leads and have not moved since: nobody holds them, or whoever does
    locked no first view."""
    told = Event.objects.filter(case_kind=Appeal.KIND, case_id=OuterRef("pk"), type="appeal.escalated")
    viewed = FirstView.objects.filter(appeal=OuterRef("pk"), reviewer=OuterRef("reviewer"))
    unmoved = Q(state=AppealState.HUMAN_REVIEW) & ~has_one(viewed)
    return Q(waits_on__isnull=False) & (lease_is_free(now) | unmoved) & has_one(told)


class Rehearsal(NamedTuple):
    """What a rule would have kept of the last days' appeals: of how many, which, and which of them for nobody."""

    tried: int
    kept: Sequence[Appeal]
    for_nobody: Sequence[Appeal]


def rehearse_rule(rule: RoutingRule, reviewers: Sequence[Actor], *, now: datetime) -> Rehearsal:
    """Tries the rule, among those in force, against the appeals of the last days, with the reviewers who are here."""
    since = Appeal.objects.filter(created_at__gte=now - TRIED_FOR).order_by("-created_at", "-id")
    recent = list(since.values_list("pk", flat=True)[:MOST_TRIED])
    rows = Appeal.objects.filter(pk__in=recent).annotate(rule=RULE, becomes=by_first_rule(F("pk"), with_draft(rule)))
    kept = list(rows.filter(becomes=rule.pk).select_related("notice", "party").order_by("-created_at", "-id"))
    takers = [each for each in reviewers if rule.serves(each)]
    against = conflicts_in(kept, takers)
    can = {row.pk: [t for t in takers if (row.pk, t.person) not in against and not too_junior(row, t)] for row in kept}
    return Rehearsal(len(recent), kept, [row for row in kept if not can[row.pk]])


def rules_of(rows: Iterable[Any]) -> dict[int, RoutingRule]:
    """The rules by which these appeals go, which say so as `rule`, by key."""
    return RoutingRule.objects.select_related("team").in_bulk({row.rule for row in rows} - {None})


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
