"""Carries an overturned act to its end: explained, found, contested once, made good in the platform's name, closed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import (
    CaseError,
    DeadlinePassed,
    Invalid,
    NotAllowed,
    NotYourTurn,
    require,
    require_choice,
    require_text,
)
from casework.firing import DeadlineSpec, command, fire, locked
from casework.refs import new_ref
from casework.working_days import add_days
from executors import policies
from executors.commands.counting import counting, forget_course
from executors.commands.recourses import RECORDED_BEFORE, give_up, require_final_finding
from executors.machine import AWAITS_FINDING, COMPENSABLE, UNHEARD, IncidentState
from executors.models import (
    NOT_THE_EXECUTOR_S,
    TAKES_MONEY,
    Compensation,
    ErrorClass,
    Executor,
    ExecutorPerson,
    FindingOutcome,
    Incident,
    IncidentFile,
    IncidentFinding,
    RecourseEntry,
)
from files import attachments

SYSTEM = Actor.system("incidents")
DEADLINE = Actor.system("deadline")
MAX_FILES = 10


@command
def add_incident_file(
    *,
    actor: Actor,
    ref: str,
    file: BinaryIO,
    name: str,
    now: datetime,
    caption: str = "",
    expected_version: int | None = None,
) -> IncidentFile:
    """Adds a file to the explanation, sealed as received; only until the incident is explained.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `FileRefused`, `TooLarge`, `Invalid` beyond ten files.
    """
    incident = _lock_incident(actor, ref, expected_version)
    me = _explainer(actor, incident)
    if incident.state not in UNHEARD:
        raise NotYourTurn()
    return _add_file(incident, me, file, name, caption, actor=actor, now=now)


def find_due(since: datetime) -> datetime:
    """By when it has to be found who answers for an incident, since the executor was heard or contested."""
    return add_days(since, settings.EXECUTOR_FIND_DAYS)


@command
def explain_incident(
    *,
    actor: Actor,
    ref: str,
    explanation: str,
    now: datetime,
    files: Sequence[tuple[BinaryIO, str]] = (),
    expected_version: int | None = None,
) -> Incident:
    """Records the executor's explanation with its files (each with its name); late too, while nothing is found.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without words, `FileRefused`, `TooLarge`.
    """
    incident = _lock_incident(actor, ref, expected_version)
    me = _explainer(actor, incident)
    if incident.state not in UNHEARD:
        raise NotYourTurn()
    require_text("/explanation", explanation, _("Say how it came about."))
    for file, name in files:
        _add_file(incident, me, file, name, "", actor=actor, now=now)
    by = incident.find_by or find_due(now)  # explaining late gives nobody more time
    fire(
        incident,
        "explain",
        actor=actor,
        now=now,
        facts={"person": me.code, "explanation": digest(explanation), "late": now > incident.explain_by},
        deadlines=_find_clock(by) if incident.find_by is None else (),
        explanation=explanation,
        explained_at=now,
        explained_by=me,
        find_by=by,
    )
    return incident


@command
def find_incident(
    *,
    actor: Actor,
    ref: str,
    outcome: str,
    error_class: str,
    reasons: str,
    corrective_step: str,
    now: datetime,
    expected_version: int | None = None,
) -> Incident:
    """Records what a person of compliance found: whose fault it was, in what, and what is to be done better.

    Where the harmed party was made whole before a contest, it stays so; a claim against an executor that is found not
    to answer for it is given up. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest` for somebody who worked for the
    executor or found before, `Stale`, `NotYourTurn` before the executor was heard, and `Invalid`.
    """
    incident = _lock_incident(actor, ref, expected_version)
    require(policies.may_find_incident(actor, incident))
    if incident.state not in AWAITS_FINDING:
        raise NotYourTurn()
    require_choice("/outcome", outcome, FindingOutcome)
    require_choice("/error_class", error_class, ErrorClass)
    require_text("/reasons", reasons, _("Give the reasons."))
    require_text("/corrective_step", corrective_step, _("Say what is to be done better."))
    with _counting(incident, outcome):
        IncidentFinding.objects.create(
            incident=incident,
            round=incident.round,
            outcome=outcome,
            error_class=error_class,
            reasons=reasons,
            corrective_step=corrective_step,
            found_by_id=actor.person,
            session_hash=digest(actor.session),
            found_at=now,
        )
        is_first = incident.compensate_by is None
        compensate_by = incident.compensate_by or add_days(now, settings.EXECUTOR_COMPENSATE_DAYS)
        fire(
            incident,
            "find",
            actor=actor,
            now=now,
            facts={"outcome": outcome, "error_class": error_class, "round": incident.round}
            | {"reasons": digest(reasons), "executor": incident.act.executor.ref},
            deadlines=[DeadlineSpec("incident.compensate", compensate_by)] if is_first else (),
            finding=outcome,
            find_by=None,
            compensate_by=compensate_by,
            contest_by=incident.contest_by or add_days(now, settings.EXECUTOR_CONTEST_DAYS),
        )
    if incident.compensations.exists():
        fire(incident, "keep_compensation", actor=SYSTEM, now=now)
        recourse = getattr(incident, "recourse", None)
        if recourse is not None and not incident.is_answered_for:
            give_up(recourse, because=_("It was found anew that the executor does not answer for it."), now=now)
    return incident


@command
def contest_finding(
    *, actor: Actor, ref: str, reasons: str, now: datetime, expected_version: int | None = None
) -> Incident:
    """Contests the finding, once and in time; somebody else finds anew. What was paid stays paid.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` also for a second time, `DeadlinePassed`, `Invalid`.
    """
    incident = _lock_incident(actor, ref, expected_version)
    me = _explainer(actor, incident, policies.may_contest_finding(actor, incident))
    if incident.state not in (IncidentState.FOUND, IncidentState.COMPENSATED):
        raise NotYourTurn()
    if incident.round != 1:
        raise NotYourTurn(_("The finding was contested once; the new one stands."))
    if not incident.may_still_be_contested(now) or has_paid(incident):
        raise DeadlinePassed()
    require_text("/reasons", reasons, _("Say why the finding is wrong."))
    by = find_due(now)
    fire(
        incident,
        "contest",
        actor=actor,
        now=now,
        facts={"person": me.code, "reasons": digest(reasons)},
        deadlines=_find_clock(by),
        round=2,
        find_by=by,
        contest_reasons=reasons,
        contested_at=now,
        contested_by=me,
    )
    return incident


@command
def compensate_incident(
    *,
    actor: Actor,
    ref: str,
    amount_minor: int,
    now: datetime,
    currency: str = "CNY",
    reference: str = "",
    words: str = "",
    paid_at: datetime | None = None,
    expected_version: int | None = None,
) -> Incident:
    """Records what the platform paid the harmed party in its own name, or why nothing is owed; more can follow.

    That a finding is contested holds nothing up: the incident stays contested, and what was paid stands after the new
    finding. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, and `Invalid` for no amount, an amount without a
    reference of the payment, a payment that is on record, nothing without the reason, or a payment that lies ahead.
    """
    incident = _lock_incident(actor, ref, expected_version)
    require(policies.may_compensate_incident(actor, incident))
    if incident.state not in COMPENSABLE:
        raise NotYourTurn()
    reference = reference.strip()
    if amount_minor < 0:
        raise Invalid.field("/amount_minor", "negative", _("An amount is not negative."))
    if amount_minor:
        require_text("/reference", reference, _("Name the payment."))
    else:
        require_text("/words", words, _("Say why nothing is owed."))
    if paid_at is not None and paid_at > now:
        raise Invalid.field("/paid_at", "in-the-future", _("Record a payment once it was made."))
    if reference and incident.compensations.filter(reference=reference).exists():
        raise Invalid.field("/reference", "recorded-before", RECORDED_BEFORE)
    last: int = incident.compensations.aggregate(last=Max("no"))["last"] or 0
    row = Compensation.objects.create(
        incident=incident,
        no=last + 1,
        party_id=incident.party_id,
        amount_minor=amount_minor,
        currency=currency,
        reference=reference,
        words=words,
        paid_at=paid_at or now,
        recorded_by_ref=actor.ref,
        recorded_at=now,
    )
    fire(
        incident,
        "compensate",
        actor=actor,
        now=now,
        facts={"no": row.no, "amount_minor": amount_minor, "currency": currency, "words": digest(words)},
    )
    return incident


@command
def close_incident(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Incident:
    """Closes the incident: nothing is left to do for the harmed party. A claim on the executor goes on by itself.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` before the party was made whole, and while the executor can
    still contest the finding.
    """
    incident = _lock_incident(actor, ref, expected_version)
    require(policies.may_close_incident(actor, incident))
    if incident.state == IncidentState.COMPENSATED:
        require_final_finding(incident, now)
    fire(incident, "close", actor=actor, now=now, closed_at=now)
    return incident


@command
def lapse_explanation(*, incident_id: int, effective_at: datetime, now: datetime) -> None:
    """Ends the time to explain, so that it can be found on what is on file; does nothing if explained."""
    incident = Incident.lock(Q(), pk=incident_id)
    if incident.state == IncidentState.OPENED:
        by = find_due(effective_at)
        fire(
            incident,
            "lapse_explanation",
            actor=DEADLINE,
            now=now,
            effective_at=effective_at,
            deadlines=_find_clock(by),
            find_by=by,
        )


@command
def remind_of_incident(*, incident_id: int, effective_at: datetime, now: datetime) -> None:
    """Reminds whoever has to explain that the time runs out."""
    incident = Incident.lock(Q(), pk=incident_id)
    if incident.state == IncidentState.OPENED:
        fire(incident, "remind", actor=DEADLINE, now=now, effective_at=effective_at)


@command
def mark_finding_overdue(*, incident_id: int, effective_at: datetime, now: datetime) -> None:
    """Marks the finding as overdue and tells compliance; does nothing if it was found."""
    incident = Incident.lock(Q(), pk=incident_id)
    if incident.state in AWAITS_FINDING:
        fire(incident, "mark_finding_overdue", actor=DEADLINE, now=now, effective_at=effective_at)


@command
def mark_compensation_overdue(*, incident_id: int, effective_at: datetime, now: datetime) -> None:
    """Marks the compensation as overdue and tells compliance; does nothing if it was paid."""
    incident = Incident.lock(Q(), pk=incident_id)
    if incident.state in COMPENSABLE and not incident.compensations.exists():
        fire(incident, "mark_compensation_overdue", actor=DEADLINE, now=now, effective_at=effective_at)


def has_paid(incident: Incident) -> bool:
    """Whether the executor paid something back, which it only can once the time to contest was over."""
    taken = RecourseEntry.objects.filter(recourse__incident=incident, kind__in=TAKES_MONEY)
    return taken.exists()


@contextmanager
def _counting(incident: Incident, outcome: str) -> Iterator[None]:
    """What the finding changes in the counts and in the test is kept."""
    Executor.lock(Q(), pk=incident.act.executor_id)  # findings and outcomes of one executor follow one another
    if (incident.finding in NOT_THE_EXECUTOR_S) != (outcome in NOT_THE_EXECUTOR_S):
        forget_course(incident.act.executor_id)
    with counting(incident.act_id, incident.act.executor_id):
        yield


def _find_clock(by: datetime) -> list[DeadlineSpec]:
    return [DeadlineSpec("incident.find", by)]


def _lock_incident(actor: Actor, ref: str, expected_version: int | None) -> Incident:
    """Locks and returns the incident, as `casework.firing.locked`."""
    return locked(Incident, policies.incidents_visible_to(actor), ref, expected_version)


def _explainer(actor: Actor, incident: Incident, denial: CaseError | None = None) -> ExecutorPerson:
    denial = denial or policies.may_explain_incident(actor, incident)
    me = policies.person_of(actor)
    if denial or me is None:
        raise denial or NotAllowed()
    return me


def _add_file(
    incident: Incident, me: ExecutorPerson, file: BinaryIO, name: str, caption: str, *, actor: Actor, now: datetime
) -> IncidentFile:
    last: int = incident.files.aggregate(last=Max("no"))["last"] or 0
    if last >= MAX_FILES:
        raise Invalid.field("/files", "too-many", _("There are enough files already."))
    sealed = attachments.seal(file, name=name, actor=actor, now=now)
    row = IncidentFile.objects.create(
        ref=new_ref("ifl_"),
        incident=incident,
        no=last + 1,
        attachment=sealed,
        caption=(caption or sealed.name)[:200],
        added_by=me,
        added_at=now,
    )
    facts: dict[str, Any] = {"no": row.no, "sha256": sealed.sha256, "person": me.code}
    fire(incident, "add_file", actor=actor, now=now, facts=facts)
    return row
