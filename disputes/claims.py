"""What a dispute's rows must say because its events say it. Commands write into events what is computed here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, F, Max, Prefetch
from django.utils.translation import gettext as _

from archive.translations import Original, claim
from casework.canonical import digest, moment
from casework.claims import Claims, Comparison, plain, said
from casework.machine import holder_after
from casework.models import Event
from casework.named import named
from disputes.choices import Side
from disputes.described import DETERMINATION, FINDING, RECORD
from disputes.models import (
    Appraisal,
    AssistedFiling,
    CustodyStep,
    Determination,
    Dispute,
    DisputeAssignment,
    EvidenceItem,
    FactAtIssue,
    FactRuling,
    FastRefund,
    IdentityRequest,
    Offer,
    PlatformRecord,
    Room,
    TakenDown,
)


def content_of_determination(determination: Determination) -> dict[str, Any]:
    """Everything that a determination says, as `case.json` holds it beside the officer's code."""
    content: dict[str, Any] = plain(
        {
            **DETERMINATION(determination),
            **named(determination, lambda d: (d.derived, d.stakes)),
            "findings": [
                FINDING(each) | {"fact": each.fact.no}
                for each in sorted(determination.findings.all(), key=lambda f: f.no)
            ],
        }
    )
    return content


def originals_of(determination: Determination) -> list[Original]:
    """What the mediator wrote in the letter, each with its name: what can be translated."""
    found = [
        Original("reasons", _("Reasons"), determination.reasons),
        Original("departure-reasons", _("Why it departs from what the table derives"), determination.departure_reasons),
        Original("no-return-reason", _("Why the goods need not go back"), determination.no_return_reason),
        Original("goods-reason", _("Why no goods go back"), determination.goods_are_reason),
    ]
    findings = determination.findings.all()
    return found + [Original(f"finding-{f.no}", _("Finding %(no)s") % {"no": f.no}, f.sentence) for f in findings]


def manifest_hash(items: Iterable[EvidenceItem]) -> str:
    """Covers a version of evidence: number, caption and content of each piece, and whether it is withheld."""
    return digest(
        [{"no": i.no, "caption": digest(i.caption), "sha256": i.sha256, "withheld": i.is_withheld} for i in items]
    )


def origin_hash(record: PlatformRecord) -> str:
    """Covers where a platform record came from, who collected it and how, and the two times."""
    return digest(plain(RECORD(record)))


def content_of_appraisal(row: Appraisal) -> dict[str, Any]:
    """What was proposed: who tests what, for which question, and who pays first."""
    content: dict[str, Any] = plain(named(row, lambda r: (r.no, r.body, r.item, r.question, r.authority, r.pays_first)))
    return content


def content_of_offer(offer: Offer) -> dict[str, Any]:
    """What somebody offers, or accepts."""
    content: dict[str, Any] = plain(
        named(offer, lambda o: (o.no, o.side, o.remedy, o.amount_minor, o.goods_back, o.freight_payer, o.note))
    )
    return content


def content_of_custody(step: CustodyStep) -> dict[str, Any]:
    """One step of a chain of custody, as it was recorded."""
    content: dict[str, Any] = plain(named(step, lambda s: (s.no, s.from_holder, s.to_holder, s.condition)))
    return content


def content_of_identity(row: IdentityRequest) -> dict[str, Any]:
    """The card of a merchant, as it was given to the consumer."""
    content: dict[str, Any] = plain(named(row, lambda r: (r.no, r.name, r.licence, r.address, r.contact)))
    return content


def content_of_fast_refund(row: FastRefund) -> dict[str, Any]:
    """What a dispute was opened with: who bears how much, and by which version of a shop's consent."""
    content: dict[str, Any] = plain(
        named(row, lambda r: (r.payer, r.amount_minor)) | {"opt_in": row.opt_in.version if row.opt_in else ""}
    )
    return content


def facts_of_opening(dispute: Dispute, *, notice: str, refund: FastRefund | None) -> dict[str, Any]:
    """What the ledger says of an opening, with the ref of the notice that it is about, if any."""
    return {
        "ground": dispute.ground.slug,
        "table": dispute.table.digest,
        "order": dispute.order_digest,
        "claim": dispute.claim_remedy,
        "amount_minor": dispute.claim_amount_minor,
        "statement": digest(dispute.statement),
        **({"notice": notice} if notice else {}),
        **({} if refund is None else {"fast_refund": content_of_fast_refund(refund)}),
    }


