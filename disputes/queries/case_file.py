"""The case file of one dispute: what a side, its mediator or oversight may keep, to read and to prove without us.

It holds what its reader may see and nothing else: not what the other side withheld, nor the other side's own talk with
the mediator, nor, for who decides, any offer. Nobody is named in it but the parties: staff are outward codes. What does
not belong here: the archive's form and its verification (`casework.case_file`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from casework import case_file
from casework.actor import Actor
from casework.attachments import store
from casework.ledger import canonical
from casework.ledger import moment as exact
from casework.letters import Letter, moment
from casework.templatetags.casework_tags import money
from disputes.lanes import lane_read_by
from disputes.models import Determination, Dispute, FactRuling, Offer, PlatformRecord
from disputes.policies import sees_offers
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
from disputes.queries.course import course_of, hides
from disputes.queries.letter import letter_of, who
from disputes.queries.room import PAGE_MOST, pictures_after
from disputes.records import GapReason
from disputes.windows import window_closes
from disputes.words import Lane, Record, Side

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and sentences under it, in one language."""

    title: str
    lines: tuple[str, ...]


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
    letters = [letter_of(actor, dispute, d, language=each) for d in case.determinations for each in LANGUAGES]
    with ExitStack() as opened:
        files: dict[str, case_file.Source] = {}
        for view in case.evidence:
            name = _file_name(view)
            if view.item.attachment is not None and name:
                files[name] = opened.enter_context(store().open(view.item.attachment.sha256))
            elif view.item.record is not None and name:
                files[name] = canonical(view.item.record.content)  # so that its SHA-256 is the record's own
        files["case.json"] = case_file.as_json(_data(case))
        files["room.json"] = case_file.as_json(case.talk)
        if letters:
            files["letter.json"] = case_file.as_json([_letter_data(letter) for letter in letters])
        files["case.html"] = _page(case, letters, now=now)
        case_file.pack(out, case=dispute, chains=_chains(case), files=files, now=now)
    return dispute


def _chains(case: _Case) -> list[dict[str, Any]]:
    is_hidden = hides(case.actor, case.dispute)
    of_facts: dict[int, list[Any]] = {}
    for event in events_of_facts(case.dispute):
        of_facts.setdefault(event.case_id, []).append(event)
    own = case_file.chain_of(case.dispute, list(events_of(case.dispute)), is_hidden=is_hidden)
    return [own, *(case_file.chain_of(view.fact, of_facts.get(view.fact.pk, [])) for view in case.facts)]


def _lanes(actor: Actor, dispute: Dispute) -> list[Lane]:
    """The streams of the room that this reader may read."""
    opened = set(dispute.rooms.values_list("lane", flat=True))
    found = [lane_read_by(actor, dispute, lane) for lane in Lane if lane in opened]
    return [lane for lane in found if lane is not None]


def _entries(actor: Actor, ref: str, lane: str) -> Iterator[dict[str, Any]]:
    after = 0
    while page := pictures_after(actor, ref, lane, after, PAGE_MOST):
        for entry in page:
            yield {name: value for name, value in entry.items() if name not in ("mine", "client_id")}
        after = int(page[-1]["sequence"])


def _file_name(view: EvidenceView) -> str:
    """Where the piece lies in the archive; empty for what is no file, or hidden."""
    if view.is_hidden:
        return ""
    if view.item.attachment is not None:
        return f"evidence/{view.item.no}-{view.item.attachment.name}"
    return f"records/{view.item.no}-{view.item.record.kind}.json" if view.item.record is not None else ""


def _when(value: datetime | None) -> str | None:
    return None if value is None else exact(value)


# — as data —


