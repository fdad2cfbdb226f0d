"""The case file of one dispute: what a side, its mediator or oversight may keep, to read and to prove without us.

It holds what its reader may see and nothing else: not what the other side withheld, nor the other side's own talk with
the mediator, nor, for who decides, any offer. Nobody is named in it but the parties: staff are outward codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from archive import case_file
from archive.case_file import Section, fields
from archive.checkpoints import proof_of
from archive.letters import Letter
from casework.actor import Actor
from casework.canonical import canonical
from casework.formats import beijing_time, money, officer
from casework.languages import LANGUAGES
from casework.models import Event
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
    dispute = dispute_for(actor, ref)
    case = _Case(
        actor=actor,
        dispute=dispute,
        facts=facts_of(actor, dispute),
        evidence=[view for view in evidence_shown_to(actor, dispute) if not view.is_draft],
        determinations=sorted(dispute.determinations.all(), key=lambda d: d.round),
        talk={str(lane): list(_entries(actor, ref, lane)) for lane in _lanes(actor, dispute)},
    )
    case_file.write(
        out,
        case=dispute,
        chains=_chains(case),
        files={name: _file(view) for view in case.evidence if (name := _file_name(view))},
        data={
            "case.json": _data(case),
            "room.json": case.talk,
            **proof_of(dispute, *(view.fact for view in case.facts)),
        },
        letters=[letter_of(actor, dispute, d, language=each) for d in case.determinations for each in LANGUAGES],
        sections=lambda letters: _sections(case, letters, now=now),
        now=now,
    )
    return dispute


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
                fields(each, "what side taken_at answered_at correction identified_by", officer="officer_code")
                for each in assisted_shown_to(case.actor, dispute)
            ]
        },
        "rule": {
            **fields(dispute.table.version, code="rule.code", name_zh="rule.name_zh", name_en="rule.name_en"),
            **fields(dispute, version="table.version.number", table_digest="table.digest"),
            **fields(dispute.ground, "title_zh title_en", ground="code"),
        },
        "facts": [_fact(view) for view in case.facts],
        "evidence": [_evidence(view) for view in case.evidence],
        "records": _pulls(case),
        "offers": [_offer(offer, with_answers=with_answers) for offer in offers],
        "no_return_consents": [fields(each, "given_at", party="party.name") for each in consents],
        "appraisals": [
            fields(each, "no body item question authority pays_first state proposed_at claimant_agreed_at")
            | fields(each, "respondent_agreed_at begun_at ended_at report findings")
            | {
                "custody": [
                    fields(step, "no from_holder to_holder condition recorded_at") for step in each.custody.all()
                ]
            }
            for each in dispute.appraisals.all()
        ],
        "identity_requests": [  # never the card: each reading of it is an event
            fields(each, "no side state asked_at due_at is_late answered_at refusal order_no")
            for each in dispute.identity_requests.all()
        ],
        "determinations": [_determination(each) for each in case.determinations],
        "obligations": [
            fields(each, "no kind debtor creditor amount_minor due_at state is_late reported_at")
            | fields(each, "confirm_due_at done_at note")
            for each in dispute.obligations.all()
        ],
        "fast_refund": _fast_refund(fast_refund_of(dispute)),
        "advances": [
            fields(each, "no amount_minor recovered_minor state reason advanced_at settled_at", to="to_side")
            for each in dispute.advances.all()
        ],
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    paused = fields(dispute, at="paused_at", reason="pause_reason", authority="pause_authority")
    return {
        **fields(dispute, "ref number version state round statement answered_at refused_at escalated_at joined_at"),
        **fields(dispute, "review_closes_at closed_as closed_at"),
        **fields(dispute, opened_at="created_at", answer="first_answer", officer="mediator.officer_code"),
        "claimant": fields(dispute, party="claimant.name", role="ground.claimant_role"),
        "respondent": fields(dispute, party="respondent.name", role="ground.respondent_role"),
        "order": {
            **fields(dispute, "currency ordered_at received_at", ref="order_ref", title="order_title"),
            **fields(dispute, amount_minor="order_amount_minor", digest="order_digest"),
        },
        "notice": None if dispute.notice is None else fields(dispute.notice, "ref number"),
        "claim": fields(dispute, remedy="claim_remedy", amount_minor="claim_amount_minor"),
        "human_demanded": [fields(each, "side", at="demanded_at") for each in dispute.demands.all()],
        "paused": paused if dispute.state_row.is_paused else None,
    }


def _fast_refund(row: FastRefund | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return fields(row, "payer amount_minor offered_at accepted_at", consent_version="opt_in.version")


def _fact(view: FactView) -> dict[str, Any]:
    return {
        **fields(view.fact, "no ref version favours state established admitted_by bearer window_opened_at"),
        **fields(view.fact, "awaits_ruling shift_basis"),
        **fields(view.fact.row, "key statement_zh statement_en"),
        "due_at": view.closes_at,
        "steps": [
            fields(rung, "no status bearer")
            | fields(rung.row, "standard basis_kind basis_zh basis_en shows_zh shows_en hours if_silent")
            | fields(rung.row, "silence_zh silence_en")
            for rung in view.rungs
        ],
        "submissions": [
            fields(each, "side version submitted_at answerable_until answered_at manifest_hash")
            for each in view.submissions
        ],
        "rulings": [
            fields(ruling, "round proved standard reasons ruled_at", officer="mediator.officer_code")
            | {"evidence": sorted(one.item.no for one in ruling.reliance.all())}
            for ruling in view.rulings
        ],
    }


def _evidence(view: EvidenceView) -> dict[str, Any]:
    item = view.item
    said = fields(item, "no side kind is_withheld withheld_reason", fact="fact.no", version="submission.version")
    said |= fields(item, submitted_at="submission.submitted_at") | {"is_hidden": view.is_hidden}
    if view.is_hidden:
        return said
    return {
        **said,
        **fields(item, "caption sha256 added_at"),
        "file": _file_name(view) or None,
        "as_received": view.copy is None or view.copy.as_received,
        "message": None if item.message is None else item.message.sequence,
        "objections": [fields(each, "side ground text made_at") for each in item.objections.all()],
    }


def _pulls(case: _Case) -> list[dict[str, Any]]:
    """What was asked of the platform's own systems, what they gave, and what they declared missing."""
    names = {view.item.record_id: _file_name(view) for view in case.evidence if view.item.record_id is not None}
    return [
        {
            **fields(pull, "ref side kinds state asked_at finished_at gaps"),
            "fact": view.no,
            "records": [
                fields(record, "kind source collector method recorded_at collected_at sha256")
                | {"file": names.get(record.pk)}
                for record in pull.records.order_by("pk")
            ],
        }
        for view in case.facts
        for pull in view.pulls
    ]


