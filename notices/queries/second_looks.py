"""Reading second looks at notices: of those that share the cause of an error, and blind ones."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from casework.actor import Actor
from casework.counts import BADGE, CAP
from casework.errors import or_not_found
from executors.queries import double_reviews_for, double_reviews_to_ask_of
from notices.models import (
    MOST_OF_TOOL,
    OF_AN_OFFICER,
    Notice,
    SiblingReview,
    unseen_of_tool,
)
from notices.pace import Pace, pace_of
from notices.policies import NONE, not_involving, siblings_visible_to


def siblings_for(actor: Actor) -> QuerySet[SiblingReview]:
    """The second looks at notices that this actor may see, those that wait the longest first."""
    return (
        SiblingReview.objects.filter(siblings_visible_to(actor))
        .select_related(
            "notice__party",
            "notice__act__executor__party",
            "notice__act__person",
            "notice__act__mandate",
            "clause__version__rule",
            "decided_by",
        )
        .prefetch_related("notice__act__executor__people")
        .order_by("created_at", "id")
    )


def sibling_for(actor: Actor, ref: str) -> SiblingReview:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(siblings_for(actor).filter(ref=ref).first())


@dataclass(frozen=True, slots=True)
class OfTool:
    """How many notices in force share tool and clause and were not looked at yet, and how many reviews are open at
    most.
    """

    unseen: int
    most: int


def tool_cause_of(row: SiblingReview) -> OfTool | None:
    """What else shares the cause of this review, where that is a tool of the platform. Counted up to a thousand."""
    if row.clause_id is None:
        return None
    unseen = unseen_of_tool(row.cause_value, row.clause_id)
    return OfTool(unseen=unseen[:CAP].count(), most=MOST_OF_TOOL)


def pace_stated_in(row: SiblingReview) -> Pace | None:
    """The figures of the officer who was flagged, of the day before; None for any other cause."""
    officer = row.notice.decided_by_id
    if row.cause_kind not in OF_AN_OFFICER or officer is None:
        return None
    return pace_of(officer, until=row.created_at)


def blind_looks_for(actor: Actor, *, excluding: Q = NONE, acts: Collection[int] | None = None) -> QuerySet[Notice]:
    """The notices whose act waits for this person's blind second look, those that wait the longest first.

    `excluding` are those that an app above knows to be decided, or in which this person had a part there. `acts` are
    some of those that `acts_to_look_at` found.
    """
    found = Q(act_id__in=_blind_looks(actor, excluding).values("act_id") if acts is None else acts)
    return (
        Notice.objects.filter(found)
        .select_related("party", "act__executor__party", "act__person__user", "act__double_review")
        .prefetch_related("measures__type_version", "bases", "exhibits__attachment", "editions")
        .order_by("act__double_review__drawn_at", "pk")
    )


def acts_to_look_at(actor: Actor, *, excluding: Q = NONE) -> list[int]:
    """The acts of `blind_looks_for`, by primary key and in its order, up to a badge's most.

    They are read some at a time, and of each it is asked whether it is free, until there are enough. As a filter it
    would be asked of all that wait, since the database takes it that hardly any is.
    """
    free = Subquery(_without_part(actor, excluding).order_by().values("pk")[:1])  # EXISTS may be asked of every notice
    waiting = double_reviews_to_ask_of(actor).annotate(free=free)
    rows = waiting.values_list("act_id", "free", "outcome", "drawn_at", "pk")
    found: list[int] = []
    beyond, size = Q(), 2 * BADGE
    while read := list(rows.filter(beyond)[:size]):
        found += [act for act, notice, outcome, _drawn_at, _pk in read if notice is not None and outcome is None]
        if len(found) >= BADGE or len(read) < size:
            break
        *_, at, pk = read[-1]
        beyond = Q(drawn_at__gte=at) & (Q(drawn_at__gt=at) | Q(pk__gt=pk))  # the first is what an index follows
        size *= 4
    return found[:BADGE]


def blind_looks_waiting(actor: Actor, *, excluding: Q = NONE) -> int:
    """How many `blind_looks_for` finds, up to a badge's most."""
    return len(acts_to_look_at(actor, excluding=excluding))


def blind_look_for(actor: Actor, ref: str, *, excluding: Q = NONE) -> Notice:
    """One of them, by the number of its second look. Raises `NotFound` for every other one."""
    act = _blind_looks(actor, excluding).filter(ref=ref).values_list("act_id", flat=True).first()
    return or_not_found(blind_looks_for(actor, acts=[or_not_found(act)]).first())


def _blind_looks(actor: Actor, excluding: Q) -> QuerySet[Any]:
    return double_reviews_for(actor).filter(Exists(_without_part(actor, excluding)))


def _without_part(actor: Actor, excluding: Q) -> QuerySet[Notice]:
    """The notice of a second look's act, unless somebody knows its end or this person had a part in it."""
    return Notice.objects.filter(~excluding, not_involving(actor), act=OuterRef("act"))
