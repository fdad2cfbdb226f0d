"""What a notice's rows must say because its events say it. Commands write into events what is computed here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from archive.translations import Original, claim
from casework.canonical import digest
from casework.claims import Claims, Comparison, plain, said
from casework.models import Event
from casework.named import named
from notices.models import Basis, Disclosure, Exhibit, Measure, Notice, Publication, SiblingReview


def text_hash(facts: str, reasons: str) -> str:
    return digest({"facts": facts, "reasons": reasons})


def originals_of(notice: Notice) -> list[Original]:
    """What the notice says in words of its own, as it reads now: what can be translated."""
    return [Original("facts", _("Facts"), notice.facts), Original("reasons", _("Reasons"), notice.reasons)]


def issued_hash(
    notice: Notice, *, measures: Iterable[Measure], bases: Iterable[Basis], exhibits: Iterable[Exhibit]
) -> str:
    """Covers the notice as it was issued, all but facts and reasons, which have a hash of their own."""
    content: dict[str, Any] = {
        **named(notice, lambda n: (n.external_ref, n.language, n.conduct_at, n.decided_at)),
        **named(notice, lambda n: (n.breach_kind, n.is_precautionary, n.decision_tool)),
        **named(notice, lambda n: (n.continues_during_appeal, n.detection_source, n.detection_tool)),
        **named(notice, lambda n: (n.data_used, n.data_not_used, n.served_at)),
        "decided_by": getattr(notice.decided_by, "ref", ""),
        "evidence_was_opened": notice.evidence_was_opened,
        "measures": [
            named(m, lambda m: (m.no, m.object_kind, m.object_ref, m.object_label))
            | named(m, lambda m: (m.scope, m.starts_at, m.currency, m.calculation))
            | {"type": m.type_id}
            | ({} if m.points is None else {"points": m.points.amount})
            | {"ends_at": m.original_ends_at or m.ends_at}
            | {"amount_minor": m.amount_minor if m.original_amount_minor is None else m.original_amount_minor}
            for m in measures
        ],
        "basis": [
            named(b, lambda b: (b.no, b.kind, b.name_zh, b.name_en))
            | named(b, lambda b: (b.clause_number, b.version_number, b.text_zh, b.text_en))
            for b in bases
        ],
        **({"ordered_by": notice.ordered_by, "order_no": notice.order_no} if notice.order_no else {}),
        **({"contradicts": notice.contradicts.ref, "new": notice.what_is_new} if notice.contradicts else {}),
        "evidence": [named(e, lambda e: (e.no, e.caption, e.excerpt, e.captured_at, e.sha256)) for e in exhibits],
    }
    return digest(plain(content))


def _issued(notice: Notice, event: Event) -> Iterator[Comparison]:
    measures = sorted(notice.measures.all(), key=lambda measure: measure.no)
    bases = sorted(notice.bases.all(), key=lambda basis: basis.no)
    exhibits = sorted(notice.exhibits.all(), key=lambda exhibit: exhibit.no)
    first = next((e for e in notice.editions.all() if e.no == 1), notice)
    yield from said(
        event,
        text=text_hash(first.facts, first.reasons),
        basis=[b.text_hash for b in bases],
        evidence=[e.attachment.sha256 if e.attachment else digest(e.excerpt) for e in exhibits],
        measures=[m.type_id for m in measures],
        detection=notice.detection_source,
        content=issued_hash(notice, measures=measures, bases=bases, exhibits=exhibits),
    )
    yield "evidence.sha256", event.facts.get("evidence"), [e.sha256 for e in exhibits]
    if "kinds" in event.facts:
        yield "kinds", event.facts["kinds"], [m.type_version.words_hash for m in measures if m.type_version]
    for basis in bases:
        yield f"basis {basis.no}", basis.text_hash, digest({"zh": basis.text_zh, "en": basis.text_en})
    yield "third party", event.facts.get("executor", {}).get("act"), getattr(notice.act, "ref", None)
    recorded = event.facts["decision"]
    yield "decided_by", recorded["person"], notice.decided_by_id is not None
    yield "tool", recorded["tool"], bool(notice.decision_tool)
    yield "opened", recorded["opened"], notice.evidence_was_opened
    yield "rests on", event.facts.get("rests_on", []), [g.earlier.ref for g in notice.grounds.all()]
    yield "opened exhibits", recorded.get("exhibits"), notice.opened_exhibits


def _confirmed(notice: Notice, event: Event) -> Iterator[Comparison]:
    yield "disclosure", Disclosure.RECORDED, notice.disclosure
    yield "confirmed_at", event.effective_at, notice.confirmed_at
    opened = {row.opened_by_id for e in notice.exhibits.all() for row in e.openings.all()}
    yield "opened by who decided", True, notice.decided_by_id in opened
    yield "exhibits", event.facts["exhibits"], sorted(e.no for e in notice.exhibits.all() if e.openings.all())


def _amended(notice: Notice, event: Event) -> Iterator[Comparison]:
    replaced = next(e for e in notice.editions.all() if e.text_hash == event.facts["before"])
    following = next((e for e in notice.editions.all() if e.no == replaced.no + 1), notice)
    yield from said(
        event,
        text=text_hash(following.facts, following.reasons),
        before=text_hash(replaced.facts, replaced.reasons),
        why=digest(replaced.why),
    )


def _revoked(notice: Notice, event: Event) -> Iterator[Comparison]:
    if "reason" in event.facts:
        yield from said(event, reason=digest(notice.withdrawn_reason))
    yield from _owed(notice, event)


def _owed(notice: Notice, event: Event) -> Iterator[Comparison]:
    refs = {r.ref for r in notice.remedies.all()}
    yield "remedies", [], [ref for ref in event.facts.get("remedies", ()) if ref not in refs]


def _remedy(notice: Notice, event: Event) -> Iterator[Comparison]:
    remedy = next(r for r in notice.remedies.all() if r.ref == event.facts["remedy"])
    yield from said(event, kind=remedy.kind)


def _whole(notice: Notice, events: Sequence[Event]) -> Iterator[Comparison]:
    texts = [e.facts["text"] for e in events if e.type in ("notice.issued", "notice.amended")]
    yield "text_hash", texts[-1], notice.text_hash
    yield "text", texts[-1], text_hash(notice.facts, notice.reasons)
    yield "edition", len(texts), notice.edition
    by_system = any(e.type == "notice.revoked" and "reason" in e.facts for e in events)
    yield "withdrawn_reason", by_system, bool(notice.withdrawn_reason)
    is_recorded = any(e.type == "notice.decision_confirmed" for e in events)
    yield "on record", is_recorded, notice.disclosure == Disclosure.RECORDED


def _sibling(review: SiblingReview, event: Event) -> Iterator[Comparison]:
    yield from said(event, notice=review.notice.ref, reasons=digest(review.reasons))


def _publication(row: Publication, event: Event) -> Iterator[Comparison]:
    words = {name: digest(getattr(row, name)) for name in ("act", "regulator", "receipt")}
    yield from said(event, notice=row.notice.ref, **words)


CLAIMS = {
    Publication.KIND: Claims(
        by_event=dict.fromkeys(("publication.opened", "publication.published", "publication.reported"), _publication),
        parts=("notice",),
    ),
    Notice.KIND: Claims(
        by_event={
            "notice.issued": _issued,
            "notice.amended": _amended,
            "notice.decision_confirmed": _confirmed,
            "notice.revoked": _revoked,
            "notice.translated": claim,
            "notice.reduced": _owed,
            "notice.remedy_confirmed": _remedy,
            "notice.remedy_failed": _remedy,
        },
        of_case=_whole,
        parts=("decided_by", "act", "contradicts"),
        rows=(
            "measures__type_version",
            "measures__points",
            "bases",
            "exhibits__attachment",
            "exhibits__openings",
            "editions",
            "remedies",
            "grounds__earlier",
        ),
    ),
    SiblingReview.KIND: Claims(
        by_event={"sibling.opened": _sibling, "sibling.kept": _sibling, "sibling.corrected": _sibling},
        parts=("notice",),
    ),
}
