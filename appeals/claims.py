"""What an appeal's rows must say because its events say it. Commands write into events what is computed here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from appeals.described import DECISION, POINT, RULING
from appeals.models import (
    Appeal,
    AppealItem,
    Assignment,
    AssistedFiling,
    DecidedBy,
    Decision,
    DecisionPoint,
    EvidenceItem,
    FirstView,
    Ruling,
    TakenDown,
)
from archive.translations import Original, claim
from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, plain, said
from casework.machine import holder_after
from casework.models import Event


def content_of_decision(
    decision: Decision, rulings: Iterable[Ruling] | None = None, points: Iterable[DecisionPoint] | None = None
) -> dict[str, Any]:
    """Everything that a decision says, as `case.json` holds it beside the officer's code.

    A command that just wrote its parts hands them in, and nothing is read again.
    """
    rulings = sorted(decision.rulings.all() if rulings is None else rulings, key=lambda r: r.measure.no)
    points = decision.points.all() if points is None else points
    departs = {"departure_reason": decision.departure_reason} if decision.departure_reason else {}
    content: dict[str, Any] = plain(
        {
            **DECISION(decision),
            "by": decision.by_kind,
            **departs,
            "rulings": [RULING(r) | {"measure": r.measure.no} for r in rulings],
            "points": [POINT(p) for p in sorted(points, key=lambda p: p.no)],
        }
    )
    return content


def originals_of(decision: Decision) -> list[Original]:
    """What the person who decided wrote in the letter, each with its name: what can be translated."""
    found = [
        Original("reasons", _("Reasons"), decision.reasons),
        Original("rule-application", _("How the rule was applied"), decision.rule_application),
        Original(
            "departure-reason", _("Why the measure stands although no fact was established"), decision.departure_reason
        ),
    ]
    for point in decision.points.all():
        title = _("Finding %(no)s") % {"no": point.no}
        found.append(Original(f"point-{point.no}", title, f"{point.text}\n{point.sentence}"))
    return found


def filing_hash(items: Iterable[tuple[int, str, str]], late_reason: str, new_facts: str) -> str:
    """Covers what was filed beside the statement: each item, why it is late, and what is new where something is."""
    new = {"new_facts": new_facts} if new_facts else {}
    return digest({"items": [list(item) for item in items], "late_reason": late_reason} | new)


def manifest_hash(items: Iterable[EvidenceItem]) -> str:
    """Covers a version of evidence: number, caption and file of each piece."""
    return digest([{"no": i.no, "caption": digest(i.caption), "sha256": i.attachment.sha256} for i in items])


def _filed(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    items = [(i.measure.no, str(i.ground), i.statement) for i in sorted(appeal.items.all(), key=lambda i: i.no)]
    yield from said(
        event,
        notice=appeal.notice.ref,
        round=appeal.round,
        level=str(appeal.level),
        ground=appeal.ground,
        statement=digest(appeal.statement),
        review=str(appeal.review),
        late=appeal.is_late,
        filing=filing_hash(items, appeal.late_reason, appeal.new_facts),
    )
    yield "filed_at", moment(event.at), moment(appeal.filed_at)
    yield "filed_by", event.actor_ref, appeal.filed_by.ref
    grouped = getattr(appeal, "grouped", None)
    yield "group", event.facts.get("group"), grouped and grouped.group.ref
    yield "group_no", event.facts.get("group_no"), grouped and grouped.no
    yield from _taken_down(appeal, event, TakenDown.DEMAND if event.facts.get("demanded") else TakenDown.APPEAL)


def _demanded(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    yield "human_demanded", True, appeal.human_demanded
    yield from said(event, via=appeal.demand.via)
    yield from _taken_down(appeal, event, TakenDown.DEMAND)


def _taken_down(appeal: Appeal, event: Event, what: TakenDown) -> Iterator[Comparison]:
    row = next((each for each in appeal.assisted.all() if each.what == what), None)
    yield f"assisted {what}", event.facts.get("for_caller"), None if row is None else str(row.identified_by)
    yield f"officer {what}", event.actor_ref if row else None, None if row is None else row.officer.ref


def _confirmed(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    said_in = {each.correction for each in appeal.assisted.all() if each.answered_at == event.at}
    yield "correction", {event.facts["correction"]}, {digest(text) if text else "" for text in said_in}


def _submitted(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    version = next(v for v in appeal.submissions.all() if v.version == event.facts["version"])
    items = sorted((i for i in appeal.evidence.all() if i.submission_id == version.pk), key=lambda i: i.no)
    yield from said(event, manifest=manifest_hash(items), items=[i.no for i in items])
    yield "manifest_hash", event.facts["manifest"], version.manifest_hash
    yield "submitted_at", moment(event.at), moment(version.submitted_at)


def _viewed(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    view = next(v for v in appeal.first_views.all() if v.reviewer.ref == event.actor_ref)
    yield from said(event, view=view.fingerprint)


def _assigned(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    row = next(each for each in appeal.assignments.all() if each.no == event.facts["no"])
    yield from said(event, to=row.reviewer.ref, note=digest(row.note))
    yield from said(event, **{"from": row.taken_from.ref if row.taken_from else ""})
    yield "assigned_by", event.actor_ref, row.assigned_by.ref
    yield "assigned_at", moment(event.at), moment(row.assigned_at)


def _asked(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    request = next(r for r in appeal.requests.all() if r.no == event.facts["request"])
    yield from said(event, item=digest(request.item), fact=digest(request.fact))


def _responded(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    request = next(r for r in appeal.requests.all() if r.no == event.facts["request"])
    yield from said(event, answer=digest(request.answer))


def _late_answered(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    yield from said(event, answer=digest(appeal.late_answer))


def _decided(appeal: Appeal, event: Event) -> Iterator[Comparison]:
    decision = appeal.decision
    points = sorted(decision.points.all(), key=lambda p: p.no)
    yield from said(
        event,
        outcome=decision.outcome,
        by=decision.by_kind,
        reasons=digest(decision.reasons),
        points=[p.finding for p in points],
        system_view=str(decision.system_view),
        content=digest(content_of_decision(decision)),
    )
    yield "decided_at", moment(event.at), moment(decision.decided_at)
    if decision.by_kind == DecidedBy.HUMAN:
        yield "decision.reviewer", event.actor_ref, getattr(decision.reviewer, "ref", None)
        views = {v.reviewer.ref: v.fingerprint for v in appeal.first_views.all()}
        yield from said(event, first_view=views.get(event.actor_ref))
    else:
        yield "decision.reviewer", None, decision.reviewer
        yield from said(event, certificate=decision.certificate_ref or None)


def _whole(appeal: Appeal, events: Sequence[Event]) -> Iterator[Comparison]:
    """What the appeal's own columns say of how it ended, who holds it, and whether a person was demanded."""
    decided = next((e for e in events if e.type == "appeal.decided"), None)
    yield "outcome", decided and decided.facts.get("outcome"), appeal.outcome
    yield "decided_by_kind", decided and decided.facts.get("by"), appeal.decided_by_kind
    yield "decided_at", decided and moment(decided.at), appeal.decided_at and moment(appeal.decided_at)
    yield "reviewer", holder_after(Appeal, events), getattr(appeal.reviewer, "ref", None)
    demanded = events[0].facts.get("demanded") or any(e.type == "appeal.human_demanded" for e in events)
    yield "human_demanded", bool(demanded), appeal.human_demanded
    yield "evidence_version", sum(e.type == "appeal.evidence_submitted" for e in events), appeal.evidence_version


