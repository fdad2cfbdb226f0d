"""What waits for somebody who works for an executor, whose turn it is in a case, and by when."""

from datetime import datetime

from django.db.models import Q

from casework.actor import Actor
from casework.todo import Todo
from executors import policies
from executors.machine import CONTESTABLE, OPEN_INSTRUCTION, UNHEARD, IncidentState, InstructionState
from executors.models import Executor, Incident, Instruction

MOST = 50


def todo_for(actor: Actor) -> list[Todo]:
    """What waits for somebody who works for an executor: acts to explain, and orders to take on or to report done; of
    each state the first by time.
    """
    me = policies.person_of(actor)
    if me is None or me.executor.party_id not in actor.parties:
        return []
    theirs = Incident.objects.filter(policies.incidents_visible_to(actor)).order_by("explain_by", "id")
    unheard = [row for state in UNHEARD for row in theirs.filter(state=state)[:MOST]]
    orders = Instruction.objects.filter(policies.instructions_visible_to(actor), state__in=OPEN_INSTRUCTION)
    return [
        *(Todo("incident", "explain", i.ref, i.number, "explain", due_at_of(i), i.subject_number) for i in unheard),
        *(
            Todo("instruction", verb, order.ref, order.number, verb, order.due_at, order.subject_number)
            for order in orders.order_by("due_at", "id")[:MOST]
            for verb in ("acknowledge" if order.state == InstructionState.ISSUED else "complete",)
        ),
    ]


def turn_of(case: Executor | Incident | Instruction) -> str:
    """Who is waited for: `executor`, `platform`, or nobody."""
    turn = case.state_row.turn
    is_its_own = isinstance(case, Instruction) and case.is_the_platform_s
    return "platform" if turn and is_its_own else turn


HEARD_UNTIL = {
    "explain_by": Q(state=IncidentState.OPENED),
    "contest_by": Q(state__in=[str(each) for each in CONTESTABLE], round=1),
}
"""The columns that `due_at_of` reads, and when."""


def due_at_of(incident: Incident) -> datetime | None:
    """Until when the executor can still be heard in time: with its explanation, later with its contest."""
    if incident.state == IncidentState.OPENED:
        return incident.explain_by
    is_contestable = incident.state in CONTESTABLE and incident.round == 1
    return incident.contest_by if is_contestable else None
