"""Instructions: taking one on, and reporting it done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.formats import deadline_text, moment_text
from executors import queries
from executors.machine import InstructionState
from executors.models import Instruction
from executors.queries.measures import measure_labels
from executors.verbs import INSTRUCTION
from executors.web import presenters
from executors.web.frame import reader, show
from surfaces.asks import PARTY
from surfaces.verb_pages import Step, open_steps
from surfaces.web import page


def show_instruction(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the instruction's page; `typed` is the step that was refused."""
    actor, _person = reader(request)
    now = clock.now()
    row = queries.instruction_for(actor, ref)
    state = str(row.state)
    return show(
        request,
        "instruction.html",
        status=200 if typed is None else typed.status,
        line=presenters.instruction_line(row, labels=measure_labels(), now=now),
        words=row.words,
        rows=_rows(row),
        turn=_turn(row, state, now),
        steps=open_steps(INSTRUCTION, PARTY, actor, row, now, typed),
        form=typed.form if typed else None,
        evidence=row.evidence,
        now=now,
    )


instruction = page("GET", "HEAD")(show_instruction)
"""Shows one instruction of this executor's; another's is not found."""


def _rows(row: Instruction) -> list[dict[str, Any]]:
    told = [
        (_("Notice"), row.subject_number),
        (_("Takes back"), row.reverses.number if row.reverses is not None else ""),
        (_("Given"), moment_text(row.created_at)),
        (_("Due"), deadline_text(row.due_at)),
        (_("Taken on"), _by(row.acknowledged_by, row.acknowledged_at)),
        (_("Done"), _by(row.completed_by, row.completed_at)),
        (_("Withdrawn"), f"{moment_text(row.withdrawn_at)} {row.withdrawn_because}" if row.withdrawn_at else ""),
    ]
    return [{"key": key, "value": value} for key, value in told if value]


def _by(person: Any, at: Any) -> str:
    return f"{moment_text(at)} · {person.code}" if person is not None else ""


def _turn(row: Instruction, state: str, now: Any) -> dict[str, Any]:
    text = row.state_row.next_step
    if state == InstructionState.ACKNOWLEDGED and row.is_late(now):
        text = _("It is late. Do it now and report it.")
    return {"turn": "you" if row.is_open else "nobody", "at": row.due_at if row.is_open else None, "text": text}
