"""What reviewing staff read: the queue, what they hold, and — only after their own first view — the system's view."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Min, Q, QuerySet

from appeals.machine import HELD, HOLDER, TABS, AppealState
from appeals.models import Appeal, FirstView, TriageSuggestion
from appeals.policies import REVIEWS, claimable_by, lease_is_free, may_work_on_appeal, stands_on
from appeals.queries.cases import appeal_for
from appeals.routing import RULE, routed_to, standing_for
from casework import counts
from casework.actor import Actor
from casework.errors import FirstViewRequired, NotAllowed
from casework.machine import verbs_that_take
from casework.models import Event


def tabs_of(actor: Actor, *, now: datetime) -> dict[str, Q]:
    """Which cases stand on which tab of the queue, for somebody without a conflict in them. No case is on two."""
    return {tab.name: stands_on(tab, actor, now=now) for tab in TABS.values()}


FIRST_TAB = next(iter(TABS))


def queue_for(actor: Actor, *, now: datetime, tab: str = FIRST_TAB, routed: bool = False) -> QuerySet[Appeal]:
    """The cases on one tab of the queue, most urgent first; none in which this reviewer has a conflict.

    Each says by which `rule` it goes, and how it stands to them (`routing.standing_for`); with `routed` only theirs.
    """
    rows = Appeal.objects.select_related("party", "notice", "reviewer").prefetch_related("items__measure__type_version")
    if TABS[tab].is_own:  # until when is what was asked for
        rows = rows.prefetch_related("requests")
    if TABS[tab].can_be_taken:
        rows = rows.annotate(rule=RULE, standing=standing_for(actor, now=now))
    theirs = routed_to(actor, now=now) if routed else Q()
    return rows.filter(stands_on(TABS[tab], actor, now=now) & claimable_by(actor), theirs).order_by("urgent_at", "id")


def waiting_for_review(*, now: datetime) -> counts.Waiting:
    """The appeals that wait for any reviewer, for whoever watches the system; the most urgent where they are many."""
    rows = Appeal.objects.filter(lease_is_free(now), waits_on__in=[t.name for t in TABS.values() if t.can_be_taken])
    return counts.waiting(rows, "urgent_at", oldest=Min("created_at"), due=Min("decide_due_at"))


def held_by(actor: Actor) -> QuerySet[Appeal]:
    """What this reviewer holds or waits for."""
    return Appeal.objects.filter(HOLDER.where(actor), state__in=HELD)


def decided_by(actor: Actor) -> QuerySet[Appeal]:
    """What this reviewer decided, newest first."""
    return Appeal.objects.filter(HOLDER.where(actor), state=AppealState.DECIDED).order_by("-decided_at")


@dataclass(frozen=True, slots=True)
class Holder:
    """The officer who holds a case, since when and until when."""

    code: str
    since: datetime | None
    until: datetime | None


def holder_of(appeal: Appeal) -> Holder | None:
    """Who holds the case, by the officer's code; None when nobody does."""
    if appeal.reviewer is None:
        return None
    claims = Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk, verb__in=verbs_that_take(Appeal))
    return Holder(
        code=appeal.reviewer.officer_code,
        since=claims.order_by("-sequence").values_list("at", flat=True).first(),
        until=appeal.lease_expires_at,
    )


def officer_codes(refs: Iterable[str]) -> dict[str, str]:
    """The outward code of each of these people who has one, by their ref."""
    people = get_user_model()._default_manager.filter(ref__in=set(refs)).exclude(officer_code="")
    return dict(people.values_list("ref", "officer_code"))


def first_view_of(actor: Actor, appeal: Appeal) -> FirstView | None:
    return FirstView.objects.filter(appeal=appeal, reviewer_id=actor.user_id).first()


def suggestion_for(actor: Actor, ref: str) -> TriageSuggestion | None:
    """The system's view, for a reviewer who has locked their own; None when the system has none.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `FirstViewRequired`, `LeaseLost`.
    """
    return suggestion_of(actor, appeal_for(actor, ref))


def suggestion_of(actor: Actor, appeal: Appeal) -> TriageSuggestion | None:
    """As `suggestion_for`, of a case that this actor has just read with `appeal_for`."""
    if not actor.has_role(*REVIEWS):
        raise NotAllowed()
    if appeal.is_open and (denial := may_work_on_appeal(actor, appeal)):
        raise denial
    if first_view_of(actor, appeal) is None:
        raise FirstViewRequired()
    return appeal.suggestions.order_by("-appeal_version").first()