def _offer(offer: Offer, *, with_answers: bool) -> dict[str, Any]:
    """An offer and, for the sides, who said what to it."""
    answers = sorted(offer.answers.all(), key=lambda a: a.pk) if with_answers else []
    return {
        **fields(offer, "no side by_system remedy amount_minor goods_back freight_payer note made_at expires_at"),
        **fields(offer, "meets_claim state ended_at"),
        "answers": [fields(each, "side accepted answered_at") for each in answers],
    }


def _determination(one: Determination) -> dict[str, Any]:
    return content_of_determination(one) | fields(one, officer="mediator.officer_code")


# — to read —


def _sections(case: _Case, letters: Sequence[Letter], *, now: datetime) -> Iterator[Section]:
    dispute = case.dispute
    yield _("Dispute"), _about(dispute, assisted_shown_to(case.actor, dispute))
    for view in case.facts:
        title = _("Fact %(no)s: %(text)s") % {"no": view.no, "text": view.fact.row.statement}
        yield title, _fact_lines(dispute, view)
    yield _("Evidence"), [_evidence_line(dispute, view) for view in case.evidence]
    yield from case_file.letter_sections(letters)
    course = reversed(timeline_of(case.actor, dispute))
    yield _("Course of the dispute"), [f"{beijing_time(entry.at)} {entry.text}" for entry in course]
    for lane, entries in case.talk.items():
        yield _("Conversation: %(lane)s") % {"lane": Lane(lane).label}, _spoken(entries)
    yield case_file.proof_section(
        _("The course of the case and of each fact is in events.json; each event's hash covers the one before it."),
        now=now,
    )


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
        yield _("%(no)s. For %(who)s to show (%(standard)s): %(shows)s Basis: %(basis)s. If silent: %(silence)s") % {
            "no": rung.no,
            "who": who(dispute, rung.bearer),
            "standard": rung.row.get_standard_display(),
            "shows": rung.row.in_language("shows"),
            "basis": rung.row.in_language("basis"),
            "silence": rung.row.in_language("silence"),
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
