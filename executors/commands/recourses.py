"""Claims back from an executor what the platform paid the harmed party: a claim and its ledger."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import FieldError, Invalid, NotYourTurn, or_not_found, require, require_text
from casework.firing import command, expect_version, fire, open_case
from executors import policies
from executors.machine import IncidentState, RecourseState
from executors.models import ENDS_A_PART, EntryKind, Incident, Recourse, RecourseEntry

SYSTEM = Actor.system("recourse")
RECORDED_BEFORE = _("This payment is on record already.")


@command
def claim_recourse(
    *,
    actor: Actor,
    incident_ref: str,
    amount_minor: int,
    words: str,
    now: datetime,
    currency: str = "CNY",
    expected_version: int | None = None,
) -> Recourse:
    """Claims what the platform paid, or a part of it, from the executor; once per incident.

    It can be asked while the finding can still be contested; nothing is taken before. `expected_version` is the
    incident's. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` before the harmed party was made whole, where
    the executor does not answer for it, and for a second claim; `Invalid` for more than was paid, nothing, or no words.
    """
    pk = or_not_found(
        Incident.objects.filter(policies.incidents_visible_to(actor), ref=incident_ref)
        .values_list("pk", flat=True)
        .first()
    )
    require(policies.may_claim_recourse(actor))
    incident = Incident.lock(Q(), pk=pk)
    expect_version(incident, expected_version)
    if incident.state not in (IncidentState.COMPENSATED, IncidentState.CLOSED):
        raise NotYourTurn(_("The platform makes the harmed party whole first."))
    if not incident.is_answered_for:
        raise NotYourTurn(_("The executor does not answer for this incident."))
    if Recourse.objects.filter(incident=incident).exists():
        raise NotYourTurn(_("This incident has a claim already."))
    require_text("/words", words, _("Say what is claimed and why."))
    paid: int = incident.compensations.filter(currency=currency).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if not 0 < amount_minor <= paid:
        raise Invalid.field("/amount_minor", "more-than-paid", _("Claim at most what the harmed party was paid."))
    recourse = Recourse(
        incident=incident,
        executor=incident.act.executor,
        claimed_minor=amount_minor,
        currency=currency,
        words=words,
    )
    open_case(
        recourse,
        state=RecourseState.CLAIMED,
        event="recourse.claimed",
        actor=actor,
        now=now,
        verb="claim",
        facts={"incident": incident.ref, "amount_minor": amount_minor, "currency": currency, "words": digest(words)},
    )
    _enter(recourse, EntryKind.CLAIM, amount_minor, words=words, actor=actor, now=now)
    return recourse


@command
def dispute_recourse(
    *, actor: Actor, ref: str, reasons: str, now: datetime, expected_version: int | None = None
) -> Recourse:
    """Records why the executor does not owe the claim, or not so much.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without reasons.
    """
    recourse = _lock_recourse(actor, ref, expected_version)
    require(policies.may_dispute_recourse(actor, recourse))
    require_text("/reasons", reasons, _("Say why it is not owed."))
    fire(
        recourse,
        "dispute",
        actor=actor,
        now=now,
        facts={"reasons": digest(reasons)},
        dispute_reasons=reasons,
        disputed_at=now,
        disputed_by=policies.person_of(actor),
    )
    _enter(recourse, EntryKind.DISPUTE, 0, words=reasons[:2000], actor=actor, now=now)
    return recourse


@command
def record_part_payment(
    *,
    actor: Actor,
    ref: str,
    amount_minor: int,
    reference: str,
    now: datetime,
    words: str = "",
    expected_version: int | None = None,
) -> Recourse:
    """Records that a part of the claim was paid. What is paid in full is settled, not paid in part.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` also while the finding is or can be contested, `Invalid`.
    """
    recourse = _lock_recourse(actor, ref, expected_version)
    require(policies.may_record_payment(actor, recourse))
    _require_open(recourse)
    require_final_finding(recourse.incident, now)
    reference = _new_reference(recourse, reference)
    if not 0 < amount_minor < open_of(recourse):
        raise Invalid.field("/amount_minor", "not-a-part", _("A part payment is less than what is open."))
    require_text("/reference", reference, _("Name the payment."))
    _enter(recourse, EntryKind.PAYMENT, amount_minor, reference=reference, words=words, actor=actor, now=now)
    fire(
        recourse,
        "record_part_payment",
        actor=actor,
        now=now,
        facts={"amount_minor": amount_minor, "open_minor": open_of(recourse)},
    )
    return recourse


@command
def settle_recourse(
    *,
    actor: Actor,
    ref: str,
    amount_minor: int,
    now: datetime,
    reference: str = "",
    words: str = "",
    expected_version: int | None = None,
) -> Recourse:
    """Settles the claim with the last amount paid; what is open above it is given up, with the reason.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` also while the finding is or can be contested, `Invalid` for
    more than is open, an amount without a reference, a payment on record, or less than is open without words.
    """
    recourse = _lock_recourse(actor, ref, expected_version)
    require(policies.may_end_recourse(actor, recourse))
    _require_open(recourse)
    require_final_finding(recourse.incident, now)
    reference = _new_reference(recourse, reference)
    left = open_of(recourse)
    if not 0 <= amount_minor <= left:
        raise Invalid.field("/amount_minor", "more-than-open", _("Settle at most what is open."))
    if amount_minor:
        require_text("/reference", reference, _("Name the payment."))
    if amount_minor < left:
        require_text("/words", words, _("Say why the rest is given up."))
    _enter(recourse, EntryKind.SETTLEMENT, amount_minor, reference=reference, words=words, actor=actor, now=now)
    if amount_minor < left:
        _enter(recourse, EntryKind.WRITE_OFF, left - amount_minor, words=words, actor=actor, now=now)
    facts = {"amount_minor": amount_minor, "given_up_minor": left - amount_minor, "words": digest(words)}
    fire(recourse, "settle", actor=actor, now=now, facts=facts, ended_at=now)
    return recourse


@command
def write_off_recourse(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Recourse:
    """Writes off what is open, with the reason. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`."""
    recourse = _lock_recourse(actor, ref, expected_version)
    require(policies.may_end_recourse(actor, recourse))
    require_text("/reason", reason, _("Say why."))
    _require_open(recourse)
    _write_off(recourse, reason, actor=actor, now=now)
    return recourse


def give_up(recourse: Recourse, *, because: str | Promise, now: datetime) -> None:
    """Writes off, by the system, what is open of a claim whose ground fell away. Runs inside a transaction."""
    recourse = Recourse.lock(Q(), pk=recourse.pk)
    if not recourse.is_open:
        return
    with override(recourse.executor.party.language):
        _write_off(recourse, str(because), actor=SYSTEM, now=now)


def open_of(recourse: Recourse) -> int:
    """Returns what is neither paid nor given up."""
    ended: int = recourse.entries.filter(kind__in=ENDS_A_PART).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return recourse.claimed_minor - ended


def require_final_finding(incident: Incident, now: datetime) -> None:
    """Raises `NotYourTurn`, saying why, where the finding can still change."""
    if incident.state == IncidentState.CONTESTED:
        detail, code = _("The finding is contested; this waits for the new one."), "contested"
    elif incident.may_still_be_contested(now):
        detail, code = _("The executor can still contest the finding; this waits until it cannot."), "may-be-contested"
    else:
        return
    raise NotYourTurn(detail, errors=[FieldError("", code, detail)])


def _new_reference(recourse: Recourse, reference: str) -> str:
    """Returns the payment's name as it is kept. Raises `Invalid` where it is in the ledger already."""
    reference = reference.strip()
    if reference and recourse.entries.filter(reference=reference).exists():
        raise Invalid.field("/reference", "recorded-before", RECORDED_BEFORE)
    return reference


def _write_off(recourse: Recourse, reason: str, *, actor: Actor, now: datetime) -> None:
    left = open_of(recourse)
    _enter(recourse, EntryKind.WRITE_OFF, left, words=reason, actor=actor, now=now)
    facts: dict[str, Any] = {"given_up_minor": left, "reason": digest(reason)}
    fire(recourse, "write_off", actor=actor, now=now, facts=facts, ended_at=now)


def _enter(
    recourse: Recourse,
    kind: EntryKind,
    amount: int,
    *,
    actor: Actor,
    now: datetime,
    reference: str = "",
    words: str = "",
) -> None:
    last: int = recourse.entries.aggregate(last=Max("no"))["last"] or 0
    RecourseEntry.objects.create(
        recourse=recourse,
        no=last + 1,
        kind=kind,
        amount_minor=amount,
        reference=reference,
        words=words,
        by_ref=actor.ref,
        at=now,
    )


def _require_open(recourse: Recourse) -> None:
    if not recourse.is_open:
        raise NotYourTurn()


def _lock_recourse(actor: Actor, ref: str, expected_version: int | None) -> Recourse:
    """Locks the claim, its incident before it. Raises `NotFound` alike for missing and foreign, and `Stale`."""
    found = or_not_found(
        Recourse.objects.filter(policies.recourses_visible_to(actor), ref=ref).values_list("pk", "incident_id").first()
    )
    incident = Incident.lock(Q(), pk=found[1])
    recourse = Recourse.lock(Q(), pk=found[0])
    recourse.incident = incident  # as it is now, and held
    expect_version(recourse, expected_version)
    return recourse
