"""The case file of one dispute: what a side, its mediator or oversight may keep, to read and to prove without us.

It holds what its reader may see and nothing else: not what the other side withheld, nor the other side's own talk with
the mediator, nor, for who decides, any offer. Nobody is named in it but the parties: staff are outward codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import case_file
from archive.case_file import Section
from archive.checkpoints import proof_of
from archive.letters import Letter
from casework.actor import Actor
from casework.canonical import canonical
from casework.formats import beijing_time, money, officer
from casework.languages import LANGUAGES
from casework.models import Event
from casework.named import named
from disputes import described
from disputes.choices import Lane, Record, Side
from disputes.claims import content_of_determination
from disputes.fast_refund import fast_refund_of
from disputes.models import Determination, Dispute, FastRefund, Offer, TakenDown
from disputes.participants import lane_read_by
from disputes.policies import sees_offers
from disputes.queries.assisted import AssistedView, assisted_shown_to
from disputes.queries.cases import (
    EvidenceView,
    FactView,
    dispute_for,
    events_of,
    events_of_facts,
    evidence_shown_to,
    facts_of,
    offers_shown_to,
)
from disputes.queries.letter import letter_of, who
from disputes.queries.receipts import receipts_file
from disputes.queries.room import MAX_PAGE, pictures_after
from disputes.queries.timeline import hides, timeline_of
from disputes.records import GapReason
from files.attachments import FileCopy


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything of the dispute that this reader may see."""

    actor: Actor
    dispute: Dispute
    facts: Sequence[FactView]
    evidence: Sequence[EvidenceView]
    determinations: Sequence[Determination]
    talk: Mapping[str, Sequence[Mapping[str, Any]]]


def write_case_file(out: IO[bytes], *, actor: Actor, ref: str, now: datetime) -> Dispute:
    """The archive of the dispute, as far as this actor may see it, is written to `out`; returns the dispute.

    Raises `NotFound` for missing and foreign alike.
    """
    case = _case_of(actor, ref)
    dispute = case.dispute
    case_file.write(
        out,
        case=dispute,
        chains=_chains(case),
        files={name: _file(view) for view in case.evidence if (name := _file_name(view))},
        data={
            "case.json": _data(case),
            "room.json": case.talk,
            **proof_of(dispute, *(view.fact for view in case.facts)),
            **receipts_file(actor, dispute, now=now),
        },
        letters=[letter_of(actor, dispute, d, language=each) for d in case.determinations for each in LANGUAGES],
        sections=lambda letters: _sections(case, letters, now=now),
        now=now,
    )
    return dispute


def _case_of(actor: Actor, ref: str, *, talk: bool = True) -> _Case:
    dispute = dispute_for(actor, ref)
    return _Case(
        actor=actor,
        dispute=dispute,
        facts=facts_of(actor, dispute),
        evidence=[view for view in evidence_shown_to(actor, dispute) if not view.is_draft],
        determinations=sorted(dispute.determinations.all(), key=lambda d: d.round),
        talk={str(lane): list(_entries(actor, ref, lane)) for lane in _lanes(actor, dispute)} if talk else {},
    )


def _chains(case: _Case) -> list[dict[str, Any]]:
    of_facts: dict[int, list[Event]] = {}
    for event in events_of_facts(case.dispute):
        of_facts.setdefault(event.case_id, []).append(event)
    is_hidden = hides(case.actor, case.dispute)
    own = case_file.chain_of(case.dispute, events_of(case.dispute), is_hidden=is_hidden)
    return [own, *(case_file.chain_of(view.fact, of_facts.get(view.fact.pk, [])) for view in case.facts)]


def _lanes(actor: Actor, dispute: Dispute) -> list[Lane]:
    """The streams of the room that this reader may read."""
    opened = set(dispute.rooms.values_list("lane", flat=True))
    found = [lane_read_by(actor, dispute, lane) for lane in Lane if lane in opened]
    return [lane for lane in found if lane is not None]


def _entries(actor: Actor, ref: str, lane: str) -> Iterator[dict[str, Any]]:
    after = 0
    while page := pictures_after(actor, ref, lane, after, MAX_PAGE):
        for entry in page:
            yield {name: value for name, value in entry.items() if name not in ("mine", "client_id")}
        after = int(page[-1]["sequence"])