def _data(case: _Case) -> dict[str, Any]:
    """The case as codes and texts as they were sent, times in UTC."""
    d = case.dispute
    version = d.table.version
    return {
        "dispute": {
            "ref": d.ref,
            "number": d.number,
            "version": d.version,
            "state": d.state,
            "round": d.round,
            "opened_at": exact(d.created_at),
            "claimant": {"party": d.claimant.name, "role": d.ground.claimant_role},
            "respondent": {
                "party": d.respondent.name if d.respondent is not None else "",
                "role": d.ground.respondent_role,
            },
            "order": {
                "ref": d.order_ref,
                "title": d.order_title,
                "amount_minor": d.order_amount_minor,
                "currency": d.currency,
                "ordered_at": exact(d.ordered_at),
                "received_at": _when(d.received_at),
                "digest": d.order_digest,
            },
            "notice": {"ref": d.notice.ref, "number": d.notice.number} if d.notice is not None else None,
            "statement": d.statement,
            "claim": {"remedy": d.claim_remedy, "amount_minor": d.claim_amount_minor},
            "answer": d.first_answer,
            "answered_at": _when(d.answered_at),
            "refused_at": _when(d.refused_at),
            "escalated_at": _when(d.escalated_at),
            "joined_at": _when(d.joined_at),
            "officer": d.mediator.officer_code if d.mediator is not None else "",
            "human_demanded": [{"side": h.side, "at": exact(h.demanded_at)} for h in d.demands.all()],
            "review_closes_at": _when(d.review_closes_at),
            "closed_as": d.closed_as,
            "closed_at": _when(d.closed_at),
            "paused": {"at": _when(d.paused_at), "reason": d.pause_reason, "authority": d.pause_authority}
            if d.state == "PAUSED"
            else None,
        },
        "rule": {
            "code": version.rule.code,
            "name_zh": version.rule.name_zh,
            "name_en": version.rule.name_en,
            "version": version.number,
            "table_digest": d.table.digest,
            "ground": d.ground.code,
            "title_zh": d.ground.title_zh,
            "title_en": d.ground.title_en,
        },
        "facts": [_fact(view) for view in case.facts],
        "evidence": [_evidence(view) for view in case.evidence],
        "records": _pulls(case),
        "offers": [_offer(offer, with_answers=sees_offers(case.actor, d)) for offer in offers_shown_to(case.actor, d)],
        "no_return_consents": [
            {"party": c.party.name, "given_at": exact(c.given_at)}
            for c in d.no_return_consents.select_related("party").order_by("pk")
        ],
        "determinations": [_determination(one) for one in case.determinations],
        "obligations": [
            {
                "no": o.no,
                "kind": o.kind,
                "debtor": o.debtor,
                "creditor": o.creditor,
                "amount_minor": o.amount_minor,
                "due_at": _when(o.due_at),
                "state": o.state,
                "is_late": o.is_late,
                "reported_at": _when(o.reported_at),
                "confirm_due_at": _when(o.confirm_due_at),
                "done_at": _when(o.done_at),
                "note": o.note,
            }
            for o in d.obligations.all()
        ],
        "advances": [
            {
                "no": a.no,
                "to": a.to_side,
                "amount_minor": a.amount_minor,
                "recovered_minor": a.recovered_minor,
                "state": a.state,
                "reason": a.reason,
                "advanced_at": exact(a.advanced_at),
                "settled_at": _when(a.settled_at),
            }
            for a in d.advances.all()
        ],
    }


def _fact(view: FactView) -> dict[str, Any]:
    fact = view.fact
    return {
        "no": fact.no,
        "ref": fact.ref,
        "version": fact.version,
        "key": fact.row.key,
        "statement_zh": fact.row.statement_zh,
        "statement_en": fact.row.statement_en,
        "favours": fact.favours,
        "state": fact.state,
        "established": fact.established,
        "admitted_by": fact.admitted_by,
        "bearer": fact.bearer,
        "window_opened_at": _when(fact.window_opened_at),
        "due_at": _when(window_closes(fact)),
        "awaits_ruling": fact.awaits_ruling,
        "shift_basis": fact.shift_basis,
        "steps": [
            {
                "no": rung.row.no,
                "status": rung.status,
                "bearer": rung.bearer,
                "standard": rung.row.standard,
                "basis_kind": rung.row.basis_kind,
                "basis_zh": rung.row.basis_zh,
                "basis_en": rung.row.basis_en,
                "shows_zh": rung.row.shows_zh,
                "shows_en": rung.row.shows_en,
                "hours": rung.row.hours,
                "if_silent": rung.row.if_silent,
                "silence_zh": rung.row.silence_zh,
                "silence_en": rung.row.silence_en,
            }
            for rung in view.rungs
        ],
        "submissions": [
            {
                "side": s.side,
                "version": s.version,
                "submitted_at": exact(s.submitted_at),
                "answerable_until": exact(s.answerable_until),
                "answered_at": _when(s.answered_at),
                "manifest_hash": s.manifest_hash,
            }
            for s in view.submissions
        ],
        "rulings": [_ruling(ruling) for ruling in view.rulings],
    }


