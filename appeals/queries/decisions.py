"""Every decision of an appeal and every second look, with what whoever decided had seen: for the log of decisions.

What does not belong here: what is decided, and what of it a party reads.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from appeals.models import Appeal, AuditView, Decision, EvidenceItem, FirstView, Opening, TriageSuggestion
from appeals.policies import OVERSEES, REVIEWS, differing_for, may_read_appeal
from casework.actor import Actor
from casework.errors import NotAllowed, or_not_found, require


def decisions_for(actor: Actor) -> QuerySet[Decision]:
    """Every decision, for whoever oversees; of a reviewer their own. Raises `NotAllowed`."""
    rows = Decision.objects.select_related("reviewer", "appeal__party", "appeal__notice")
    return rows.filter(_own_of(actor))


def second_looks_given(actor: Actor) -> QuerySet[AuditView]:
    """Every second look, likewise; `decided_at` is when it was given."""
    rows = AuditView.objects.select_related("reviewer", "decision__reviewer", "decision__appeal__party")
    return rows.filter(_own_of(actor)).annotate(decided_at=F("viewed_at"))


def looks_that_differ(actor: Actor) -> QuerySet[AuditView]:
    """The second looks that differ from the decision of a person and are not settled, for whom `differing_for` says."""
    rows = differing_for(actor).filter(calibration__isnull=True).select_related("decision__appeal__party")
    return rows.annotate(decided_at=F("viewed_at"))


def differing_look(actor: Actor, ref: str) -> AuditView:
    """One of them, or settled already, by its appeal. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`."""
    rows = differing_for(actor).filter(decision__appeal__ref=ref)
    row = or_not_found(
        rows.select_related("decision__appeal__notice", "decision__reviewer", "contest", "calibration").first()
    )
    require(may_read_appeal(actor, row.decision.appeal))
    return row


def _own_of(actor: Actor) -> Q:
    if actor.has_role(*OVERSEES):
        return Q()
    if not actor.has_role(*REVIEWS):
        raise NotAllowed()
    return Q(reviewer_id=actor.user_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """What whoever decided had seen: their first view, what the system had leaned to, and `opened` of `pieces`."""

    first: FirstView | None
    permille: int | None
    opened: int
    pieces: int


def seen_before(rows: Sequence[Decision]) -> dict[int, Seen]:
    """The same of each of these decisions, by its key, in six statements."""
    cases = [row.appeal_id for row in rows]
    by = {(row.appeal_id, row.reviewer_id) for row in rows}
    views = {
        each.appeal_id: each
        for each in FirstView.objects.filter(appeal__in=cases)
        if (each.appeal_id, each.reviewer_id) in by
    }
    suggested = TriageSuggestion.objects.filter(appeal__in=cases).order_by("appeal_version")
    leaned = dict(suggested.values_list("appeal_id", "overturn_permille"))
    opened: Counter[int] = Counter()
    read = Opening.objects.filter(appeal__in=cases).exclude(subject__in=["notice", "suggestion"])
    for appeal_id, reviewer_id, n in read.order_by().values_list("appeal_id", "reviewer_id").annotate(n=Count("pk")):
        opened[appeal_id] += n if (appeal_id, reviewer_id) in by else 0
    handed_in = EvidenceItem.objects.filter(appeal__in=cases, submission__isnull=False).order_by()
    evidence = dict(handed_in.values("appeal_id").annotate(n=Count("pk")).values_list("appeal_id", "n"))
    exhibits = dict(Appeal.objects.filter(pk__in=cases).annotate(n=Count("notice__exhibits")).values_list("pk", "n"))
    return {
        row.pk: Seen(
            views.get(row.appeal_id),
            leaned.get(row.appeal_id),
            opened[row.appeal_id],
            1 + evidence.get(row.appeal_id, 0) + exhibits.get(row.appeal_id, 0),
        )
        for row in rows
    }