CLAIMS = {
    Appeal.KIND: Claims(
        by_event={
            "appeal.filed": _filed,
            "appeal.human_demanded": _demanded,
            "appeal.filing_confirmed": _confirmed,
            "appeal.evidence_submitted": _submitted,
            "appeal.first_view_recorded": _viewed,
            "appeal.assigned": _assigned,
            "appeal.information_requested": _asked,
            "appeal.information_given": _responded,
            "appeal.late_accepted": _late_answered,
            "appeal.late_refused": _late_answered,
            "appeal.decided": _decided,
            "appeal.translated": claim,
        },
        of_case=_whole,
        parts=(
            "notice",
            "reviewer",
            "filed_by",
            "demand",
            "grouped__group",
            "decision__reviewer",
        ),
        rows=(
            "decision__points",
            "decision__rulings__measure",
            "submissions",
            "requests",
            Prefetch("assignments", Assignment.objects.select_related("reviewer", "taken_from", "assigned_by")),
            Prefetch("assisted", AssistedFiling.objects.select_related("officer")),
            Prefetch("items", AppealItem.objects.select_related("measure")),
            Prefetch("evidence", EvidenceItem.objects.select_related("attachment")),
            Prefetch("first_views", FirstView.objects.select_related("reviewer")),
        ),
    )
}
