"""Appeals as their parties and reviewers see them: the case, its events, its evidence, whose turn, what can be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.roles import NOTICE
from appeals.machine import ENDED_WITHOUT_DECISION, OPEN, STATES, TABS, AppealState
from appeals.models import (
    Appeal,
    AppealDraft,
    AppealItem,
    Assignment,
    AssistedFiling,
    DecidedBy,
    Decision,
    EvidenceItem,
    FirstView,
    Level,
    Outcome,
    Ruling,
)
from appeals.policies import OVERSEES, REVIEWS, claimable_by, had_part_in, may_read_appeal, viewed_by, visible_to
from appeals.searching import APPEALS
from appeals.windows import can_appeal_anew
from casework.actor import Actor
from casework.errors import NotFound, or_not_found, require
from casework.models import Event
from casework.states import waits_on
from files.models import Attachment
from notices.searching import words_for
from surfaces.filters import ListFilter, has_one, stands_in


def _items() -> Prefetch[Any]:
    return Prefetch("items", AppealItem.objects.select_related("measure__type_version"))


def with_parts(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return rows.select_related("notice", "party", "reviewer", "previous", "grouped__group").prefetch_related(
        _items(),
        Prefetch("evidence", EvidenceItem.objects.select_related("attachment", "submission")),
        "requests",
        "submissions",
        Prefetch("assisted", AssistedFiling.objects.select_related("officer", "caller")),
        Prefetch("decision", Decision.objects.select_related("reviewer")),
        "decision__points",
        Prefetch("decision__rulings", Ruling.objects.select_related("measure__type_version")),
        "notice__bases",
        "notice__exhibits",
        "notice__remedies__measure__type_version",
        "notice__measures__type_version",
    )


def appeals_for(actor: Actor) -> QuerySet[Appeal]:
    """The appeals that this actor may see, newest first."""
    return with_parts(Appeal.objects.filter(visible_to(actor)).order_by("-created_at", "-id"))


def appeals_with_items_for(actor: Actor) -> QuerySet[Appeal]:
    """As `appeals_for`, with the measures alone: for lines that say what was appealed and where it stands."""
    rows = Appeal.objects.filter(visible_to(actor)).select_related("notice", "grouped__group")
    return rows.prefetch_related(_items(), "requests").order_by("-created_at", "-id")


STATES_LISTED: dict[str, Sequence[AppealState]] = {
    "open": [state for state in OPEN if state != AppealState.MORE_NEEDED],
    "yours": [AppealState.MORE_NEEDED],
    "decided": [AppealState.DECIDED],
    "closed": ENDED_WITHOUT_DECISION,
}
"""The states of appeals by which a list is narrowed."""
WAITS_ON = waits_on(STATES, TABS)
FEW = 1_000


def appeals_narrowed_for(actor: Actor, asked: ListFilter) -> QuerySet[Appeal]:
    """As `appeals_listed_for`, with the measures alone, narrowed: `state` is a key of `STATES_LISTED`, `kind` an
    outcome."""
    listed = appeals_listed_for(actor).order_by().values("pk") if not actor.parties else None
    if asked.kind and asked.state not in ("", "decided"):  # a law: what is not decided has no outcome
        return Appeal.objects.none()
    rows = appeals_with_items_for(actor)
    rows = rows.filter(asked.days("created_at"))  # when it was filed, and what the list is read along
    if listed is not None:
        rows = rows.filter(pk__in=listed)
    if asked.state == "closed":
        rows = rows.filter(is_ended=True, decided_at__isnull=True)  # as its index says
    elif asked.state:
        rows = rows.filter(state__in=STATES_LISTED[asked.state])
    if asked.kind:
        rows = rows.filter(outcome=asked.kind)
    if asked.kind or (asked.state and not any(WAITS_ON[state] for state in STATES_LISTED[asked.state])):
        rows = rows.filter(_held_if_few(actor))
    return rows.filter(saying(actor, asked))


def saying(actor: Actor, asked: ListFilter) -> Q:
    """The condition that an appeal has the words that are asked for: its own, its notice's or its measures'."""

    def where(word: str) -> Q:
        measure = ("object_label", "object_ref", "type_version__label_zh", "type_version__label_en")
        columns = [f"measure__{name}" for name in measure]
        items = AppealItem.objects.filter(stands_in(word, *columns), appeal=OuterRef("pk"))
        return stands_in(word, "number", "statement", "notice__number", "notice__facts") | has_one(items)

    return asked.said(actor, where, searched=APPEALS, words_for=words_for)


def _held_if_few(actor: Actor) -> Q:
    """Where a reviewer, who sees of what is not in the queue what they held alone, held few: these, by their keys.

    Whoever held many finds enough of them among the newest; for the few all appeals were gone through.
    """
    if not actor.has_role("reviewer") or actor.has_role(*OVERSEES):
        return Q()
    held = Appeal.objects.filter(had_part_in(actor))
    viewed = viewed_by(actor).order_by().values_list("appeal_id", flat=True)
    found = list(held.order_by().values_list("pk", flat=True).union(viewed, all=True).order_by()[: FEW + 1])
    return Q() if len(found) > FEW else Q(pk__in=set(found))


def appeals_listed_for(actor: Actor) -> QuerySet[Appeal]:
    """As `appeals_for`, in a list: reviewing staff do not find those in which they have a conflict."""
    return _found_by(actor, appeals_for(actor))


def _found_by(actor: Actor, rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    decides = actor.has_role(*REVIEWS) and not actor.has_role("compliance", "administrator")
    return rows.filter(claimable_by(actor)) if decides else rows


def standings_for(actor: Actor) -> list[tuple[str, str | None, int]]:
    """How many of the appeals that this actor may see are in which state, with which outcome."""
    rows = Appeal.objects.filter(visible_to(actor)).order_by()
    return list(rows.values_list("state", "outcome").annotate(n=Count("pk")))


def appeal_for(actor: Actor, ref: str) -> Appeal:
    """One appeal with all its parts. Raises `NotFound` for missing and foreign alike, and `ConflictOfInterest`."""
    appeal = or_not_found(appeals_for(actor).filter(ref=ref).first())
    require(may_read_appeal(actor, appeal))
    return appeal


def as_filed(appeal: Appeal) -> Appeal:
    """An appeal that its party filed just now, as `appeal_for` returns it: what only comes later is not asked for."""
    nothing: dict[str, Any] = {"evidence": [], "requests": [], "submissions": [], "assisted": []}
    appeal._prefetched_objects_cache = nothing  # type: ignore[attr-defined]  # what prefetch_related fills
    appeal._state.fields_cache |= {"decision": None, "grouped": None}
    prefetch_related_objects([appeal], _items())
    return appeal


def appeals_of_notice(actor: Actor, notice_id: int) -> QuerySet[Appeal]:
    """The rounds of appeal against one notice, first round first, with what was asked in them."""
    rows = Appeal.objects.filter(visible_to(actor), notice_id=notice_id).select_related("notice", "previous")
    return _found_by(actor, rows.prefetch_related("requests").order_by("round"))


def events_of(appeal: Appeal) -> QuerySet[Event]:
    return Event.objects.filter(case_kind=Appeal.KIND, case_id=appeal.pk).order_by("sequence")


def evidence_shown_to(actor: Actor, appeal: Appeal) -> list[EvidenceItem]:
    """Submitted evidence for everybody who sees the case; drafts only for the appellant's own people."""
    own = actor.role_in(appeal.party_id, appeal.matter) is not None
    return [item for item in appeal.evidence.all() if own or item.submission_id is not None]


