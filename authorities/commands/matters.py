"""Registers what authorities ask, answers it by two people, hands over sealed files, and closes it."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from appeals.queries import write_case_file as write_appeal
from archive import case_file
from archive.checkpoints import proof_of
from authorities.commands.seats import case_named, close_cases_of
from authorities.machine import MatterState
from authorities.models import ANSWERED_BY, Matter
from authorities.policies import may_register_matter, may_see_to, may_send_answer, visible_to
from casework.actor import Actor
from casework.canonical import digest, moment
from casework.clock import BEIJING
from casework.errors import Invalid, require, require_text
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from casework.models import Case, Event
from casework.named import named
from disputes.queries import write_case_file as write_dispute
from retention.commands import lift_hold, put_hold
from retention.models import LegalHold
from transparency.arithmetic import Period
from transparency.queries import published, quarter_published

MOST_CASES = 20
"""Case files that one export holds."""
FIGURES = "figures.json"


@command
def register_matter(
    *,
    actor: Actor,
    kind: str,
    office: str,
    document_no: str,
    received_at: datetime,
    asked: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Matter:
    """It is to be answered by `due_at`. Raises `NotAllowed`, and `Invalid` without office, number or what is asked, for
    a time that is not there or not later, and for what is registered already.
    """
    require(may_register_matter(actor))
    for name, text in (("office", office), ("document_no", document_no), ("asked", asked)):
        require_text(f"/{name}", text, _("Please fill this in."))
    if received_at > now:
        raise Invalid.field("/received_at", "invalid", _("It has come by now."))
    if due_at is None and kind in ANSWERED_BY:
        raise Invalid.field("/due_at", "required", _("Say by when the platform answers."))
    if due_at is not None and due_at <= received_at:
        raise Invalid.field("/due_at", "invalid", _("It is due after it came."))
    office, document_no = office.strip(), document_no.strip()
    if Matter.objects.filter(office=office, document_no=document_no).exists():
        raise Invalid.field("/document_no", "taken", _("This document is registered already."))
    matter = Matter(
        registered_by_id=actor.person,
        office=office,
        document_no=document_no,
        kind=kind,
        received_at=received_at,
        due_at=due_at,
        asked=asked,
    )
    open_case(
        matter,
        state=MatterState.OPEN,
        event="authority_matter.received",
        actor=actor,
        now=now,
        verb="register",
        facts={
            **named(matter, lambda m: (m.kind, m.office, m.document_no)),
            "due_at": moment(due_at) if due_at else "",
            "asked": digest(asked),
        },
        deadlines=[DeadlineSpec("authority_matter.due", due_at)] if due_at else [],
    )
    return matter


def _seen_to(actor: Actor, ref: str, version: int | None) -> Matter:
    matter = locked(Matter, visible_to(actor), ref, version)
    require(may_see_to(actor, matter))
    return matter


@command
def draft_answer(*, actor: Actor, ref: str, answer: str, now: datetime, expected_version: int | None = None) -> Matter:
    """The answer waits for another person. Raises `NotAllowed`, `NotYourTurn`, `Stale`, and `Invalid` without one."""
    matter = _seen_to(actor, ref, expected_version)
    require_text("/answer", answer, _("Please fill this in."))
    facts = {"answer": digest(answer)}
    fire(matter, "draft", actor=actor, now=now, facts=facts, answer=answer, drafted_by_id=actor.person)
    return matter


@command
def send_answer(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Matter:
    """The answer went out as it stands. Raises `NotAllowed`, `ConflictOfInterest` for who drafted it, `NotYourTurn`,
    `Stale`.
    """
    matter = locked(Matter, visible_to(actor), ref, expected_version)
    require(may_send_answer(actor, matter))
    facts = {"answer": digest(matter.answer)}
    fire(matter, "send", actor=actor, now=now, facts=facts, sent_by_id=actor.person, sent_at=now)
    return matter


@command
def follow_up_matter(
    *, actor: Actor, ref: str, text: str, now: datetime, expected_version: int | None = None
) -> Matter:
    """The entry stands under its day, below those before. Raises `NotAllowed`, `NotYourTurn`, `Stale`, `Invalid`."""
    matter = _seen_to(actor, ref, expected_version)
    require_text("/text", text, _("Please fill this in."))
    follow_up = f"{matter.follow_up}\n\n" if matter.follow_up else ""
    follow_up += f"{now.astimezone(BEIJING):%Y-%m-%d} {text}"
    fire(matter, "note_follow_up", actor=actor, now=now, facts={"follow_up": digest(follow_up)}, follow_up=follow_up)
    return matter


@command
def close_matter(*, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None) -> Matter:
    """Nothing changes it any more; no case is read for it, and what was held for it ends as it would have. Raises
    `NotAllowed`, `NotYourTurn` while an answer waits to be sent, `Stale`, and `Invalid` without a reason.
    """
    matter = _seen_to(actor, ref, expected_version)
    require_text("/reason", reason, _("Say how it ended."))
    close_cases_of(matter, actor=actor, now=now)
    fire(matter, "close", actor=actor, now=now, facts={"reason": digest(reason)}, closed_reason=reason)
    refs = [ref for event in matter.handed_over for ref in event.facts["holds"]]
    for hold in LegalHold.objects.at(now).filter(ref__in=refs).order_by("pk"):
        lift_hold(actor=actor, ref=hold.ref, reason=f"{matter.number}: {reason}", now=now)
    return matter


@command
def mark_matter_late(*, matter_id: int, effective_at: datetime, now: datetime) -> None:
    """Its answer is late, which compliance is told."""
    fire(Matter.lock(pk=matter_id), "mark_late", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


# — what is handed over —


@command
def export_matter(
    out: IO[bytes],
    *,
    actor: Actor,
    ref: str,
    now: datetime,
    cases: str = "",
    quarter: str = "",
    expected_version: int | None = None,
) -> str:
    """Writes case files and figures to `out` as one signed archive, which `archive.offline` verifies; returns its
    SHA-256, which the matter has. Its cases are held until the matter is closed.

    Raises `NotAllowed`, `NotYourTurn`, `Stale`, and `Invalid` for what there is not, nothing, and too much.
    """
    matter = _seen_to(actor, ref, expected_version)
    found = _cases_named(cases)
    period = quarter_published(quarter.strip()) if quarter.strip() else None
    if quarter.strip() and period is None:
        raise Invalid.field("/quarter", "unknown", _("There are no published figures of this quarter."))
    if not found and period is None:
        raise Invalid.field("/cases", "required", _("Name cases, or a quarter."))
    files: dict[str, bytes] = {f"cases/{case.number}.zip": _file_of(case, actor=actor, now=now) for case in found}
    chain = Event.objects.filter(case_kind=Matter.KIND, case_id=matter.pk).order_by("sequence")
    said = named(matter, lambda m: (m.ref, m.number, m.kind, m.office, m.document_no, m.received_at, m.due_at))
    case_file.write(
        out,
        case=matter,
        chains=[case_file.chain_of(matter, chain)],
        files=files,
        data={
            "case.json": {"matter": {**said, "asked": matter.asked}},
            **({} if period is None else {FIGURES: _figures(period)}),
            **proof_of(matter),
        },
        letters=[],
        sections=lambda letters: _sections(matter, [*sorted(files), *([] if period is None else [FIGURES])], now),
        now=now,
    )
    out.seek(0)
    sha256 = hashlib.file_digest(out, "sha256").hexdigest()  # type: ignore[arg-type]  # typing.IO lacks readinto
    held = {number for event in matter.handed_over for number in event.facts["cases"]}
    reason = f"{matter.get_kind_display()} {matter.number} · {matter.office} {matter.document_no}"
    holds = [
        put_hold(actor=actor, about=case.number, reason=reason, now=now) for case in found if case.number not in held
    ]
    facts = {
        "sha256": sha256,
        "size": out.seek(0, io.SEEK_END),
        "cases": [case.number for case in found],
        "quarter": quarter.strip(),
        "holds": [hold.ref for hold in holds],
    }
    fire(matter, "export", actor=actor, now=now, facts=facts)
    return sha256


def _cases_named(cases: str) -> list[Case]:
    names = list(dict.fromkeys(cases.split()))
    if len(names) > MOST_CASES:
        raise Invalid.field("/cases", "too-many", _("Name twenty cases at most."))
    found = [case_named(name, "appeal", "dispute") for name in names]
    if unknown := [name for name, case in zip(names, found, strict=True) if case is None]:
        words = _("There is no appeal or dispute of this number: %(numbers)s.")
        raise Invalid.field("/cases", "unknown", words % {"numbers": ", ".join(unknown)})
    return [case for case in found if case is not None]


def _file_of(case: Case, *, actor: Actor, now: datetime) -> bytes:
    out = io.BytesIO()
    write = write_appeal if case.KIND == "appeal" else write_dispute
    write(out, actor=actor, ref=case.ref, now=now)
    return out.getvalue()


def _figures(period: Period) -> list[dict[str, Any]]:
    """The rows that everybody reads of the quarter: None stands where a number is withheld."""
    return [
        {"metric": line.metric.code, "definition": line.metric.version}
        | named(line, lambda each: (each.cut, each.value, each.n, each.k, each.median, each.p90))
        for line in published(period)
    ]


def _sections(matter: Matter, files: Sequence[str], now: datetime) -> Iterator[tuple[str, Sequence[str]]]:
    yield matter.get_kind_display(), [f"{matter.office} · {matter.document_no}", matter.asked]
    yield str(_("What was handed over")), files
    course = str(_("Each case is an archive of its own in cases/, which is checked in the same way."))
    title, lines = case_file.proof_section(course, now=now)
    yield title, list(lines)