def _file_name(view: EvidenceView) -> str:
    """Where the piece lies in the archive; empty for what is no file, or hidden."""
    item = view.item
    if view.is_hidden:
        return ""
    if view.copy is not None:
        return f"evidence/{item.no}-{view.copy.name}"
    return f"records/{item.no}-{item.record.kind}.json" if item.record is not None else ""


def _file(view: EvidenceView) -> FileCopy | bytes:
    if view.copy is not None:
        return view.copy
    assert view.item.record is not None
    return canonical(view.item.record.content)  # so that its SHA-256 is the record's own


# — as data —


def _data(case: _Case) -> dict[str, Any]:
    dispute = case.dispute
    offers = offers_shown_to(case.actor, dispute)
    with_answers = sees_offers(case.actor, dispute)
    consents = dispute.no_return_consents.select_related("party").order_by("pk")
    return {
        "dispute": _dispute(dispute)
        | {
            "assisted": [
                named(each, lambda e: (e.what, e.side, e.taken_at, e.answered_at, e.correction, e.identified_by))
                | {"officer": each.officer_code}
                for each in assisted_shown_to(case.actor, dispute)
            ]
        },
        "rule": {
            "code": dispute.table.version.rule.code,
            "name_zh": dispute.table.version.rule.name_zh,
            "name_en": dispute.table.version.rule.name_en,
            "version": dispute.table.version.number,
            "table_digest": dispute.table.digest,
            **named(dispute.ground, lambda g: (g.title_zh, g.title_en)),
            "ground": dispute.ground.code,
        },
        "facts": [_fact(view) for view in case.facts],
        "evidence": [_evidence(view) for view in case.evidence],
        "records": _pulls(case),
        "offers": [_offer(offer, with_answers=with_answers) for offer in offers],
        "no_return_consents": [{"given_at": each.given_at, "party": each.party.name} for each in consents],
        "appraisals": [
            described.APPRAISAL(each) | {"custody": [described.CUSTODY(step) for step in each.custody.all()]}
            for each in dispute.appraisals.all()
        ],
        "identity_requests": [  # never the card: each reading of it is an event
            described.IDENTITY_REQUEST(each) | {"order_no": each.order_no} for each in dispute.identity_requests.all()
        ],
        "determinations": [_determination(each) for each in case.determinations],
        "obligations": [described.OBLIGATION(each) for each in dispute.obligations.all()],
        "fast_refund": _fast_refund(fast_refund_of(dispute)),
        "advances": [described.ADVANCE(each) | {"to": each.to_side} for each in dispute.advances.all()],
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    paused = {"at": dispute.paused_at, "reason": dispute.pause_reason, "authority": dispute.pause_authority}
    return {
        **described.DISPUTE(dispute),
        **described.COURSE(dispute),
        "opened_at": dispute.created_at,
        "answer": dispute.first_answer,
        "officer": dispute.mediator.officer_code if dispute.mediator else "",
        "claimant": {"party": dispute.claimant.name, "role": dispute.ground.claimant_role},
        "respondent": {
            "party": dispute.respondent.name if dispute.respondent else "",
            "role": dispute.ground.respondent_role,
        },
        "order": {
            **named(dispute, lambda d: (d.currency, d.ordered_at, d.received_at)),
            **named(dispute, lambda d: (d.warranty_until, d.best_before, d.paid_by, d.bought_as, d.product_url)),
            "ref": dispute.order_ref,
            "title": dispute.order_title,
            "amount_minor": dispute.order_amount_minor,
            "digest": dispute.order_digest,
        },
        "notice": None if dispute.notice is None else named(dispute.notice, lambda n: (n.ref, n.number)),
        "claim": {"remedy": dispute.claim_remedy, "amount_minor": dispute.claim_amount_minor},
        "human_demanded": [{"side": each.side, "at": each.demanded_at} for each in dispute.demands.all()],
        "paused": paused if dispute.state_row.is_paused else None,
    }


def _fast_refund(row: FastRefund | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return described.FAST_REFUND(row) | {"consent_version": row.opt_in.version if row.opt_in else ""}


def _fact(view: FactView) -> dict[str, Any]:
    return {
        **described.FACT(view.fact),
        **named(view.fact, lambda f: (f.no, f.ref, f.version, f.bearer, f.window_opened_at)),
        **named(view.fact.row, lambda r: (r.key, r.statement_zh, r.statement_en)),
        "due_at": view.closes_at,
        "steps": [
            named(rung, lambda r: (r.no, r.status, r.bearer))
            | named(rung.row, lambda r: (r.standard, r.basis_kind, r.basis_zh, r.basis_en))
            | named(rung.row, lambda r: (r.shows_zh, r.shows_en, r.hours, r.days, r.if_silent))
            | named(rung.row, lambda r: (r.silence_zh, r.silence_en, r.is_only_allowed, r.only_rebuts))
            for rung in view.rungs
        ],
        "submissions": [described.SUBMISSION(each) for each in view.submissions],
        "rulings": [
            described.RULING(ruling)
            | {"officer": ruling.mediator.officer_code}
            | {"evidence": sorted(one.item.no for one in ruling.reliance.all())}
            for ruling in view.rulings
        ],
    }


def _evidence(view: EvidenceView) -> dict[str, Any]:
    item = view.item
    said = named(item, lambda i: (i.no, i.side, i.kind, i.is_withheld, i.withheld_reason)) | {
        "fact": item.fact.no,
        "version": item.submission.version if item.submission else "",
    }
    said |= {"submitted_at": item.submission.submitted_at if item.submission else ""} | {"is_hidden": view.is_hidden}
    if view.is_hidden:
        return said
    return {
        **said,
        **named(item, lambda i: (i.caption, i.sha256, i.added_at)),
        "file": _file_name(view) or None,
        "as_received": view.copy is None or view.copy.as_received,
        "message": None if item.message is None else item.message.sequence,
        "objections": [described.OBJECTION(each) for each in item.objections.all()],
    }


def _pulls(case: _Case) -> list[dict[str, Any]]:
    """What was asked of the platform's own systems, what they gave, and what they declared missing."""
    names = {view.item.record_id: _file_name(view) for view in case.evidence if view.item.record_id is not None}
    return [
        {
            **described.PULL(pull),
            "fact": view.no,
            "records": [
                described.RECORD(record) | {"sha256": record.sha256, "file": names.get(record.pk)}
                for record in pull.records.order_by("pk")
            ],
        }
        for view in case.facts
        for pull in view.pulls
    ]


def _offer(offer: Offer, *, with_answers: bool) -> dict[str, Any]:
    """An offer and, for the sides, who said what to it."""
    answers = sorted(offer.answers.all(), key=lambda a: a.pk) if with_answers else []
    return described.OFFER(offer) | {"answers": [described.ANSWER(each) for each in answers]}


def _determination(one: Determination) -> dict[str, Any]:
    return content_of_determination(one) | {"officer": one.mediator.officer_code}


# — to read —


def _sections(case: _Case, letters: Sequence[Letter], *, now: datetime) -> Iterator[Section]:
    yield from _told(case, letters)
    for lane, entries in case.talk.items():
        yield _("Conversation: %(lane)s") % {"lane": Lane(lane).label}, _spoken(entries)
    yield case_file.proof_section(
        _("The course of the case and of each fact is in events.json; each event's hash covers the one before it."),
        now=now,
    )


def sections_of(actor: Actor, ref: str, *, now: datetime) -> Iterator[Section]:
    """What the case file says to read, in the active language, but for what was talked and what it proves. Raises
    `NotFound`.
    """
    case = _case_of(actor, ref, talk=False)
    language = get_language() or LANGUAGES[0]
    return _told(case, [letter_of(actor, case.dispute, d, language=language) for d in case.determinations])


def _told(case: _Case, letters: Sequence[Letter]) -> Iterator[Section]:
    dispute = case.dispute
    yield _("Dispute"), _about(dispute, assisted_shown_to(case.actor, dispute))
    for view in case.facts:
        title = _("Fact %(no)s: %(text)s") % {"no": view.no, "text": view.fact.row.statement}
        yield title, _fact_lines(dispute, view)
    yield _("Evidence"), [_evidence_line(dispute, view) for view in case.evidence]
    yield from case_file.letter_sections(letters)
    course = reversed(timeline_of(case.actor, dispute))
    yield _("Course of the dispute"), [f"{beijing_time(entry.at)} {entry.text}" for entry in course]


def assisted_sentence(view: AssistedView) -> str:
    """What was taken down for whom; by whom, and how the caller was identified, as far as the reader may know it."""
    about = {"who": view.for_whom, "what": TakenDown(view.what).label, "how": view.how}
    if not view.officer_code:
        return _("Taken down by an officer of the human line for the %(who)s, on the phone: %(what)s.") % about
    about["officer"] = officer(view.officer_code)
    text = _(
        "Taken down on the phone by %(officer)s for the %(who)s: %(what)s. How the caller was identified: %(how)s."
    )
    return text % about


def _about(dispute: Dispute, assisted: Sequence[AssistedView]) -> Iterator[str]:
    amount = money(dispute.order_amount_minor, dispute.currency)
    order = {"order": dispute.order_ref, "title": dispute.order_title, "amount": amount}
    yield _("Order %(order)s, “%(title)s”, %(amount)s.") % order
    yield _("Ground: %(ground)s.") % {"ground": dispute.ground.title}
    if dispute.notice is not None:
        yield _("About notice %(number)s.") % {"number": dispute.notice.number}
    for side, party in ((Side.CLAIMANT, dispute.claimant), (Side.RESPONDENT, dispute.respondent)):
        role = who(dispute, side, first=True)
        yield f"{role}: {party.name}" if party is not None and party.name else role
    for each in assisted:
        yield assisted_sentence(each)
        if each.correction:
            yield _("Correction by the party: %(text)s") % {"text": each.correction}
    yield from (text for text in (dispute.statement, dispute.first_answer) if text)
    yield _("State: %(state)s.") % {"state": dispute.get_state_display()}


def _fact_lines(dispute: Dispute, view: FactView) -> Iterator[str]:
    for rung in view.rungs:
        yield _(
            "%(no)s. For %(who)s to show (%(standard)s; %(part)s): %(shows)s Basis: %(basis)s. If silent: %(silence)s "
            "(%(force)s). Time: %(time)s."
        ) % {
            "no": rung.no,
            "who": who(dispute, rung.bearer),
            "standard": rung.row.get_standard_display(),
            "shows": rung.row.in_language("shows"),
            "basis": rung.row.in_language("basis"),
            "silence": rung.row.in_language("silence"),
            "part": rung.row.part_in_proof,
            "force": rung.row.force_of_silence,
            "time": rung.row.time_given,
        }
    yield _("State: %(state)s.") % {"state": view.fact.get_state_display()}
    for ruling in view.rulings:
        values = {"when": beijing_time(ruling.ruled_at), "reasons": ruling.reasons}
        yield _("Ruling by officer %(code)s on %(when)s: %(reasons)s") % {
            "code": ruling.mediator.officer_code,
            **values,
        }
    for gap in (gap for pull in view.pulls for gap in pull.gaps):
        yield _("The platform has no record of this kind: %(kind)s (%(reason)s).") % {
            "kind": _label(Record, gap.get("kind", "")),
            "reason": _label(GapReason, gap.get("reason", "")),
        }


def _label(choices: type[TextChoices], code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _evidence_line(dispute: Dispute, view: EvidenceView) -> str:
    item = view.item
    values = {"no": item.no, "who": who(dispute, item.side), "why": item.withheld_reason}
    if view.is_hidden:
        return _("%(no)s. By %(who)s, for the platform only: %(why)s") % values
    values["caption"] = item.caption if item.record is None else _label(Record, item.record.kind)
    values["where"] = _file_name(view) or item.sha256
    return _("%(no)s. By %(who)s: %(caption)s (%(where)s)") % values


def _spoken(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        if entry["type"] == "message" and "recalls" not in entry:
            text = _("(taken back)") if "recalled" in entry else entry["text"]
            at = beijing_time(datetime.fromisoformat(entry["sent_at"]))
            yield f"{entry['sequence']}. {entry['sender']} {at} {text}"
