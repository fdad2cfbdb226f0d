"""The case file of one appeal: what a party may keep, to read and to prove without us.

Nobody is named in it but the appellant: officers are outward codes, and nothing comes from the system's view. What does
not belong here: the archive's form and its verification (`casework.case_file`).
"""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from appeals.models import Appeal, AppealItem, EvidenceItem
from appeals.queries.cases import appeal_for, events_of, evidence_shown_to
from appeals.queries.letter import letter_of
from casework import case_file
from casework.actor import Actor
from casework.attachments import store
from casework.ledger import moment as exact
from casework.letters import Letter, moment, money
from casework.models import Attachment
from notices import queries as notices

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and sentences under it, in one language."""

    title: str
    lines: tuple[str, ...]


def write_case_file(out: IO[bytes], *, actor: Actor, ref: str, now: datetime) -> Appeal:
    """The archive of the appeal, as far as this actor may see it, is written to `out`; returns the appeal.

    Raises `NotFound` for missing and foreign alike, `ConflictOfInterest` to its reviewer.
    """
    appeal = appeal_for(actor, ref)
    evidence = [item for item in evidence_shown_to(actor, appeal) if item.submission_id is not None]
    letters = [_letter(appeal, language) for language in LANGUAGES] if appeal.state == "DECIDED" else []
    with ExitStack() as opened:
        files: dict[str, case_file.Source] = {}
        for name, attachment in _attachments(appeal, evidence):
            files[name] = opened.enter_context(store().open(attachment.sha256))
        files["case.json"] = case_file.as_json(_data(appeal, evidence))
        if letters:
            files["letter.json"] = case_file.as_json([_letter_data(letter) for letter in letters])
        files["case.html"] = _page(appeal, evidence, letters, now=now)
        chains = [
            case_file.chain_of(appeal, list(events_of(appeal))),
            case_file.chain_of(appeal.notice, list(notices.events_of(appeal.notice))),
        ]
        case_file.pack(out, case=appeal, chains=chains, files=files, now=now)
    return appeal


def _letter(appeal: Appeal, language: str) -> Letter:
    return letter_of(appeal, language=language, help_line=settings.HELP_LINE)


def _exhibit_name(no: int, attachment: Attachment) -> str:
    return f"notice/{no}-{attachment.name}"


def _evidence_name(item: EvidenceItem) -> str:
    return f"evidence/{item.no}-{item.attachment.name}"


def _attachments(appeal: Appeal, evidence: list[EvidenceItem]) -> list[tuple[str, Attachment]]:
    shown = [(_exhibit_name(e.no, e.attachment), e.attachment) for e in appeal.notice.exhibits.all() if e.attachment]
    return [*shown, *((_evidence_name(item), item.attachment) for item in evidence)]


def _when(value: datetime | None) -> str | None:
    return None if value is None else exact(value)


def _data(appeal: Appeal, evidence: list[EvidenceItem]) -> dict[str, Any]:
    """The case as data: codes and texts as they were sent, times in UTC."""
    decision = getattr(appeal, "decision", None)
    return {
        "appeal": {
            "ref": appeal.ref,
            "number": appeal.number,
            "version": appeal.version,
            "state": appeal.state,
            "round": appeal.round,
            "level": appeal.level,
            "filed_at": exact(appeal.filed_at),
            "ground": appeal.ground,
            "statement": appeal.statement,
            "items": [_item(item) for item in appeal.items.all()],
            "review": appeal.review,
            "human_demanded": appeal.human_demanded,
            "is_late": appeal.is_late,
            "late_reason": appeal.late_reason,
            "late_answer": appeal.late_answer,
            "decide_due_at": exact(appeal.decide_due_at),
            "officer": appeal.reviewer.officer_code if appeal.reviewer else "",
            "evidence": [
                {
                    "no": item.no,
                    "version": item.submission.version if item.submission else None,
                    "caption": item.caption,
                    "file": _evidence_name(item),
                    "sha256": item.attachment.sha256,
                    "added_at": exact(item.added_at),
                }
                for item in evidence
            ],
            "submissions": [
                {"version": s.version, "submitted_at": exact(s.submitted_at), "manifest_hash": s.manifest_hash}
                for s in appeal.submissions.all()
            ],
            "requests": [
                {
                    "no": r.no,
                    "item": r.item,
                    "fact": r.fact,
                    "asked_at": exact(r.asked_at),
                    "due_at": exact(r.due_at),
                    "answer": r.answer,
                    "answered_at": _when(r.answered_at),
                    "lapsed_at": _when(r.lapsed_at),
                }
                for r in appeal.requests.all()
            ],
        },
        "decision": None if decision is None else _decision(decision),
        "notice": _notice(appeal.notice),
    }


def _item(item: AppealItem) -> dict[str, Any]:
    return {"measure": item.measure.no, "ground": item.ground, "statement": item.statement}


def _decision(decision: Any) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "by": decision.by_kind,
        "officer": decision.reviewer.officer_code if decision.reviewer else "",
        "decided_at": exact(decision.decided_at),
        "reasons": decision.reasons,
        "rule_application": decision.rule_application,
        "system_view": decision.system_view,
        "check_code": decision.check_code,
        "rulings": [
            {
                "measure": r.measure.no,
                "outcome": r.outcome,
                "ends_at": _when(r.ends_at),
                "amount_minor": r.amount_minor,
            }
            for r in decision.rulings.all()
        ],
        "points": [
            {
                "no": p.no,
                "kind": p.kind,
                "text": p.text,
                "finding": p.finding,
                "sentence": p.sentence,
                "burden_on": p.burden_on,
                "evidence": list(p.evidence),
            }
            for p in decision.points.all()
        ],
    }


def _notice(notice: Any) -> dict[str, Any]:
    return {
        "ref": notice.ref,
        "number": notice.number,
        "external_ref": notice.external_ref,
        "version": notice.version,
        "state": notice.state,
        "facts": notice.facts,
        "reasons": notice.reasons,
        "text_hash": notice.text_hash,
        "conduct_at": exact(notice.conduct_at),
        "decided_at": exact(notice.decided_at),
        "served_at": exact(notice.served_at),
        "read_at": _when(notice.read_at),
        "appeal_closes_at": exact(notice.appeal_closes_at),
        "breach_kind": notice.breach_kind,
        "is_precautionary": notice.is_precautionary,
        "detection": {"source": notice.detection_source, "tool": notice.detection_tool},
        "automated_detection": notice.automated_detection,
        "automated_decision": notice.automated_decision,
        "decided_by": {
            "officer": notice.decider_code,
            "tool": notice.decision_tool,
        },
        "third_party": {
            "name": notice.third_party,
            "person": notice.act.person.code if notice.act is not None else "",
        },
        "withdrawn_reason": notice.withdrawn_reason,
        "basis": [
            {
                "no": b.no,
                "kind": b.kind,
                "name_zh": b.name_zh,
                "name_en": b.name_en,
                "clause": b.clause_number,
                "version": b.version_number,
                "text_zh": b.text_zh,
                "text_en": b.text_en,
                "text_hash": b.text_hash,
            }
            for b in notice.bases.all()
        ],
        "measures": [
            {
                "no": m.no,
                "type": m.type_id,
                "axis": m.type.axis,
                "object": {"kind": m.object_kind, "ref": m.object_ref, "label": m.object_label},
                "scope": m.scope,
                "starts_at": exact(m.starts_at),
                "ends_at": _when(m.ends_at),
                "amount_minor": m.amount_minor,
                "currency": m.currency,
                "calculation": m.calculation,
                "state": m.state,
            }
            for m in notice.measures.all()
        ],
        "evidence": [
            {
                "no": e.no,
                "caption": e.caption,
                "excerpt": e.excerpt,
                "captured_at": exact(e.captured_at),
                "sha256": e.sha256,
                "file": _exhibit_name(e.no, e.attachment) if e.attachment else None,
            }
            for e in notice.exhibits.all()
        ],
        "remedies": [
            {
                "ref": r.ref,
                "measure": r.measure.no,
                "kind": r.kind,
                "amount_minor": r.amount_minor,
                "due_at": exact(r.due_at),
                "state": r.state,
                "settled_at": _when(r.settled_at),
                "note": r.note,
            }
            for r in notice.remedies.all()
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


def _page(appeal: Appeal, evidence: list[EvidenceItem], letters: list[Letter], *, now: datetime) -> bytes:
    """One readable page without any other file, first in Chinese, then in English."""
    parts = []
    for language in LANGUAGES:
        letter = next((one for one in letters if one.language == language), None)
        with translation.override(language):
            parts.append(
                {
                    "language": "zh-Hans" if language == "zh-hans" else "en",
                    "title": _("Case file %(number)s") % {"number": appeal.number},
                    "sections": _sections(appeal, evidence, letter, now=now),
                }
            )
    return render_to_string("components/case_file.html", {"parts": parts, "number": appeal.number}).encode()


def _sections(appeal: Appeal, evidence: list[EvidenceItem], letter: Letter | None, *, now: datetime) -> list[Section]:
    notice = appeal.notice
    served = _("Notice %(number)s, delivered on %(when)s.") % {
        "number": notice.number,
        "when": moment(notice.served_at),
    }
    sections = [
        Section(_("Notice"), (served, notice.facts, notice.reasons, *_bases(notice))),
        Section(_("Measures"), tuple(_measure(m) for m in notice.measures.all())),
        Section(
            _("Appeal"),
            (
                _("Filed on %(when)s: %(ground)s.")
                % {"when": moment(appeal.filed_at), "ground": appeal.get_ground_display()},
                *((appeal.statement,) if appeal.statement else ()),
                _("State: %(state)s.") % {"state": appeal.get_state_display()},
            ),
        ),
        Section(_("Evidence"), tuple(f"{item.no}. {item.caption} ({_evidence_name(item)})" for item in evidence)),
    ]
    if letter is not None:
        sections += [Section(f"{part.no}. {part.title}", part.lines) for part in letter.parts]
    sections.append(
        Section(
            _("What this file proves"),
            (
                _("Made on %(when)s. Everything in it is listed with its SHA-256 in manifest.json.")
                % {"when": moment(now)},
                _("The course of the case is in events.json; each event's hash covers the one before it."),
                _("Check it without us: manage.py verify_case_file FILE."),
            ),
        )
    )
    return [section for section in sections if section.lines]


def _bases(notice: Any) -> list[str]:
    return [
        _("%(name)s, clause %(clause)s: “%(text)s”")
        % {"name": basis.name, "clause": basis.clause_number, "text": basis.text}
        for basis in notice.bases.all()
    ]


def _measure(measure: Any) -> str:
    said = f"{measure.no}. {measure.type.label}: {measure.object_label}; {measure.scope}"
    if measure.amount_minor is not None:
        said += f"; {money(measure.amount_minor)}"
    return f"{said} ({measure.get_state_display()})"
