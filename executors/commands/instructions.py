"""What executors are told to do and to undo: given, taken on, reported done, taken back, handed over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.errors import CaseError, Invalid, NotAllowed, NotFound, NotYourTurn, OutsideMandate
from casework.firing import DeadlineSpec, command, expect_version, fire, open_case
from casework.ledger import digest
from executors.commands.held import held, require_text
from executors.machine import MAY_ACT, OPEN_INSTRUCTION, InstructionState
from executors.models import Executor, ExecutorPerson, Instruction, InstructionKind, Mandate, MandateMeasure
from executors.policies import (
    instructions_visible_to,
    may_answer_instruction,
    may_issue_instruction,
    may_withdraw_instruction,
    person_of,
)

SYSTEM = Actor.system("instructions")
REMIND_BEFORE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class InstructionDraft:
    """What the executor, named by ref, is to carry out by when; the subject by number, and no more about it."""

    executor: str
    words: str
    subject_number: str
    measure_type: str
    due_at: datetime
    subject_ref: str = ""


@command
def issue_instruction(*, actor: Actor, draft: InstructionDraft, now: datetime) -> Instruction:
    """The executor is told to carry out a measure by a time.

    Raises `NotFound` for an executor that this actor may not see, `NotAllowed`, `OutsideMandate` where the executor may
    not act or its mandate does not cover the measure, and `Invalid`.
    """
    executor = held(actor, draft.executor)  # so that a suspension comes before it, or hands it over
    if denial := may_issue_instruction(actor, executor):
        raise denial
    require_text("/words", draft.words, _("Say what is to be done."))
    require_text("/subject_number", draft.subject_number, _("Name the subject by its number."))
    if draft.due_at <= now:
        raise Invalid.field("/due_at", "in-the-past", _("The time to do it lies in the future."))
    if not _covering(draft.measure_type, now).filter(pk=executor.pk).exists():
        raise OutsideMandate(_("This executor may not act now, or its mandate does not cover the measure."))
    return _issue(
        Instruction(
            executor=executor,
            client_id=executor.client_id,
            kind=InstructionKind.ACT,
            words=draft.words,
            subject_number=draft.subject_number,
            subject_ref=draft.subject_ref,
            measure_type=draft.measure_type,
            due_at=draft.due_at,
        ),
        actor=actor,
        now=now,
    )


@command
def acknowledge_instruction(
    *, actor: Actor, ref: str, now: datetime, person: str = "", callback_id: str = ""
) -> Instruction:
    """Somebody of the executor took the order on. Said again, or after it went further, it changes nothing.

    `person` is the code of who took it on, where a back end passes it on; a person who is signed in speaks for
    themselves. Raises `NotFound`, `NotAllowed`, `Invalid` for an unknown code, `NotYourTurn` once it was withdrawn.
    """
    del callback_id  # an order is taken on once, whatever number the report bears
    instruction = _held(actor, ref)
    by = _answered_by(actor, instruction, person)
    if instruction.state in (InstructionState.ACKNOWLEDGED, InstructionState.COMPLETED):
        return instruction  # delivered late or twice: what is newer stands
    if instruction.state == InstructionState.WITHDRAWN:
        raise NotYourTurn(_("This instruction was withdrawn. Do not carry it out."))
    fire(
        instruction,
        "acknowledge",
        actor=actor,
        now=now,
        facts={"person": by.code if by is not None else ""},
        acknowledged_at=now,
        acknowledged_by=by,
    )
    return instruction


@command
def complete_instruction(
    *, actor: Actor, ref: str, evidence: str, now: datetime, person: str = "", callback_id: str = ""
) -> Instruction:
    """The order is done, and shown to be. The same report again (by `callback_id`) gets the same answer.

    Raises `NotFound`, `NotAllowed`, `Invalid` without evidence, for an unknown code, and for a report that was used for
    another instruction; `NotYourTurn` before it was taken on, after it was withdrawn, and for a second, other report.
    """
    instruction = _held(actor, ref)
    by = _answered_by(actor, instruction, person)
    if instruction.state == InstructionState.COMPLETED and callback_id and instruction.callback_id == callback_id:
        return instruction
    if instruction.state == InstructionState.WITHDRAWN:
        raise NotYourTurn(_("This instruction was withdrawn. Do not carry it out."))
    if instruction.state == InstructionState.COMPLETED:
        raise NotYourTurn(_("This instruction was reported done before."))
    if instruction.state == InstructionState.ISSUED:
        raise NotYourTurn(_("Take the instruction on before you report it done."))
    require_text("/evidence", evidence, _("Say how it is shown that it is done."))
    used = Instruction.objects.filter(executor=instruction.executor, callback_id=callback_id)
    if callback_id and used.exclude(pk=instruction.pk).exists():
        raise Invalid.field("/callback_id", "used-before", _("This report was used for another instruction."))
    fire(
        instruction,
        "complete",
        actor=actor,
        now=now,
        facts={
            "person": by.code if by is not None else "",
            "evidence": digest(evidence),
            "late": now > instruction.due_at,
        },
        completed_at=now,
        completed_by=by,
        evidence=evidence,
        callback_id=callback_id,
    )
    return instruction


@command
def withdraw_instruction(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> Instruction:
    """The order is not to be carried out any more. What was reported done before stays done.

    A reversal is not withdrawn: the measure that it undoes was overturned, and that stays owed. Raises `NotFound`,
    `NotAllowed`, `Stale`, `Invalid` without a reason, `NotYourTurn`.
    """
    instruction = _held(actor, ref)
    if denial := may_withdraw_instruction(actor, instruction):
        raise denial
    expect_version(instruction, expected_version)
    require_text("/reason", reason, _("Say why."))
    if instruction.kind == InstructionKind.REVERSAL:
        raise NotYourTurn(_("What undoes an overturned measure stays owed until it is done."))
    if not instruction.is_open:
        raise NotYourTurn()
    fire(
        instruction,
        "withdraw",
        actor=actor,
        now=now,
        facts={"reason": digest(reason)},
        withdrawn_at=now,
        withdrawn_because=reason,
    )
    return instruction


def order_reversal(of: Instruction, *, number: str, actor: Actor, now: datetime) -> Instruction | None:
    """What was carried out on this order is to be undone, by a time of its own; None when that was ordered before.

    By who carried it out, also late in its contract; where it is suspended or gone by another, or by the platform
    itself. Runs inside a transaction.
    """
    of = Instruction.lock(Q(), pk=of.pk)
    live = ~Q(state=InstructionState.WITHDRAWN)
    if of.state == InstructionState.WITHDRAWN or of.reversals.filter(live).exists():
        return None
    executor = of.executor
    if executor is not None and not executor.may_act:
        executor = _next_for(of, now)
    with override(executor.party.language if executor is not None else "zh-hans"):
        words = gettext("Undo what you did: notice %(number)s was overturned.") % {"number": number}
    return _issue(
        Instruction(
            executor=executor,
            client_id=of.client_id,
            kind=InstructionKind.REVERSAL,
            reverses=of,
            words=words,
            subject_number=of.subject_number,
            subject_ref=of.subject_ref,
            measure_type=of.measure_type,
            due_at=now + timedelta(hours=settings.EXECUTOR_REVERSAL_HOURS),
        ),
        actor=actor,
        now=now,
    )


@command
def hand_over_instructions(*, executor_id: int, now: datetime) -> list[Instruction]:
    """No order is open with an executor that may not act; each was given to another, or is the platform's own.

    The other is one whose mandate covers the measure and who has least to do; its time is the old one, or a day if that
    is later. Called again it finds nothing left to do.
    """
    executor = Executor.lock(Q(), pk=executor_id)
    if executor.may_act:
        return []
    found = []
    open_ones = Instruction.objects.filter(executor=executor, state__in=OPEN_INSTRUCTION).order_by("pk")
    for old in open_ones.select_for_update(of=("self",)):
        with override(executor.party.language):
            because = gettext("The executor may not act now; somebody else carries it out.")
        fire(
            old,
            "withdraw",
            actor=SYSTEM,
            now=now,
            facts={"handed_over": True, "executor": executor.ref},
            withdrawn_at=now,
            withdrawn_because=because,
        )
        receiver = _next_for(old, now)
        new = Instruction(
            executor=receiver,
            client_id=old.client_id,
            kind=old.kind,
            reverses_id=old.reverses_id,
            replaces=old,
            words=old.words,
            subject_number=old.subject_number,
            subject_ref=old.subject_ref,
            measure_type=old.measure_type,
            due_at=max(old.due_at, now + timedelta(hours=settings.EXECUTOR_HANDOVER_HOURS)),
        )
        found.append(_issue(new, actor=SYSTEM, now=now))
    return found


@command
def mark_instruction_overdue(*, instruction_id: int, effective_at: datetime, now: datetime) -> None:
    """An order that is not done by its time is marked late; nothing when it is done, withdrawn or marked."""
    instruction = Instruction.lock(Q(), pk=instruction_id)
    if instruction.is_open and instruction.overdue_at is None:
        fire(
            instruction,
            "mark_overdue",
            actor=Actor.system("deadline"),
            now=now,
            effective_at=effective_at,
            overdue_at=effective_at,
        )


@command
def remind_of_instruction(*, instruction_id: int, effective_at: datetime, now: datetime) -> None:
    """Whoever has to carry out an open order is told that its time runs out."""
    instruction = Instruction.lock(Q(), pk=instruction_id)
    if instruction.is_open:
        fire(instruction, "remind", actor=Actor.system("deadline"), now=now, effective_at=effective_at)


def _issue(instruction: Instruction, *, actor: Actor, now: datetime) -> Instruction:
    soon = instruction.due_at - REMIND_BEFORE
    clocks = [DeadlineSpec("instruction.due", instruction.due_at)]
    clocks += [DeadlineSpec("instruction.reminder", soon)] if soon > now else []
    open_case(
        instruction,
        state=InstructionState.ISSUED,
        event="instruction.issued",
        actor=actor,
        now=now,
        verb="issue",
        facts={
            "executor": instruction.executor.ref if instruction.executor is not None else "",
            "kind": str(instruction.kind),
            "measure_type": instruction.measure_type,
            "due": instruction.due_at.isoformat(),
            "reverses": instruction.reverses.ref if instruction.reverses is not None else "",
            "replaces": instruction.replaces.ref if instruction.replaces is not None else "",
            "words": digest(instruction.words),
        },
        deadlines=clocks,
    )
    return instruction


def _held(actor: Actor, ref: str) -> Instruction:
    """The order, locked. Raises `NotFound` alike for missing and foreign."""
    pk = Instruction.objects.filter(instructions_visible_to(actor), ref=ref).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    return Instruction.lock(Q(), pk=pk)


def _answered_by(actor: Actor, instruction: Instruction, code: str) -> ExecutorPerson | None:
    """Who of the executor answers; None where it is the platform's own. Raises `NotAllowed`, `Invalid`."""
    denial: CaseError | None = may_answer_instruction(actor, instruction)
    if denial:
        raise denial
    if instruction.is_the_platform_s:
        return None
    if actor.kind is not ActorKind.CLIENT:
        me = person_of(actor)
        if me is None or code not in ("", me.code):
            raise NotAllowed()
        return me
    people = ExecutorPerson.objects.filter(executor=instruction.executor, ended_at__isnull=True)
    found = people.filter(code=code).first()
    if found is None and not code and instruction.acknowledged_by_id is not None:
        found = people.filter(pk=instruction.acknowledged_by_id).first()
    if found is None:
        raise Invalid.field("/person", "unknown-person", _("Nobody of this executor has this code."))
    return found


def _covering(measure_type: str, now: datetime) -> QuerySet[Executor]:
    """The executors that may act now and whose mandate in force covers the measure."""
    in_force = Q(granted_at__isnull=False, effective_from__lte=now) & (
        Q(effective_until__isnull=True) | Q(effective_until__gt=now)
    )
    names = MandateMeasure.objects.filter(measure_type=measure_type).values("mandate_id")
    mandates = Mandate.objects.filter(in_force, pk__in=names).values("executor_id")
    return Executor.objects.filter(state__in=MAY_ACT, contract_from__lte=now, contract_until__gt=now, pk__in=mandates)


def _next_for(instruction: Instruction, now: datetime) -> Executor | None:
    """Another executor of the same client that may take this over: the one with least to do."""
    others = _covering(instruction.measure_type, now).exclude(pk=instruction.executor_id or 0)
    others = others.filter(client=instruction.client)
    waiting = Count("instructions", filter=Q(instructions__state__in=OPEN_INSTRUCTION))
    return others.annotate(waiting=waiting).order_by("waiting", "pk").first()
