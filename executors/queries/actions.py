"""What an actor can do now about a case of executors, whose turn it is, and by when.

What does not belong here: doing it, and where it is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from casework.actor import Actor
from casework.errors import CaseError
from casework.machine import step_for
from casework.models import Case
from executors import policies
from executors.machine import CONTESTABLE, OPEN_INSTRUCTION, UNHEARD, IncidentState, InstructionState
from executors.models import Executor, ExecutorPerson, Incident, Instruction, InstructionKind, Recourse

type Policy = Callable[..., CaseError | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that an actor can do now; `path` is what follows the case's address."""

    name: str
    path: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for somebody who works for an executor: the verb to press, and by when."""

    case: str
    ref: str
    number: str
    verb: str
    due_at: datetime | None
    subject: str


VERBS: dict[type[Case], tuple[tuple[str, str, Policy], ...]] = {
    Executor: (
        ("begin_training", "begin-training", policies.may_manage_executor),
        ("certify", "certify", policies.may_manage_executor),
        ("activate", "activate", policies.may_manage_executor),
        ("suspend", "suspend", policies.may_suspend_executor),
        ("reinstate", "reinstate", policies.may_reinstate_executor),
        ("end", "end", policies.may_manage_executor),
        ("extend_contract", "extend-contract", policies.may_manage_executor),
        ("record_terms", "processing-terms", policies.may_manage_executor),
        ("add_pay_term", "pay-terms", policies.may_manage_executor),
        ("grant_mandate", "mandates", policies.may_manage_executor),
        ("add_person", "persons", policies.may_manage_executor),
        ("propose_sub_processor", "sub-processors", policies.may_propose_sub_processor),
    ),
    Instruction: (
        ("acknowledge", "acknowledge", policies.may_answer_instruction),
        ("complete", "complete", policies.may_answer_instruction),
        ("withdraw", "withdraw", policies.may_withdraw_instruction),
    ),
    Incident: (
        ("explain", "explain", policies.may_explain_incident),
        ("contest", "contest", policies.may_contest_finding),
        ("find", "find", policies.may_find_incident),
        ("compensate", "compensate", policies.may_compensate_incident),
        ("close", "close", policies.may_close_incident),
    ),
    Recourse: (
        ("dispute", "dispute", policies.may_dispute_recourse),
        ("record_part_payment", "part-payment", policies.may_record_payment),
        ("settle", "settle", policies.may_end_recourse),
        ("write_off", "write-off", policies.may_end_recourse),
    ),
}
"""For each kind of case: the verb of its machine, the last part of its address, and who may."""
PERSONAL: frozenset[Policy] = frozenset(
    {
        policies.may_propose_sub_processor,
        policies.may_answer_instruction,
        policies.may_explain_incident,
        policies.may_contest_finding,
        policies.may_dispute_recourse,
    }
)
"""The policies that ask whom the actor is for an executor, and can be told."""


def actions_for(actor: Actor, case: Case, *, now: datetime, me: ExecutorPerson | None = None) -> list[Action]:
    """What this actor can do about the case now: what its machine allows, the policy grants and the time permits.

    Whoever asks about many cases says once, by `me`, whom the actor is for an executor.
    """
    found = []
    for verb, path, policy in VERBS[type(case)]:
        if step_for(case, verb) is None or not _in_time(case, verb, now):
            continue
        if (policy(actor, case, me) if policy in PERSONAL else policy(actor, case)) is not None:
            continue
        found.append(Action(path, path, _due_at(case, verb)))
    return found


def todo_for(actor: Actor) -> list[Todo]:
    """What waits for somebody who works for an executor: acts to explain, and orders to take on or to report done."""
    if policies.person_of(actor) is None:
        return []
    unheard = Incident.objects.filter(policies.incidents_visible_to(actor), state__in=UNHEARD)
    orders = Instruction.objects.filter(policies.instructions_visible_to(actor), state__in=OPEN_INSTRUCTION)
    return [
        *(Todo("incident", i.ref, i.number, "explain", due_at_of(i), i.subject_number) for i in unheard),
        *(
            Todo(
                "instruction",
                order.ref,
                order.number,
                "acknowledge" if order.state == InstructionState.ISSUED else "complete",
                order.due_at,
                order.subject_number,
            )
            for order in orders
        ),
    ]


def turn_of(case: Executor | Incident | Instruction) -> str:
    """Who is waited for: `executor`, `platform`, or nobody."""
    turn = case.STATES[case.state].turn
    is_its_own = isinstance(case, Instruction) and case.is_the_platform_s
    return "platform" if turn and is_its_own else turn


def due_at_of(incident: Incident) -> datetime | None:
    """Until when the executor can still be heard in time: with its explanation, later with its contest."""
    if incident.state == IncidentState.OPENED:
        return incident.explain_by
    is_contestable = incident.state in CONTESTABLE and incident.round == 1
    return incident.contest_by if is_contestable else None


def _in_time(case: Case, verb: str, now: datetime) -> bool:
    if isinstance(case, Incident) and verb == "contest":
        return case.may_still_be_contested(now)
    if isinstance(case, Incident) and verb == "close":
        return case.finding_stands(now)
    if isinstance(case, Recourse) and verb in ("record_part_payment", "settle"):
        return case.incident.finding_stands(now)
    if isinstance(case, Instruction) and verb == "withdraw":
        return case.kind != InstructionKind.REVERSAL  # what was overturned stays owed
    return True


def _due_at(case: Case, verb: str) -> datetime | None:
    if isinstance(case, Incident) and verb in ("explain", "contest"):
        return due_at_of(case)
    return case.due_at if isinstance(case, Instruction) and verb != "withdraw" else None