def evidence_file(actor: Actor, ref: str, no: int) -> Attachment:
    """The sealed file of one piece of evidence. Raises `NotFound`."""
    appeal = appeal_for(actor, ref)
    for item in evidence_shown_to(actor, appeal):
        if item.no == no:
            return item.attachment
    raise NotFound()


def draft_for(actor: Actor, notice_id: int) -> AppealDraft | None:
    """The party's unfinished form for this notice."""
    is_theirs = Q(party_id__in=list(actor.parties))
    if notice_id in actor.named(NOTICE):
        is_theirs = Q()
    return AppealDraft.objects.filter(is_theirs, notice_id=notice_id).select_related("saved_by").first()


def evidence_due_of(appeal: Appeal) -> datetime:
    """Until when evidence may come in: with the answer that is asked for, else until the window closes."""
    request = appeal.open_request
    return request.due_at if request is not None else appeal.evidence_closes_at


def has_first_view(actor: Actor, appeal: Appeal) -> bool:
    return FirstView.objects.filter(appeal=appeal, reviewer_id=actor.user_id).exists()


def answer_before(appeal: Appeal) -> Appeal | None:
    """The last earlier round that a person decided: whose reasons are the answer to one without new facts."""
    earlier = Appeal.objects.filter(notice=appeal.notice_id, round__lt=appeal.round, decided_by_kind=DecidedBy.HUMAN)
    return earlier.order_by("-round").first()


def assignment_shown_to(actor: Actor, appeal: Appeal) -> Assignment | None:
    """The last time that an open appeal was given to somebody, while they hold it: for them and for overseers."""
    if not appeal.is_open or not (actor.user_id == appeal.reviewer_id or actor.has_role(*OVERSEES)):
        return None
    row = appeal.assignments.select_related("assigned_by").last()
    return row if row is not None and row.reviewer_id == appeal.reviewer_id else None


def is_answered_for_good(appeal: Appeal) -> bool:
    """Whether it is the last of its notice and was answered, so that new facts can open another round."""
    if appeal.is_open or appeal.outcome == Outcome.OVERTURNED:
        return False
    rounds = list(Appeal.objects.filter(notice=appeal.notice_id).order_by("round"))
    return rounds[-1].pk == appeal.pk and can_appeal_anew(rounds, appeal.notice)


def second_round_is_open(appeal: Appeal) -> bool:
    """Whether a person's decision still leaves something to review a second time; the window is checked on filing."""
    return (
        appeal.decided_by_kind == DecidedBy.HUMAN
        and appeal.level == Level.FIRST
        and appeal.outcome != Outcome.OVERTURNED
        and not Appeal.objects.filter(previous=appeal).exists()
    )
