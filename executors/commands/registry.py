"""Registers an executor, its people and what is agreed with it; and moves it from training to the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Party, PartyKind
from accounts.queries import parties_by_ref
from casework.actor import Actor, ActorKind
from casework.errors import (
    ExecutorNotCertified,
    Invalid,
    NotYourTurn,
    OutsideMandate,
    or_not_found,
    require,
    require_choice,
    require_text,
)
from casework.firing import command, fire, open_case
from casework.named import named
from casework.refs import new_ref
from executors import policies
from executors.commands.locking import after_acts, lock_executor, lock_managed
from executors.commands.reminders import CONTRACT, TERMS, reminders_of_term
from executors.machine import ExecutorState
from executors.models import (
    Certification,
    Executor,
    ExecutorKind,
    OnEnd,
    PayMetric,
    PayTerm,
    ProcessingTerms,
    SubProcessor,
    certification_in_force,
)


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """What the executor may do with personal data; `on_end` is what happens to them: return or delete."""

    purpose: str
    method: str
    data_kinds: str
    protection: str
    on_end: str
    effective_from: datetime
    until: datetime


# — registering —


@command
def register_executor(
    *,
    actor: Actor,
    party: str,
    kind: str,
    contract_number: str,
    contract_from: datetime,
    contract_until: datetime,
    now: datetime,
) -> Executor:
    """Registers the party, named by ref or by the client's own number, as an executor; it may not act yet.

    Raises `NotAllowed`, and `Invalid` for an unknown party, one of another kind, one registered before, or no term.
    """
    require(policies.may_register_executor(actor))
    row = _party(actor, party)
    if row is None or row.kind != PartyKind.EXECUTOR:
        raise Invalid.field("/party", "unknown-party", _("We know no executor of yours with this number."))
    if Executor.objects.filter(party=row).exists():
        raise Invalid.field("/party", "registered-before", _("This executor is registered already."))
    require_choice("/kind", kind, ExecutorKind)
    require_text("/contract_number", contract_number, _("Give the number of the contract."))
    _require_term("/contract_until", contract_from, contract_until)
    executor = Executor(
        party=row,
        client_id=row.client_id,
        kind=kind,
        contract_number=contract_number,
        contract_from=contract_from,
        contract_until=contract_until,
        state_since=now,
    )
    open_case(
        executor,
        state=ExecutorState.REGISTERED,
        event="executor.registered",
        actor=actor,
        now=now,
        verb="register",
        facts={"kind": kind, "party": row.ref, "contract_until": contract_until.isoformat()},
        deadlines=reminders_of_term(CONTRACT, now, contract_until),
    )
    return executor


def _party(actor: Actor, name: str) -> Party | None:
    if actor.kind is ActorKind.CLIENT:
        return parties_by_ref({name}, client_id=actor.client_id).get(name)
    return Party.objects.filter(ref=name).first()


def _require_term(pointer: str, start: datetime, end: datetime | None) -> None:
    if end is not None and end <= start:
        raise Invalid.field(pointer, "not-after-start", _("The end lies after the start."))


# — where it stands —


@command
def begin_training(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Executor:
    """Lets its people train and be tested. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`."""
    executor = lock_managed(actor, ref, expected_version)
    fire(executor, "begin_training", actor=actor, now=now, state_since=now)
    return executor


@command
def certify_executor(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Executor:
    """Certifies the executor, since one of its people is certified.

    Raises as `begin_training`, and `ExecutorNotCertified` while nobody holds a certification in force.
    """
    executor = lock_managed(actor, ref, expected_version)
    _require_certified_person(executor, now)
    fire(executor, "certify", actor=actor, now=now, state_since=now)
    return executor


@command
def activate_executor(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> Executor:
    """Lets the executor act within its mandate.

    Raises as `certify_executor`, and `OutsideMandate` without contract, processing terms or mandate in force, or
    while nobody leads the organisation.
    """
    executor = lock_managed(actor, ref, expected_version)
    _require_ready(executor, now)
    fire(executor, "activate", actor=actor, now=now, state_since=now)
    return executor


@command
def suspend_executor(
    *,
    actor: Actor,
    ref: str,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Executor:
    """Suspends the executor, with the reason; what it did before stays in force and can be reviewed.

    By a person of compliance, or by the system's own test. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`,
    and `Invalid` without a reason.
    """
    executor = lock_executor(actor, ref, expected_version)
    require(policies.may_suspend_executor(actor, executor))
    require_text("/reason", reason, _("Say why."))
    fire(
        executor,
        "suspend",
        actor=actor,
        now=now,
        facts={"by_system": actor.kind is ActorKind.SYSTEM} | dict(facts or {}),
        state_reason=reason,
        state_since=after_acts(now, executor=executor),
    )
    return executor


@command
def reinstate_executor(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Executor:
    """Lets the executor act again, with the reason. Raises as `suspend_executor` and `activate_executor`."""
    executor = lock_executor(actor, ref, expected_version)
    require(policies.may_reinstate_executor(actor, executor))
    require_text("/reason", reason, _("Say why."))
    if executor.state == ExecutorState.SUSPENDED:
        _require_ready(executor, now)
    fire(
        executor,
        "reinstate",
        actor=actor,
        now=now,
        state_reason=reason,
        state_since=max(now, executor.state_since),
    )
    return executor


@command
def end_executor(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Executor:
    """Ends the executor's work for the platform.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without a reason.
    """
    executor = lock_managed(actor, ref, expected_version)
    require_text("/reason", reason, _("Say why."))
    fire(
        executor,
        "end",
        actor=actor,
        now=now,
        state_reason=reason,
        state_since=after_acts(now, executor=executor),
    )
    return executor


def _require_certified_person(executor: Executor, now: datetime) -> None:
    found = Certification.objects.filter(
        certification_in_force(now), person__executor=executor, person__ended_at__isnull=True
    )
    if not found.exists():
        raise ExecutorNotCertified(_("None of its people holds a certification in force."))


def _require_ready(executor: Executor, now: datetime) -> None:
    _require_certified_person(executor, now)
    if not executor.contract_covers(now):
        raise OutsideMandate(_("The contract is not in term."))
    if not executor.has_terms(now):
        raise OutsideMandate(_("No terms of data processing are in force."))
    if not any(m.is_in_force(now) for m in executor.mandates.all()):
        raise OutsideMandate(_("No mandate is in force."))
    if not executor.is_individual and not policies.live_leads(executor).exists():
        raise OutsideMandate(_("Nobody leads this organisation. Add a lead first: somebody must be heard for it."))


# — what is agreed —


@command
def extend_contract(
    *, actor: Actor, ref: str, contract_number: str, until: datetime, now: datetime, expected_version: int | None = None
) -> Executor:
    """Extends the contract. Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid` unless that is longer."""
    executor = lock_managed(actor, ref, expected_version)
    require_text("/contract_number", contract_number, _("Give the number of the contract."))
    if until <= executor.contract_until:
        raise Invalid.field("/contract_until", "not-longer", _("The contract runs at least as long already."))
    fire(
        executor,
        "extend_contract",
        actor=actor,
        now=now,
        facts={"until": until.isoformat()},
        deadlines=reminders_of_term(CONTRACT, now, until),
        contract_number=contract_number,
        contract_until=until,
    )
    return executor


@command
def record_processing_terms(
    *, actor: Actor, ref: str, terms: TermsDraft, now: datetime, expected_version: int | None = None
) -> ProcessingTerms:
    """Records terms of data processing, which replace those before from their start on.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, and `Invalid` for what is left out.
    """
    executor = lock_managed(actor, ref, expected_version)
    for name in ("purpose", "method", "data_kinds", "protection"):
        require_text(f"/{name}", getattr(terms, name), _("State it: entrusted data need terms (PIPL, article 21)."))
    require_choice("/on_end", terms.on_end, OnEnd)
    _require_term("/until", terms.effective_from, terms.until)
    row = ProcessingTerms.objects.create(
        executor=executor,
        no=executor.processing_terms.count() + 1,
        recorded_at=now,
        recorded_by_ref=actor.ref,
        **named(terms, lambda t: (t.purpose, t.method, t.data_kinds, t.protection)),
        **named(terms, lambda t: (t.on_end, t.effective_from, t.until)),
    )
    fire(
        executor,
        "record_terms",
        actor=actor,
        now=now,
        facts={"no": row.no, "until": row.until.isoformat()},
        deadlines=reminders_of_term(TERMS, now, row.until, row.no),
    )
    return row


@command
def propose_sub_processor(
    *, actor: Actor, ref: str, name: str, purpose: str, now: datetime, expected_version: int | None = None
) -> SubProcessor:
    """Proposes that a part of the work be passed on; nobody of theirs may work until the platform agrees.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid`.
    """
    executor = lock_executor(actor, ref, expected_version)
    require(policies.may_propose_sub_processor(actor, executor))
    require_text("/name", name, _("Say who it is."))
    require_text("/purpose", purpose, _("Say what for."))
    row = SubProcessor.objects.create(
        ref=new_ref("sub_"), executor=executor, name=name, purpose=purpose, proposed_at=now, proposed_by_ref=actor.ref
    )
    fire(executor, "propose_sub_processor", actor=actor, now=now, facts={"sub_processor": row.ref})
    return row


@command
def decide_sub_processor(
    *, actor: Actor, ref: str, sub_processor: str, approved: bool, now: datetime, expected_version: int | None = None
) -> SubProcessor:
    """Records the platform's yes or no to a sub-processor, once, by a person.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn` when that was said before.
    """
    executor = lock_executor(actor, ref, expected_version)
    row = or_not_found(executor.sub_processors.filter(ref=sub_processor).first())
    require(policies.may_decide_sub_processor(actor, executor))
    if row.decided_at is not None:
        raise NotYourTurn(_("This was decided already."))
    row.approved, row.decided_at, row.decided_by_id = approved, now, actor.person
    row.save(update_fields=["approved", "decided_at", "decided_by"])
    fire(
        executor,
        "decide_sub_processor",
        actor=actor,
        now=now,
        facts={"sub_processor": row.ref, "approved": approved},
    )
    return row


@command
def add_pay_term(
    *,
    actor: Actor,
    ref: str,
    metric: str,
    words: str,
    starts_at: datetime,
    now: datetime,
    ends_at: datetime | None = None,
    expected_version: int | None = None,
) -> PayTerm:
    """Records what the executor is paid by. Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`.

    Raises `Invalid` for pay by anything but cases, hours, accuracy and timeliness: whoever is paid for rejections or
    measures finds something to reject (办法 20, 21).
    """
    executor = lock_managed(actor, ref, expected_version)
    if metric not in PayMetric.values:
        raise Invalid.field(
            "/metric",
            "pay-keyed-to-outcome",
            _(
                "Pay may follow cases, hours, accuracy or timeliness. Whoever is paid for rejections or measures finds"
                " something to reject."
            ),
        )
    require_text("/words", words, _("Say it in words."))
    _require_term("/ends_at", starts_at, ends_at)
    row = PayTerm.objects.create(
        executor=executor,
        metric=metric,
        words=words,
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_at=now,
        recorded_by_ref=actor.ref,
    )
    fire(executor, "add_pay_term", actor=actor, now=now, facts={"metric": metric})
    return row
