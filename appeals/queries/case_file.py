"""The case file of one appeal: what a party may keep, to read and to prove without us.

Nobody is named in it but the appellant: officers are outward codes, and nothing comes from the system's view.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appeals.claims import content_of_decision
from appeals.described import APPEAL, ASSISTED, EVIDENCE, ITEM, REQUEST, SUBMISSION
from appeals.events import text_of
from appeals.machine import AppealState
from appeals.models import Appeal, AssistedFiling, EvidenceItem, GroupedAppeal
from appeals.queries.cases import appeal_for, events_of, evidence_shown_to
from appeals.queries.letter import letter_of
from appeals.queries.receipts import receipts_file
from archive import case_file
from archive.case_file import Section
from archive.checkpoints import proof_of
from archive.letters import Letter
from archive.translations import lines_of
from casework.actor import Actor
from casework.formats import beijing_time, money, officer
from casework.languages import LANGUAGES
from casework.named import named
from files.attachments import FileCopy
from notices import queries as notices
from notices.described import BASIS, EXHIBIT, MEASURE, NOTICE, REMEDY


def write_case_file(out: IO[bytes], *, actor: Actor, ref: str, now: datetime) -> Appeal:
    """The archive of the appeal, as far as this actor may see it, is written to `out`; returns the appeal.

    Raises `NotFound` for missing and foreign alike, `ConflictOfInterest` to its reviewer.
    """
    appeal = appeal_for(actor, ref)
    notice = appeal.notice
    evidence = [item for item in evidence_shown_to(actor, appeal) if item.submission_id is not None]
    exhibits = {e: notices.exhibit_copy(actor, e.attachment) for e in notice.exhibits.all() if e.attachment}
    languages = LANGUAGES if appeal.state == AppealState.DECIDED else ()
    case_file.write(
        out,
        case=appeal,
        chains=[
            case_file.chain_of(appeal, events_of(appeal)),
            case_file.chain_of(notice, notices.events_of(notice)),
        ],
        files={_exhibit_name(exhibit, copy): copy for exhibit, copy in exhibits.items()}
        | {_evidence_name(item): FileCopy(item.attachment) for item in evidence},
        data={
            "case.json": _data(appeal, evidence, exhibits),
            **proof_of(appeal, notice),
            **receipts_file(actor, appeal, now=now),
        },
        letters=[letter_of(appeal, language=each) for each in languages],
        sections=lambda letters: _sections(appeal, evidence, letters, now=now),
        now=now,
    )
    return appeal


def _exhibit_name(exhibit: Any, copy: FileCopy) -> str:
    return f"notice/{exhibit.no}-{copy.name}"


def _evidence_name(item: EvidenceItem) -> str:
    return f"evidence/{item.no}-{item.attachment.name}"


# — as data —


def assisted_sentence(row: AssistedFiling) -> str:
    """What was taken down for whom, by whom, and how the caller was identified."""
    about = {
        "what": row.get_what_display(),
        "officer": officer(row.officer.officer_code),
        "how": row.get_identified_by_display(),
    }
    return _("Taken down on the phone by %(officer)s: %(what)s. How the caller was identified: %(how)s.") % about


def _data(appeal: Appeal, evidence: Sequence[EvidenceItem], exhibits: Mapping[Any, FileCopy]) -> dict[str, Any]:
    decision = getattr(appeal, "decision", None)
    return {
        "appeal": {
            **APPEAL(appeal),
            "officer": appeal.reviewer.officer_code if appeal.reviewer else "",
            "group": None if (grouped := getattr(appeal, "grouped", None)) is None else _group(grouped),
            "items": [ITEM(item) | {"measure": item.measure.no} for item in appeal.items.all()],
            "evidence": [
                EVIDENCE(item)
                | {"version": item.submission.version if item.submission else "", "sha256": item.attachment.sha256}
                | {"file": _evidence_name(item)}
                for item in evidence
            ],
            "assisted": [ASSISTED(each) | {"officer": each.officer.officer_code} for each in appeal.assisted.all()],
            "submissions": [SUBMISSION(each) for each in appeal.submissions.all()],
            "requests": [REQUEST(each) for each in appeal.requests.all()],
        },
        "decision": None if decision is None else _decision(decision),
        "notice": _notice(appeal.notice, exhibits),
    }


def _group(grouped: GroupedAppeal) -> dict[str, Any]:
    return {"no": grouped.no, "ref": grouped.group.ref, "number": grouped.group.number}


def _decision(decision: Any) -> dict[str, Any]:
    return content_of_decision(decision) | {"officer": decision.reviewer.officer_code if decision.reviewer else ""}


def _notice(notice: Any, exhibits: Mapping[Any, FileCopy]) -> dict[str, Any]:
    return {
        **NOTICE(notice),
        "detection": {"source": notice.detection_source, "tool": notice.detection_tool}
        | ({"office": notice.ordered_by, "order_no": notice.order_no} if notice.order_no else {}),
        "decided_by": {"officer": notice.decider_code, "tool": notice.decision_tool},
        "disclosure": {"grade": str(notice.disclosure), "said": notice.disclosed, "confirmed_at": notice.confirmed_at},
        "third_party": {"name": notice.third_party, "person": notice.act.person.code if notice.act else ""},
        "basis": [
            BASIS(b)
            | named(b, lambda b: (b.no, b.name_zh, b.name_en))
            | {"clause": b.clause_number, "version": b.version_number}
            for b in notice.bases.all()
        ],
        "measures": [
            MEASURE(m)
            | ({} if m.points is None else {"points": m.points.amount})
            | {"currency": m.currency, "type": m.type_id, "axis": m.kind.axis}
            | {"object": {"kind": m.object_kind, "ref": m.object_ref, "label": m.object_label}}
            for m in notice.measures.all()
        ],
        "evidence": [
            EXHIBIT(e)
            | {
                "file": _exhibit_name(e, exhibits[e]) if e in exhibits else None,
                "as_received": e not in exhibits or exhibits[e].as_received,
            }
            for e in notice.exhibits.all()
        ],
        "translations": [asdict(each) for each in notices.translations_of(notice)],
        "remedies": [REMEDY(r) | {"measure": r.measure.no} for r in notice.remedies.all()],
    }


# — to read —


def _sections(
    appeal: Appeal, evidence: Sequence[EvidenceItem], letters: Sequence[Letter], *, now: datetime
) -> Iterator[Section]:
    yield from _told(appeal, evidence, letters, now=now)
    course = _("The course of the case is in events.json; each event's hash covers the one before it.")
    yield case_file.proof_section(course, now=now)


def _told(
    appeal: Appeal, evidence: Sequence[EvidenceItem], letters: Sequence[Letter], *, now: datetime
) -> Iterator[Section]:
    yield from notice_sections(appeal.notice, now)
    yield _("Appeal"), _appeal(appeal)
    yield _("Evidence"), [f"{item.no}. {item.caption} ({_evidence_name(item)})" for item in evidence]
    yield from case_file.letter_sections(letters)


def notice_sections(notice: Any, now: datetime) -> Iterator[Section]:
    """What the notice says, in the active language."""
    yield _("Notice"), _about(notice, now)
    yield _("Measures"), [_measure(measure) for measure in notice.measures.all()]


def sections_of(actor: Actor, ref: str, *, now: datetime) -> Iterator[Section]:
    """What the case file says to read, in the active language, and the course of the appeal in place of what it
    proves. Raises `NotFound`.
    """
    appeal = appeal_for(actor, ref)
    evidence = [item for item in evidence_shown_to(actor, appeal) if item.submission_id is not None]
    is_decided = appeal.state == AppealState.DECIDED
    letters = [letter_of(appeal, language=get_language() or LANGUAGES[0])] if is_decided else []
    yield from _told(appeal, evidence, letters, now=now)
    texts = [(event.effective_at, text_of(event.type, event.facts).staff) for event in events_of(appeal)]
    yield _("Course of the appeal"), [f"{beijing_time(at)} {text}" for at, text in texts if text]


def _about(notice: Any, now: datetime) -> Iterator[str]:
    served = {"number": notice.number, "when": beijing_time(notice.served_at)}
    yield _("Notice %(number)s, delivered on %(when)s.") % served
    yield notice.facts
    yield notice.reasons
    for translated in notices.translations_of(notice):
        yield translated.label
        yield from lines_of(translated)
    yield from (basis.sentence_at(now) for basis in notice.bases.all())


def _measure(measure: Any) -> str:
    said = [f"{measure.no}. {measure.kind.label}", measure.object_label, measure.scope]
    if measure.amount_minor is not None:
        said.append(money(measure.amount_minor))
    return " · ".join([*said, measure.get_state_display()])


def _appeal(appeal: Appeal) -> Iterator[str]:
    filed = {"when": beijing_time(appeal.filed_at), "ground": appeal.get_ground_display()}
    yield _("Filed on %(when)s: %(ground)s.") % filed
    for each in appeal.assisted.all():
        yield assisted_sentence(each)
        if each.correction:
            yield _("Correction by the party: %(text)s") % {"text": each.correction}
    if appeal.statement:
        yield appeal.statement
    yield _("State: %(state)s.") % {"state": appeal.get_state_display()}
