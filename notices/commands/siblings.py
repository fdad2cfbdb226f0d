"""Finds, after an error, which notices in effect share its cause, and records what a person says of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.counts import WATCHED
from casework.errors import Invalid, NotYourTurn, Stale, one_of, or_not_found, require, require_text
from casework.firing import Move, command, expect_version, fire, open_cases
from casework.models import Case
from executors.queries import Cause, acts_sharing
from notices.commands.correction import withdraw_notice
from notices.machine import HAS_MEASURES, NoticeState, SiblingState
from notices.models import (
    MOST_OF_TOOL,
    Basis,
    Notice,
    SharedCause,
    SiblingReview,
    notices_of_tool,
    unseen_of_tool,
)
from notices.policies import may_review_sibling, siblings_visible_to
from rules.models import Clause

SYSTEM = Actor.system("sweep")
KEPT, CORRECTED = "KEPT", "CORRECTED"


@dataclass(frozen=True, slots=True)
class ToolCause:
    """A tool of the platform and a clause version under which it was wrong, and where a person found that."""

    tool: str
    clause_id: int
    origin_ref: str
    origin_number: str


def causes_in(notice: Notice, *, origin: Case) -> Sequence[ToolCause]:
    """The tool of the platform that a notice came from, once with each clause of a rule that it rests on; `origin` is
    the case in which a person found the notice wrong.

    None where no tool took part, and where a third party acted: what that says of other notices is for the incident of
    its act.
    """
    if notice.act_id is not None or notice.executor_name or not notice.tool:
        return []
    clauses = notice.bases.filter(clause__isnull=False).order_by("no").values_list("clause_id", flat=True)
    return [ToolCause(notice.tool, clause, origin.ref, origin.number) for clause in dict.fromkeys(clauses) if clause]


@command
def open_sibling_reviews(*, causes: Iterable[Cause], now: datetime) -> Sequence[SiblingReview]:
    """Opens a review of every notice in effect that shares one of these causes; returns what it opened.

    Asked again it opens only what is missing.
    """
    opened: list[SiblingReview] = []
    for cause in causes:
        value, notices = _sharing(cause)
        known = SiblingReview.objects.filter(
            Q(origin_ref=cause.origin_ref) | Q(state=SiblingState.OPEN), cause_kind=cause.kind, cause_value=value
        ).values("notice_id")
        rows = [
            SiblingReview(
                notice=notice,
                cause_kind=cause.kind,
                cause_value=value,
                origin_ref=cause.origin_ref,
                origin_number=cause.origin_number,
            )
            for notice in notices.filter(state__in=HAS_MEASURES).exclude(pk__in=known).distinct().order_by("pk")
        ]
        open_reviews(rows, now=now)
        opened += rows
    return opened


@command
def open_reviews_of_tool(*, cause: ToolCause, now: datetime) -> Sequence[SiblingReview]:
    """Opens reviews of the newest notices in force that share the tool and the clause, so many that `MOST_OF_TOOL` are
    open; returns what it opened.

    A notice is looked at once for a tool and a clause. Asked again because of the same error it opens nothing. The
    event says how many share the cause, those that were looked at among them.
    """
    Clause.objects.select_for_update(no_key=True).get(pk=cause.clause_id)  # one at a time, so that none is opened twice
    of_cause = SiblingReview.objects.filter(
        cause_kind=SharedCause.OWN_TOOL, cause_value=cause.tool, clause_id=cause.clause_id
    )
    room = MOST_OF_TOOL - of_cause.filter(state=SiblingState.OPEN).count()
    if room <= 0 or of_cause.filter(origin_ref=cause.origin_ref).exists():
        return []
    is_to_be_seen = Q(origin_ref=cause.origin_ref) | Q(state=SiblingState.OPEN)  # because of another clause
    unseen = unseen_of_tool(cause.tool, cause.clause_id, is_to_be_seen)
    found = Notice.objects.only("ref").in_bulk([row["notice_id"] for row in unseen[:room]])
    rows = [
        SiblingReview(
            notice=notice,
            cause_kind=SharedCause.OWN_TOOL,
            cause_value=cause.tool,
            clause_id=cause.clause_id,
            origin_ref=cause.origin_ref,
            origin_number=cause.origin_number,
        )
        for _pk, notice in sorted(found.items(), reverse=True)
    ]
    if rows:
        sharing = notices_of_tool(cause.tool, cause.clause_id)[:WATCHED].count()
        open_reviews(rows, now=now, sharing=sharing)
    return rows


def open_reviews(rows: Sequence[SiblingReview], *, now: datetime, **facts: Any) -> None:
    """Opens these reviews, each with its event."""
    for start in range(0, len(rows), 200):
        moves = [
            Move(case=row, facts={"notice": row.notice.ref, "cause": row.cause_kind, "origin": row.origin_ref} | facts)
            for row in rows[start : start + 200]
        ]
        open_cases(moves, state=SiblingState.OPEN, event="sibling.opened", actor=SYSTEM, now=now)


def look_again(*, notice_id: int, origin: Case, now: datetime) -> None:
    """Opens a review of the notice where reviewers concluded that the decision about it was too hard.

    Nothing of a notice without measures in force, or that is looked at for this already.
    """
    notice = Notice.lock(Q(), pk=notice_id)
    cause = {"cause_kind": SharedCause.SECOND_LOOK, "cause_value": origin.number, "origin_ref": origin.ref}
    if notice.state in HAS_MEASURES and not SiblingReview.objects.filter(notice=notice, **cause).exists():
        open_reviews([SiblingReview(notice=notice, origin_number=origin.number, **cause)], now=now)


@command
def review_sibling(
    *, actor: Actor, ref: str, outcome: str, reasons: str, now: datetime, expected_version: int | None = None
) -> SiblingReview:
    """Records a person's review: the notice is KEPT, or CORRECTED, that is withdrawn by the platform with its remedies.

    `reasons` are what the party is told where it is withdrawn. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`
    for who decided it or works for its executor, `Stale`, `NotYourTurn` once looked at, `Invalid`.
    """
    pk = or_not_found(
        SiblingReview.objects.filter(siblings_visible_to(actor), ref=ref).values_list("pk", flat=True).first()
    )
    found = SiblingReview.objects.select_related("notice__act").get(pk=pk)
    require(may_review_sibling(actor, found.notice))
    if outcome not in (KEPT, CORRECTED):
        raise Invalid.field("/outcome", "unknown", one_of((KEPT, CORRECTED)))
    require_text("/reasons", reasons, _("Give the reasons."))
    notice = Notice.lock(Q(), pk=found.notice_id)  # the notice before what hangs on it, as everywhere
    row = SiblingReview.lock(Q(), pk=pk)
    expect_version(row, expected_version)
    if not row.is_open:
        raise NotYourTurn()
    if outcome == CORRECTED:
        if notice.state == NoticeState.REVOKED:
            raise Stale()
        withdraw_notice(actor=actor, ref=notice.ref, reason=reasons, now=now)
    fire(
        row,
        "keep" if outcome == KEPT else "correct",
        actor=actor,
        now=now,
        facts={"notice": notice.ref, "reasons": digest(reasons)},
        decided_at=now,
        decided_by_id=actor.person,
        reasons=reasons,
    )
    return row


@command
def overtake_siblings(*, notice_id: int, because: str, now: datetime) -> int:
    """Closes the open reviews of a notice that fell; returns how many."""
    Notice.lock(Q(), pk=notice_id)
    rows = list(SiblingReview.objects.filter(notice_id=notice_id, state=SiblingState.OPEN).select_for_update())
    for row in rows:
        fire(row, "overtake", actor=SYSTEM, now=now, decided_at=now, reasons=because)
    return len(rows)


def _sharing(cause: Cause) -> tuple[str, QuerySet[Notice]]:
    """Returns what is shared, as it is shown, and the notices that share it besides the one that was wrong."""
    others = Notice.objects.exclude(act_id=cause.act_id) if cause.act_id is not None else Notice.objects.all()
    if cause.kind != SharedCause.RULE:
        return cause.value, others.filter(act__in=acts_sharing(cause))
    clauses = Basis.objects.filter(notice__act_id=cause.act_id or 0, clause__isnull=False)
    versions = sorted(set(clauses.values_list("clause__version_id", flat=True)))
    names = sorted(set(clauses.values_list("name_zh", "version_number")))
    shown = "; ".join(f"{name} {number}".strip() for name, number in names)[:200]
    return shown or cause.value, others.filter(bases__clause__version_id__in=versions)
