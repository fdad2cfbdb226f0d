"""Instructions to executors, to do or to undo: given, taken on, reported done, withdrawn, handed over."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import CaseError, Invalid, NotYourTurn, OutsideMandate, or_not_found, require, require_text
from casework.firing import DeadlineSpec, command, expect_version, fire, open_case, refusal_of
from casework.formats import money
from casework.named import named
from executors.commands.carrying_out import answered_by, covering, may_carry_out, next_for
from executors.commands.locking import lock_executor
from executors.machine import OPEN_INSTRUCTION, InstructionState
from executors.models import Act, Executor, Instruction, InstructionKind
from executors.policies import instructions_visible_to, may_issue_instruction, may_withdraw_instruction

logger = logging.getLogger(__name__)
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


@dataclass(frozen=True, slots=True)
class MeasureDecided:
    """What a decision said of one measure: its number in the notice, and that it fell or what it is reduced to."""

    no: int
    measure_type: str
    fell: bool
    ends_at: datetime | None = None
    amount_minor: int | None = None
    currency: str = ""


@command
def issue_instruction(*, actor: Actor, draft: InstructionDraft, now: datetime) -> Instruction:
    """Instructs the executor to carry out a measure by a time; the same order sent again while it waits changes
    nothing.

    Raises `NotFound` for an executor that this actor may not see, `NotAllowed`, `OutsideMandate` where the executor may
    not act or its mandate does not cover the measure, and `Invalid`.
    """
    executor = lock_executor(actor, draft.executor)  # so that a suspension comes before it, or hands it over
    require(may_issue_instruction(actor, executor))
    require_text("/words", draft.words, _("Say what is to be done."))
    require_text("/subject_number", draft.subject_number, _("Name the subject by its number."))
    if draft.due_at <= now:
        raise Invalid.field("/due_at", "in-the-past", _("The time to do it lies in the future."))
    if not covering(draft.measure_type, now).filter(pk=executor.pk).exists():
        raise OutsideMandate(_("This executor may not act now, or its mandate does not cover the measure."))
    order = {
        "executor": executor,
        "kind": InstructionKind.ACT,
        "words": draft.words,
        "subject_number": draft.subject_number,
        "subject_ref": draft.subject_ref,
        "measure_type": draft.measure_type,
        "due_at": draft.due_at,
    }
    waiting = Instruction.objects.filter(**order, state=InstructionState.ISSUED).first()
    if waiting is not None:  # a second click, or the answer to the first was lost; the executor is locked meanwhile
        return waiting
    return _issue(Instruction(**order, client_id=executor.client_id), actor=actor, now=now)


@command
def acknowledge_instruction(
    *, actor: Actor, ref: str, now: datetime, person: str = "", callback_id: str = ""
) -> Instruction:
    """Takes the order on for the executor. Repeated, or after it went further, it changes nothing.

    `person` is the code of who took it on, where a back end passes it on; a person who is signed in speaks for
    themselves. Raises `NotFound`, `NotAllowed`, `Invalid` for an unknown code, `NotYourTurn` once it was withdrawn,
    `ExecutorNotCertified` and `OutsideMandate` where they may not carry it out.
    """
    del callback_id  # an order is taken on once, whatever number the report bears
    instruction = _lock_instruction(actor, ref)
    by = answered_by(actor, instruction, person)
    if instruction.state in (InstructionState.ACKNOWLEDGED, InstructionState.COMPLETED):
        return instruction  # delivered late or twice: what is newer stands
    if instruction.state == InstructionState.WITHDRAWN:
        raise NotYourTurn(_("This instruction was withdrawn. Do not carry it out."))
    require(may_carry_out(instruction, by, now))
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
    """Reports the order done, with evidence. The same report again (by `callback_id`) gets the same answer.

    Raises `NotFound`, `NotAllowed`, `Invalid` without evidence, for an unknown code, and for a report that was used for
    another instruction; `NotYourTurn` before it was taken on, after it was withdrawn, and for a second, other report;
    `ExecutorNotCertified` and `OutsideMandate` where they may not carry it out, unless an act is on record that does:
    that was weighed when it was done.
    """
    instruction = _lock_instruction(actor, ref)
    by = answered_by(actor, instruction, person)
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
    if not instruction.acts.exists() and (denial := may_carry_out(instruction, by, now)):
        raise denial
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
    """Withdraws the order. What was reported done before stays done.

    A reversal is not withdrawn: the measure that it undoes was overturned, and that stays owed; nor is an order on
    which somebody acted, since what was done can then be ordered undone. Raises `NotFound`, `NotAllowed`, `Stale`,
    `Invalid` without a reason, `NotYourTurn`.
    """
    instruction = _lock_instruction(actor, ref)
    require(may_withdraw_instruction(actor, instruction))
    expect_version(instruction, expected_version)
    require_text("/reason", reason, _("Say why."))
    if instruction.kind == InstructionKind.REVERSAL:
        raise NotYourTurn(_("What undoes an overturned measure stays owed until it is done."))
    if not instruction.is_open:
        raise NotYourTurn()
    if instruction.acts.exists():
        raise NotYourTurn(_("Somebody acted on this instruction. What was done is undone, not withdrawn."))
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


def order_reversal(
    of: Instruction, *, number: str, actor: Actor, now: datetime, rulings: Sequence[MeasureDecided] = ()
) -> Instruction | None:
    """Orders what was carried out on this order to be undone or reduced, by a time of its own.

    `rulings` say which measures fell or became lighter; without any the act fell as a whole. None where no measure of
    the order's kind did, and when it was ordered before. By who carried it out, also late in its contract; where it is
    suspended or gone by another, or by the platform itself, as with an order that was withdrawn for all that. Runs
    inside a transaction.
    """
    of = Instruction.lock(Q(), pk=of.pk)
    touched = [r for r in rulings if r.measure_type == of.measure_type]
    if (rulings and not touched) or of.reversals.filter(~Q(state=InstructionState.WITHDRAWN)).exists():
        return None
    executor = of.executor
    if of.state == InstructionState.WITHDRAWN:
        executor = None
    elif executor is not None and not executor.may_act:
        executor = next_for(of, now)
    with override(executor.party.language if executor is not None else "zh-hans"):
        words = _reversal_text(touched, number)
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


def _reversal_text(touched: Sequence[MeasureDecided], number: str) -> str:
    """Says what is to be undone, and what only reduced and to what; in the active language."""
    if all(r.fell for r in touched):
        return gettext("Undo what you did: notice %(number)s was overturned.") % {"number": number}
    lines = []
    for r in sorted(touched, key=lambda r: r.no):
        names = {"number": number, "no": r.no}
        if r.fell:
            lines.append(gettext("Undo measure %(no)s of notice %(number)s: it was revoked.") % names)
        if r.ends_at is not None:
            names["until"] = f"{timezone.localtime(r.ends_at):%Y-%m-%d %H:%M}"
            lines.append(gettext("Shorten measure %(no)s of notice %(number)s: it ends on %(until)s.") % names)
        if r.amount_minor is not None:
            names["amount"] = money(r.amount_minor, r.currency)
            lines.append(gettext("Lower measure %(no)s of notice %(number)s: it is %(amount)s.") % names)
    return " ".join(lines)[:2000]


@command
def hand_over_instructions(*, executor_id: int, now: datetime) -> list[Instruction]:
    """Gives every open order of an executor that may not carry it out to another, or to the platform itself.

    That is every order where it may not act, and those to act that its mandate, contract or terms cover no more. The
    other is one whose mandate covers the measure and who has least to do; its time is the old one, or a day if that is
    later. What somebody acted on, or what is ordered undone, was carried out and stays with who did it. An order that
    cannot be handed over keeps no other. Called again it finds nothing left to do.
    """
    executor = Executor.lock(Q(), pk=executor_id)
    open_ones = Instruction.objects.filter(executor=executor, state__in=OPEN_INSTRUCTION)
    if executor.may_act:
        open_ones = open_ones.filter(kind=InstructionKind.ACT)
    acted = Act.objects.filter(instruction=OuterRef("pk"))
    undone = Instruction.objects.filter(~Q(state=InstructionState.WITHDRAWN), reverses=OuterRef("pk"))
    open_ones = open_ones.filter(~Exists(acted), ~Exists(undone)).order_by("pk")
    found = []
    for old in open_ones.select_for_update(of=("self",)):
        if executor.may_act and covering(old.measure_type, now).filter(pk=executor.pk).exists():
            continue
        new = _handed_over(old, executor, now=now)
        if new is not None:
            found.append(new)
    return found


def _handed_over(old: Instruction, executor: Executor, *, now: datetime) -> Instruction | None:
    """Returns the order as it is with somebody else, or with the platform; None where it stays."""
    with override(executor.party.language):
        because = (
            gettext("Your mandate does not cover this any more; somebody else carries it out.")
            if executor.may_act
            else gettext("The executor may not act now; somebody else carries it out.")
        )
    receiver = next_for(old, now)
    for other in (receiver, None) if receiver is not None else (None,):
        try:
            with transaction.atomic():
                fire(
                    old,
                    "withdraw",
                    actor=SYSTEM,
                    now=now,
                    facts={"handed_over": True, "executor": executor.ref},
                    withdrawn_at=now,
                    withdrawn_because=because,
                )
                new = Instruction(
                    executor=other,
                    replaces=old,
                    due_at=max(old.due_at, now + timedelta(hours=settings.EXECUTOR_HANDOVER_HOURS)),
                    **named(old, lambda o: (o.client_id, o.kind, o.reverses_id, o.words)),
                    **named(old, lambda o: (o.subject_number, o.subject_ref, o.measure_type)),
                )
                return _issue(new, actor=SYSTEM, now=now)
        except (CaseError, IntegrityError) as error:
            if isinstance(error, IntegrityError) and refusal_of(error) is None:
                raise
            logger.warning("instruction %s was not handed over: %s", old.ref, error)
            old = Instruction.lock(Q(), pk=old.pk)  # as it is on record, not as the refused step left it
    return None


@command
def mark_instruction_overdue(*, instruction_id: int, effective_at: datetime, now: datetime) -> None:
    """Marks an order that is not done by its time as late; nothing when it is done, withdrawn or marked."""
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
    """Reminds whoever has to carry out an open order that its time runs out."""
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


def _lock_instruction(actor: Actor, ref: str) -> Instruction:
    """Locks and returns the order. Raises `NotFound` alike for missing and foreign."""
    row = or_not_found(
        Instruction.objects.filter(instructions_visible_to(actor), ref=ref).values("pk", "executor_id").first()
    )
    if row["executor_id"] is not None:
        Executor.lock(Q(), pk=row["executor_id"])  # so that what takes its permission away comes before, or after
    return Instruction.lock(Q(), pk=row["pk"])
