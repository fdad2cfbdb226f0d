"""What the two sides say: the notice, the statement, a complaint or lawsuit, an answer, and taking the notice back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Party, PartyKind
from accounts.queries import parties_by_ref
from casework.actor import Actor, ActorKind
from casework.canonical import digest, moment
from casework.errors import DeadlinePassed, Invalid, NotYourTurn, require, require_text
from casework.firing import DeadlineSpec, command, fire, open_case
from casework.working_days import Calendar, DueTime, add_days, at_law
from infringements import policies
from infringements.claims import notice_hash, statement_hash
from infringements.commands.parts import Files, end_measure, locked_case, require_file, seal_files
from infringements.machine import InfringementState
from infringements.models import SILENCE_DAYS, Infringement
from rules.terms import terms_at

PROMISE = "infringement_time"


@dataclass(frozen=True, slots=True)
class Said:
    """What the right holder says; each can be missing at first."""

    right_kind: str = ""
    right_title: str = ""
    registration_no: str = ""
    holder_name: str = ""
    contact: str = ""
    merchant: str = ""
    links: str = ""
    evidence: str = ""
    wants: str = ""
    is_true: bool = False


@command
def file_infringement(*, actor: Actor, said: Said, now: datetime, holder: str = "", files: Files = ()) -> Infringement:
    """Files the notice. What is missing is in `missing`; it takes effect once nothing is.

    Raises `NotAllowed`, `FileRefused`, `TooLarge`, and `Invalid` for a right holder or merchant that is not known.
    """
    party = _holder(actor, holder)
    require(policies.may_file_infringement(actor, party.pk))
    if party.client_id is None:
        raise Invalid.field("/holder", "unknown-party", _("This party is on no platform."))
    case = Infringement(holder=party, client_id=party.client_id, is_passed_on=actor.kind is ActorKind.CLIENT)
    _take(case, said)
    open_case(
        case,
        state=InfringementState.INCOMPLETE,
        event="infringement.filed",
        actor=actor,
        now=now,
        verb="file",
        facts={"holder": party.ref, "passed_on": case.is_passed_on},
    )
    seal_files(case, files, actor=actor, now=now)
    _deliver_if_complete(case, actor=actor, now=now)
    return case


@command
def complete_infringement(
    *, actor: Actor, ref: str, said: Said, now: datetime, files: Files = (), expected_version: int | None = None
) -> Infringement:
    """Replaces what the notice says, until nothing is missing. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`,
    `Invalid` for a merchant that is not known.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_complete_infringement(actor, case))
    if case.state != InfringementState.INCOMPLETE:
        raise NotYourTurn()
    seal_files(case, files, actor=actor, now=now)
    _take(case, said)
    names = [name if name != "merchant" else "merchant_id" for name in (*asdict(said), "shop")]
    fire(case, "complete", actor=actor, now=now, **{name: getattr(case, name) for name in names})
    _deliver_if_complete(case, actor=actor, now=now)
    return case


@command
def add_infringement_file(
    *, actor: Actor, ref: str, file: BinaryIO, name: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Puts a file beside what the side on turn says next: notice, statement, or proof of a complaint or lawsuit.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `FileRefused`, `TooLarge`, `Invalid` beyond twenty.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_add_file(actor, case))
    if case.state not in (InfringementState.INCOMPLETE, InfringementState.FORWARDED, InfringementState.STATED):
        raise NotYourTurn()
    [row] = seal_files(case, [(file, name)], actor=actor, now=now)
    facts = {"no": row.no, "sha256": row.attachment.sha256, "part": str(row.part)}
    fire(case, "add_file", actor=actor, now=now, facts=facts)
    _deliver_if_complete(case, actor=actor, now=now)
    return case


@command
def withdraw_infringement(
    *, actor: Actor, ref: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Takes the notice back; a measure that rests on it ends. Raises `NotFound`, `NotAllowed`, `Stale`,
    `NotYourTurn`.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_withdraw_infringement(actor, case))
    fire(case, "withdraw", actor=actor, now=now, ended_at=now)
    if case.notice_id is not None:
        end_measure(case, gettext_noop("The right holder took its notice %(number)s back."), now=now)
    return case


def silence_due(now: datetime) -> DueTime:
    """Until when the right holder can show a complaint or lawsuit, where the statement reaches it now."""
    return at_law(add_days(now, SILENCE_DAYS), calendar=Calendar.current())


@command
def state_no_infringement(
    *,
    actor: Actor,
    ref: str,
    merchant_name: str,
    merchant_contact: str,
    statement: str,
    now: datetime,
    files: Files = (),
    expected_version: int | None = None,
) -> Infringement:
    """States that there is no infringement. It reaches the right holder at once: 15 days begin the day after
    (电子商务法 43(2); 民法典 137, 201, 203).

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without name, contact, words or a file.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_state_no_infringement(actor, case))
    if case.state != InfringementState.FORWARDED:
        raise NotYourTurn()
    said: dict[str, Any] = {
        "merchant_name": merchant_name,
        "merchant_contact": merchant_contact,
        "statement": statement,
    }
    for name, text in said.items():
        require_text(f"/{name}", text, _("Please fill this in."))
    seal_files(case, files, actor=actor, now=now)
    require_file(case, _("Add a file that shows it, such as a licence."))
    for name, text in said.items():
        setattr(case, name, text)
    due = silence_due(now)
    clock = DeadlineSpec(
        "infringement.silence", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
    )
    fire(
        case,
        "state_no_infringement",
        actor=actor,
        now=now,
        facts={"statement": statement_hash(case), "until": moment(due.at)},
        deadlines=[clock],
        stated_at=now,
        stated_by_id=actor.person,
        silence_at=due.at,
        **said,
    )
    return case


@command
def report_proceedings(
    *,
    actor: Actor,
    ref: str,
    kind: str,
    office: str,
    proceedings_no: str,
    now: datetime,
    files: Files = (),
    expected_version: int | None = None,
) -> Infringement:
    """Shows a complaint or lawsuit within the 15 days; the measure stays.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `DeadlinePassed`, `Invalid` without office, number or file.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_report_proceedings(actor, case))
    if case.state != InfringementState.STATED or case.silence_at is None:
        raise NotYourTurn()
    if now > case.silence_at:
        raise DeadlinePassed()
    for name, text in (("office", office), ("proceedings_no", proceedings_no)):
        require_text(f"/{name}", text, _("Please fill this in."))
    seal_files(case, files, actor=actor, now=now)
    require_file(case, _("Add the receipt or the notice of acceptance."))
    fire(
        case,
        "report_proceedings",
        actor=actor,
        now=now,
        facts={"kind": kind, "office": office, "number": proceedings_no},
        proceedings_kind=kind,
        office=office,
        proceedings_no=proceedings_no,
        proceedings_at=now,
    )
    return case


@command
def answer_infringement(
    *, actor: Actor, ref: str, answer: str, now: datetime, expected_version: int | None = None
) -> Infringement:
    """Answers what the platform asks before it may find the notice wrong; late, too, while nothing is found.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without words.
    """
    case = locked_case(actor, ref, expected_version)
    require(policies.may_answer_infringement(actor, case))
    if case.answer_by is None or case.answer or case.finding:
        raise NotYourTurn()
    require_text("/answer", answer, _("Please fill this in."))
    fire(case, "answer_question", actor=actor, now=now, facts={"answer": digest(answer)}, answer=answer)
    return case


def _holder(actor: Actor, named: str) -> Party:
    """The right holder that the actor names, or the one party for which they act. Raises `Invalid`."""
    if actor.kind is ActorKind.CLIENT:
        found = parties_by_ref({named}, client_id=actor.client_id).get(named)
    else:
        own = {p.pk: p for p in Party.objects.filter(pk__in=list(actor.parties)).exclude(kind=PartyKind.EXECUTOR)}
        chosen = [p for p in own.values() if named in (p.ref, p.external_ref)] if named else list(own.values())
        found = chosen[0] if len(chosen) == 1 else None
    if found is None or found.kind == PartyKind.EXECUTOR:
        raise Invalid.field("/holder", "unknown-party", _("Say for which party of yours you give the notice."))
    return found


def _take(case: Infringement, said: Said) -> None:
    """Puts what was said into the case. Raises `Invalid` for a merchant that is not on the right holder's platform."""
    for name, value in asdict(said).items():
        if name != "merchant":
            setattr(case, name, value)
    case.shop = said.merchant.strip()
    case.merchant = None
    if case.shop:
        found = parties_by_ref({case.shop}, client_id=case.client_id).get(case.shop)
        if found is None or found.kind != PartyKind.MERCHANT or found.pk == case.holder_id:
            raise Invalid.field("/merchant", "unknown-party", _("We know no other merchant with this number."))
        case.merchant = found


def _deliver_if_complete(case: Infringement, *, actor: Actor, now: datetime) -> None:
    if case.state != InfringementState.INCOMPLETE or case.missing:
        return
    due = terms_at(now, [case.holder_id])[PROMISE].due(now)
    clock = DeadlineSpec(
        "infringement.decide", due.at, is_provisional=due.provisional, calendar_version=due.calendar_version
    )
    facts = {"notice": notice_hash(case)}
    fire(case, "deliver", actor=actor, now=now, facts=facts, deadlines=[clock], received_at=now, decide_by=due.at)
