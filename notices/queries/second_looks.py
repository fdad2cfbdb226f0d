"""Reading second looks at notices: of those that share the cause of an error, and blind ones."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.actor import Actor
from casework.counts import BADGE, CAP, capped_count
from casework.errors import or_not_found
from executors.queries import double_reviews_for
from notices.models import (
    MOST_OF_TOOL,
    Notice,
    SiblingReview,
    unseen_of_tool,
)
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


def blind_looks_for(actor: Actor, *, excluding: Q = NONE, most: int | None = None) -> QuerySet[Notice]:
    """The notices whose act waits for this person's blind second look, those that wait the longest first.

    `excluding` are those that an app above knows to be decided, or in which this person had a part there. `most` reads
    no more than the first.
    """
    acts = _blind_looks(actor, excluding).values_list("act_id", flat=True)
    return (
        Notice.objects.filter(act_id__in=acts if most is None else list(acts[:most]))
        .select_related("party", "act__executor__party", "act__person__user", "act__double_review")
        .prefetch_related("measures__type", "bases", "exhibits__attachment", "editions")
        .order_by("act__double_review__drawn_at", "pk")
    )


def blind_looks_waiting(actor: Actor, *, excluding: Q = NONE) -> int:
    """How many `blind_looks_for` finds, up to a badge's most."""
    return capped_count(_blind_looks(actor, excluding), BADGE)


def _blind_looks(actor: Actor, excluding: Q) -> QuerySet[Any]:
    """The same, read from the acts that wait, which are few, in the order in which they were drawn."""
    free = Notice.objects.filter(~excluding, not_involving(actor), act=OuterRef("act"))
    return double_reviews_for(actor).filter(Exists(free)).order_by("drawn_at", "id")


def blind_look_for(actor: Actor, ref: str, *, excluding: Q = NONE) -> Notice:
    """One of them, by the number of its second look. Raises `NotFound` for every other one."""
    return or_not_found(blind_looks_for(actor, excluding=excluding).filter(act__double_review__ref=ref).first())