def _ruling(ruling: FactRuling) -> dict[str, Any]:
    return {
        "round": ruling.round,
        "proved": ruling.proved,
        "standard": ruling.standard,
        "reasons": ruling.reasons,
        "evidence": sorted(one.item.no for one in ruling.reliance.all()),
        "officer": ruling.mediator.officer_code,
        "ruled_at": exact(ruling.ruled_at),
    }


def _evidence(view: EvidenceView) -> dict[str, Any]:
    item = view.item
    assert item.submission is not None
    said = {
        "no": item.no,
        "fact": item.fact.no,
        "side": item.side,
        "kind": item.kind,
        "version": item.submission.version,
        "submitted_at": exact(item.submission.submitted_at),
        "is_withheld": item.is_withheld,
        "withheld_reason": item.withheld_reason,
    }
    if view.is_hidden:
        return {**said, "is_hidden": True}
    return {
        **said,
        "is_hidden": False,
        "caption": item.caption,
        "sha256": item.sha256,
        "file": _file_name(view) or None,
        "message": item.message.sequence if item.message is not None else None,
        "added_at": exact(item.added_at),
        "objections": [
            {"side": o.side, "ground": o.ground, "text": o.text, "made_at": exact(o.made_at)}
            for o in item.objections.all()
        ],
    }


def _pulls(case: _Case) -> list[dict[str, Any]]:
    """What was asked of the platform's own systems, what they gave, and what they declared missing."""
    records = PlatformRecord.objects.filter(pull__fact__dispute=case.dispute).order_by("pk")
    numbers = {view.item.record_id: _file_name(view) for view in case.evidence if view.item.record_id is not None}
    return [
        {
            "ref": pull.ref,
            "fact": view.no,
            "side": pull.side,
            "kinds": pull.kinds,
            "state": pull.state,
            "asked_at": exact(pull.asked_at),
            "finished_at": _when(pull.finished_at),
            "gaps": pull.gaps,
            "records": [
                {
                    "kind": r.kind,
                    "source": r.source,
                    "collector": r.collector,
                    "method": r.method,
                    "recorded_at": _when(r.recorded_at),
                    "collected_at": exact(r.collected_at),
                    "sha256": r.sha256,
                    "file": numbers.get(r.pk),
                }
                for r in records
                if r.pull_id == pull.pk
            ],
        }
        for view in case.facts
        for pull in view.pulls
    ]


def _offer(offer: Offer, *, with_answers: bool) -> dict[str, Any]:
    """An offer and, for the sides, who said what to it."""
    answers = sorted(offer.answers.all(), key=lambda a: a.pk) if with_answers else []
    return {
        "no": offer.no,
        "side": offer.side,
        "by_system": offer.by_system,
        "remedy": offer.remedy,
        "amount_minor": offer.amount_minor,
        "goods_back": offer.goods_back,
        "freight_payer": offer.freight_payer,
        "note": offer.note,
        "made_at": exact(offer.made_at),
        "expires_at": exact(offer.expires_at),
        "state": offer.state,
        "ended_at": _when(offer.ended_at),
        "answers": [{"side": a.side, "accepted": a.accepted, "answered_at": exact(a.answered_at)} for a in answers],
    }


def _determination(one: Determination) -> dict[str, Any]:
    return {
        "round": one.round,
        "officer": one.mediator.officer_code,
        "outcome": one.outcome,
        "remedy": one.remedy,
        "amount_minor": one.amount_minor,
        "payer": one.payer,
        "goods_back": one.goods_back,
        "freight_payer": one.freight_payer,
        "no_return_ground": one.no_return_ground,
        "no_return_reason": one.no_return_reason,
        "goods_are": one.goods_are,
        "goods_are_reason": one.goods_are_reason,
        "reasons": one.reasons,
        "derived": one.derived,
        "departs": one.departs,
        "departure_reasons": one.departure_reasons,
        "stakes": one.stakes,
        "decided_at": exact(one.decided_at),
        "check_code": one.check_code,
        "findings": [
            {
                "fact": f.fact.no,
                "state": f.state,
                "established": f.established,
                "bearer": f.bearer,
                "found_for": f.found_for,
                "sentence": f.sentence,
                "evidence": list(f.evidence),
            }
            for f in one.findings.all()
        ],
    }


def _letter_data(letter: Letter) -> dict[str, Any]:
    return {
        "language": letter.language,
        "number": letter.number,
        "decided_at": exact(letter.decided_at),
        "parts": [{"no": part.no, "title": part.title, "lines": list(part.lines)} for part in letter.parts],
        "check_code": letter.check_code,
        "hash": letter.hash,
    }


