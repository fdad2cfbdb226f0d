"""Appeals that were filed together, and notices that can be; always through `visible_to`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Party
from accounts.queries import parties_of
from appeals.machine import AppealState
from appeals.models import MOST_TOGETHER, Appeal, AppealGroup, Decision, GroupedAppeal, Outcome
from appeals.policies import may_file_appeal
from appeals.queries.cases import appeals_listed_for
from appeals.windows import NOT_TOGETHER, why_not_together
from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import NotFound, or_not_found
from notices.queries import SeveralFilter, Shared, in_time_to_appeal, several_notices_for, what_they_share
from surfaces.filters import ListFilter

SHOWN = 100
"""Rows of a page from which notices are chosen, and of those that cannot be."""

OWN_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """So many appeals of a group stand so."""

    state: AppealState
    outcome: Outcome | None
    count: int


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group as one actor may see it: how many were filed in it, its lead case, and how its appeals stand."""

    group: AppealGroup
    size: int
    lead: Appeal | None
    counts: Sequence[Standing]
    """Of the appeals that this actor sees."""


def group_for(actor: Actor, ref: str) -> GroupRead:
    """One group. Raises `NotFound` alike for a missing one and one of which the actor finds no appeal in lists, such as
    somebody who took the measures.
    """
    group = or_not_found(AppealGroup.objects.filter(ref=ref).first())
    members = appeals_of_group(actor, group)
    rows = members.order_by("state", "outcome").values_list("state", "outcome").annotate(n=Count("pk"))
    counts = [Standing(AppealState(state), Outcome(outcome) if outcome else None, n) for state, outcome, n in rows]
    if not counts:
        raise NotFound()
    size = GroupedAppeal.objects.filter(group=group).count()
    return GroupRead(group, size, lead_of(actor, group), counts)


def appeals_of_group(actor: Actor, group: AppealGroup) -> QuerySet[Appeal]:
    """Its appeals that this actor finds in lists, in the order of the group."""
    rows = appeals_listed_for(actor).filter(grouped__group=group)
    return rows.annotate(place=F("grouped__no")).order_by("place")


def lead_of(actor: Actor, group: AppealGroup) -> Appeal | None:
    """The case to look at first: the first of the group that was not withdrawn; None for whoever may not see it."""
    left = GroupedAppeal.objects.filter(group=group).exclude(appeal__state=AppealState.WITHDRAWN).order_by("no")
    return appeals_of_group(actor, group).filter(pk__in=left.values("appeal")[:1]).first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands among those that were filed with it, for whoever reviews it."""

    ref: str
    number: str
    no: int
    size: int
    lead: Appeal | None
    own: Sequence[Decision]
    """What this reviewer decided in others of the group, the newest first."""


def place_in_group(actor: Actor, appeal: Appeal) -> Place | None:
    """Where the appeal stands in its group; None for one that was filed alone."""
    grouped = getattr(appeal, "grouped", None)
    if grouped is None:
        return None
    group = grouped.group
    size = GroupedAppeal.objects.filter(group=group).count()
    own = Decision.objects.filter(appeal__grouped__group=group, reviewer_id=actor.user_id).exclude(appeal=appeal)
    own = own.select_related("appeal").prefetch_related("points").order_by("-decided_at", "-id")
    return Place(group.ref, group.number, grouped.no, size, lead_of(actor, group), list(own[:OWN_SHOWN]))


# — which notices can be appealed together —


@dataclass(frozen=True, slots=True)
class NoticesToAppeal:
    """The notices that can be appealed together, 500 at most, and some of those that cannot, with the reason."""

    fit: Sequence[Any]
    unfit: Sequence[tuple[Any, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Choice:
    """As `NoticesToAppeal`, as far as a page has room for them; `count` is how many there are, not exact beyond what
    goes into one filing, `shared` by what the party's are alike.
    """

    fit: Sequence[Any]
    unfit: Sequence[tuple[Any, str]]
    count: int
    shared: Shared

    @property
    def is_too_many(self) -> bool:
        return self.count > MOST_TOGETHER


def parties_to_appeal_for(actor: Actor) -> list[Party]:
    """The parties for which this person may file."""
    return [party for party, _role in parties_of(actor) if may_file_appeal(actor, party.pk) is None]


def notices_to_appeal_for(actor: Actor, asked: SeveralFilter, *, now: datetime) -> NoticesToAppeal:
    """Which of the notices that are asked for can be appealed together now, newest first."""
    rows = several_notices_for(actor, asked)
    fit = list(rows.filter(_can_be_appealed(now))[:MOST_TOGETHER])
    unfit = list(rows.exclude(_can_be_appealed(now))[:SHOWN])
    return NoticesToAppeal(fit, _with_reasons(unfit, now))


def choice_of_notices_for(actor: Actor, asked: SeveralFilter, *, now: datetime) -> Choice:
    """What a page shows from which these are chosen."""
    every = several_notices_for(actor, SeveralFilter(ListFilter(), asked.party))
    shared = what_they_share(every.filter(_can_be_appealed(now)))
    rows = several_notices_for(actor, asked)
    unfit = _with_reasons(list(rows.exclude(_can_be_appealed(now))[:SHOWN]), now)
    # Which of a party's can be appealed is dear to find out, and known by now unless they are very many.
    if shared.is_of_all and not asked.is_narrowed:
        return Choice(list(rows.filter(pk__in=shared.keys[:SHOWN])), unfit, len(shared.keys), shared)
    fit = rows.filter(Q(pk__in=shared.keys) if shared.is_of_all else _can_be_appealed(now))
    return Choice(list(fit[:SHOWN]), unfit, capped_count(fit, MOST_TOGETHER + 1), shared)


def notices_named(actor: Actor, party: int, refs: Sequence[str], *, now: datetime) -> NoticesToAppeal:
    """As `notices_to_appeal_for`, of these notices, in their order. One that is not seen is left out."""
    rows = several_notices_for(actor, SeveralFilter(ListFilter(), party)).filter(ref__in=refs[:MOST_TOGETHER])
    place = {ref: no for no, ref in enumerate(refs)}
    fit = sorted(rows.filter(_can_be_appealed(now)), key=lambda notice: place[notice.ref])
    return NoticesToAppeal(fit, _with_reasons(list(rows.exclude(_can_be_appealed(now))), now))


def _can_be_appealed(now: datetime) -> Q:
    """As `why_not_together`, for a list."""
    had = Appeal.objects.filter(notice=OuterRef("pk")).exclude(state=AppealState.WITHDRAWN)
    return in_time_to_appeal(now) & ~Q(Exists(had))


def _with_reasons(notices: Sequence[Any], now: datetime) -> list[tuple[Any, str]]:
    rounds: dict[int, list[Appeal]] = {notice.pk: [] for notice in notices}
    for each in Appeal.objects.filter(notice__in=list(rounds)):
        rounds[each.notice_id].append(each)
    reasons = ((notice, why_not_together(notice, rounds[notice.pk], now=now)) for notice in notices)
    return [(notice, str(NOT_TOGETHER[reason][1])) for notice, reason in reasons if reason]