def _fast_refunded(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = dispute.fast_refund
    yield from said(event, payer=str(row.payer), amount_minor=row.amount_minor)
    yield "opt_in", event.facts.get("opt_in"), getattr(row.opt_in, "version", None)
    yield "accepted_at", moment(event.at), row.accepted_at and moment(row.accepted_at)


def _opened(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    yield from said(
        event,
        ground=dispute.ground.slug,
        table=dispute.table.digest,
        order=dispute.order_digest,
        claim=dispute.claim_remedy,
        amount_minor=dispute.claim_amount_minor,
        statement=digest(dispute.statement),
    )
    yield "notice", event.facts.get("notice"), getattr(dispute.notice, "ref", None)
    row = getattr(dispute, "fast_refund", None)
    yield "fast_refund", event.facts.get("fast_refund"), row and content_of_fast_refund(row)
    yield from _taken_down(dispute, event, TakenDown.DISPUTE, Side.CLAIMANT)


def _answered(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    yield from said(event, answer=digest(dispute.first_answer))
    yield "answered_at", moment(event.at), dispute.answered_at and moment(dispute.answered_at)
    yield "refused_at", bool(event.facts.get("refuses")), dispute.refused_at is not None


def _submitted(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    numbers = event.facts["items"]
    items = sorted((i for i in dispute.evidence.all() if i.no in numbers), key=lambda i: i.no)
    yield from said(event, items=[i.no for i in items], manifest=manifest_hash(items))
    for item in items:
        yield f"evidence {item.no}", item.sha256, _content_hash(item)


def _content_hash(item: EvidenceItem) -> str:
    if item.attachment is not None:
        return item.attachment.sha256
    if item.record is not None:
        return digest(item.record.content)
    assert item.message is not None
    return item.message.sha256  # its text may have been taken back; the hash stays


def _sealed(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    records = sorted(
        (i.record for i in dispute.evidence.all() if i.record and i.record.pull.ref == event.facts["pull"]),
        key=lambda record: record.pk,
    )
    yield from said(event, records=[digest(r.content) for r in records], origins=[origin_hash(r) for r in records])
    yield "records.sha256", event.facts["records"], [r.sha256 for r in records]


def _objected(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    item = next(i for i in dispute.evidence.all() if i.no == event.facts["item"])
    made = (o for o in item.objections.all() if o.side == event.facts["side"] and o.ground == event.facts["ground"])
    yield from said(event, text=digest(next(made).text))


def _determined(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = next(d for d in dispute.determinations.all() if d.round == event.facts["round"])
    findings = sorted(row.findings.all(), key=lambda f: f.no)
    yield from said(
        event,
        **named(row, lambda r: (r.outcome, r.remedy, r.departs, r.stakes)),
        reasons=digest(row.reasons),
        findings=[{"fact": f.no, "state": f.state, "established": f.established} for f in findings],
        content=digest(content_of_determination(row)),
    )
    yield "determination.mediator", event.actor_ref, row.mediator.ref
    yield "determination.decided_at", moment(event.at), moment(row.decided_at)


def _ruled(fact: FactAtIssue, event: Event) -> Iterator[Comparison]:
    """The ruling that was made at the event's moment."""
    ruling = next(r for r in fact.rulings.all() if r.ruled_at == event.at)
    yield from said(
        event,
        reasons=digest(ruling.reasons),
        round=ruling.round,
        evidence=sorted(each.item.no for each in ruling.reliance.all()),
    )
    proved = event.facts["established"] if event.verb == "infer" else event.verb == "rule_proved"
    yield "ruling.proved", proved, ruling.proved
    yield "ruling.mediator", event.actor_ref, ruling.mediator.ref


def _appraisal_of(dispute: Dispute, event: Event) -> Appraisal:
    return next(a for a in dispute.appraisals.all() if a.no == event.facts["appraisal"])


def _appraisal_proposed(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    yield from said(event, content=digest(content_of_appraisal(_appraisal_of(dispute, event))))


def _custody_recorded(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = _appraisal_of(dispute, event)
    step = next(s for s in row.custody.all() if s.no == event.facts["step"])
    yield from said(event, content=digest(content_of_custody(step)))


def _appraisal_ended(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = _appraisal_of(dispute, event)
    yield from said(event, result=str(row.state), report=digest(row.report), findings=digest(row.findings))


def _identity_answered(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = next(r for r in dispute.identity_requests.all() if r.no == event.facts["request"])
    yield from said(event, answer=str(row.state))
    if "reason" in event.facts:
        yield from said(event, reason=str(row.refusal), order=digest(row.order_no))
    elif row.purged_at is None:
        yield from said(event, content=digest(content_of_identity(row)))


def _offered(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    offer = next(each for each in dispute.offers.all() if each.no == event.facts["offer"])
    yield from said(event, terms=digest(content_of_offer(offer)))


def _assigned(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    row = next(each for each in dispute.assignments.all() if each.no == event.facts["no"])
    yield from said(event, to=row.mediator.ref, note=digest(row.note))
    yield from said(event, **{"from": row.taken_from.ref if row.taken_from else ""})
    yield "assigned_by", event.actor_ref, row.assigned_by.ref
    yield "assigned_at", moment(event.at), moment(row.assigned_at)


def _demanded(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    yield "human_demanded", True, dispute.human_demanded
    yield from _taken_down(dispute, event, TakenDown.DEMAND, event.facts["side"])


def _taken_down(dispute: Dispute, event: Event, what: TakenDown, side: str) -> Iterator[Comparison]:
    row = next((each for each in dispute.assisted.all() if (each.what, each.side) == (what, side)), None)
    yield f"assisted {what}", event.facts.get("for_caller", False), row is not None
    yield f"officer {what}", event.actor_ref if row else None, None if row is None else row.officer.ref


def _confirmed(dispute: Dispute, event: Event) -> Iterator[Comparison]:
    answered = (row for row in dispute.assisted.all() if row.answered_at == event.at)
    said_in = {row.correction for row in answered if row.side == event.facts["side"]}
    yield "correction", {event.facts["correction"]}, {digest(text) if text else "" for text in said_in}


def _whole(dispute: Dispute, events: Sequence[Event]) -> Iterator[Comparison]:
    yield "mediator", holder_after(Dispute, events), getattr(dispute.mediator, "ref", None)
    yield "determinations", sum(e.type == "dispute.determined" for e in events), len(dispute.determinations.all())


def _fact_whole(fact: FactAtIssue, events: Sequence[Event]) -> Iterator[Comparison]:
    settled = [e.facts["established"] for e in events if "established" in e.facts]
    yield "established", settled[-1] if settled else None, fact.established


def faults_of_rooms() -> Iterator[str]:
    """Every room whose head is not the number of its messages."""
    rooms = Room.objects.annotate(messages_there=Count("messages"), newest=Max("messages__sequence", default=0))
    for room in rooms.exclude(head=F("messages_there"), newest=F("head")).order_by("pk").iterator(chunk_size=2000):
        yield f"{room.pk}: its head is {room.head}, and it has {room.messages_there} messages up to {room.newest}"


CLAIMS = {
    Dispute.KIND: Claims(
        by_event={
            "dispute.opened": _opened,
            "dispute.answered": _answered,
            "dispute.fast_refunded": _fast_refunded,
            "dispute.human_demanded": _demanded,
            "dispute.assigned": _assigned,
            "dispute.filing_confirmed": _confirmed,
            "dispute.offer_made": _offered,
            "dispute.offer_accepted": _offered,
            "dispute.settled": _offered,
            "dispute.evidence_submitted": _submitted,
            "dispute.evidence_objected": _objected,
            "dispute.records_sealed": _sealed,
            "dispute.determined": _determined,
            "dispute.translated": claim,
            "dispute.appraisal_proposed": _appraisal_proposed,
            "dispute.custody_recorded": _custody_recorded,
            "dispute.appraisal_ended": _appraisal_ended,
            "dispute.identity_answered": _identity_answered,
        },
        of_case=_whole,
        parts=("ground", "table", "mediator", "notice", "fast_refund__opt_in"),
        rows=(
            Prefetch("evidence", EvidenceItem.objects.select_related("attachment", "record__pull", "message")),
            "evidence__objections",
            Prefetch("determinations", Determination.objects.select_related("mediator")),
            "determinations__findings__fact",
            Prefetch("assignments", DisputeAssignment.objects.select_related("mediator", "taken_from", "assigned_by")),
            Prefetch("assisted", AssistedFiling.objects.select_related("officer")),
            "offers",
            "appraisals__custody",
            "identity_requests",
        ),
    ),
    FactAtIssue.KIND: Claims(
        by_event={"fact.ruled": _ruled},
        of_case=_fact_whole,
        rows=(Prefetch("rulings", FactRuling.objects.select_related("mediator")), "rulings__reliance__item"),
    ),
}