# — to read —


def _page(case: _Case, letters: Sequence[Letter], *, now: datetime) -> bytes:
    """One readable page without any other file, first in Chinese, then in English."""
    number = case.dispute.number
    parts = []
    for language in LANGUAGES:
        mine = [letter for letter in letters if letter.language == language]
        with translation.override(language):
            parts.append(
                {
                    "language": "zh-Hans" if language == "zh-hans" else "en",
                    "title": _("Case file %(number)s") % {"number": number},
                    "sections": [each for each in _sections(case, mine, now=now) if each.lines],
                }
            )
    return render_to_string("components/case_file.html", {"parts": parts, "number": number}).encode()


def _sections(case: _Case, letters: Sequence[Letter], *, now: datetime) -> Iterator[Section]:
    dispute = case.dispute
    yield Section(_("Dispute"), tuple(_about(dispute)))
    for view in case.facts:
        title = _("Fact %(no)s: %(text)s") % {"no": view.no, "text": view.statement}
        yield Section(title, tuple(_fact_lines(dispute, view)))
    yield Section(_("Evidence"), tuple(_evidence_line(dispute, view) for view in case.evidence))
    for letter in letters:
        for part in letter.parts:
            yield Section(f"{part.no}. {part.title}", part.lines)
    course = reversed(course_of(case.actor, dispute))
    yield Section(_("Course of the dispute"), tuple(f"{moment(entry.at)} {entry.text}" for entry in course))
    for lane, entries in case.talk.items():
        title = _("Conversation: %(lane)s") % {"lane": Lane(lane).label}
        yield Section(title, tuple(_spoken(entries)))
    yield Section(
        _("What this file proves"),
        (
            _("Made on %(when)s. Everything in it is listed with its SHA-256 in manifest.json.")
            % {"when": moment(now)},
            _("The course of the case and of each fact is in events.json; each event's hash covers the one before it."),
            _("Check it without us: manage.py verify_case_file FILE."),
        ),
    )


def _about(dispute: Dispute) -> Iterator[str]:
    amount = money(dispute.order_amount_minor, dispute.currency)
    yield _("Order %(order)s, “%(title)s”, %(amount)s.") % {
        "order": dispute.order_ref,
        "title": dispute.order_title,
        "amount": amount,
    }
    yield _("Ground: %(ground)s.") % {"ground": dispute.ground.title}
    if dispute.notice is not None:
        yield _("About notice %(number)s.") % {"number": dispute.notice.number}
    parties = [(Side.CLAIMANT, dispute.claimant), (Side.RESPONDENT, dispute.respondent)]
    for side, party in parties:
        name = party.name if party is not None else ""
        yield f"{who(dispute, side, first=True)}: {name}" if name else who(dispute, side, first=True)
    if dispute.statement:
        yield dispute.statement
    if dispute.first_answer:
        yield dispute.first_answer
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
        yield _("Ruling by officer %(code)s on %(when)s: %(reasons)s") % {
            "code": ruling.mediator.officer_code,
            "when": moment(ruling.ruled_at),
            "reasons": ruling.reasons,
        }
    for pull in view.pulls:
        for gap in pull.gaps:
            yield _("The platform has no record of this kind: %(kind)s (%(reason)s).") % {
                "kind": _label(Record, gap.get("kind", "")),
                "reason": _label(GapReason, gap.get("reason", "")),
            }


def _label(choices: type[TextChoices], code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _evidence_line(dispute: Dispute, view: EvidenceView) -> str:
    values = {"no": view.item.no, "who": who(dispute, view.item.side)}
    if view.is_hidden:
        return _("%(no)s. By %(who)s, for the platform only: %(why)s") % {**values, "why": view.item.withheld_reason}
    where = _file_name(view) or view.item.sha256
    record = view.item.record
    caption = view.item.caption if record is None else _label(Record, record.kind)
    return _("%(no)s. By %(who)s: %(caption)s (%(where)s)") % {**values, "caption": caption, "where": where}


def _spoken(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        if entry["type"] == "message" and "recalls" not in entry:
            text = _("(taken back)") if "recalled" in entry else entry["text"]
            at = moment(datetime.fromisoformat(entry["sent_at"]))
            yield f"{entry['sequence']}. {entry['sender']} {at} {text}"
