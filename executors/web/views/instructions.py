"""Instructions: taking one on, and reporting it done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework import clock
from casework.formats import moment_text
from executors import commands, queries
from executors.models import Instruction
from executors.queries.measures import measure_labels
from executors.verbs import actions_for
from executors.web import presenters
from executors.web.forms import CompleteForm
from executors.web.frame import reader, show
from surfaces.web import page


@require_safe
@page()
def instruction(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one instruction of this executor's; another's is not found."""
    return _instruction(request, ref)


@require_POST
@page(keeps=("evidence",))
def complete(request: HttpRequest, ref: str) -> HttpResponse:
    """Reports it done, with evidence."""
    actor, _person = reader(request)
    form = CompleteForm(request.POST)
    if form.carried_out(
        lambda said: commands.complete_instruction(actor=actor, ref=ref, evidence=said["evidence"], now=clock.now())
    ):
        messages.success(request, _("It is on file as done."))
        return redirect("executors:instruction", ref=ref)
    return _instruction(request, ref, form=form)


def _instruction(request: HttpRequest, ref: str, *, form: CompleteForm | None = None) -> HttpResponse:
    actor, _person = reader(request)
    now = clock.now()
    row = queries.instruction_for(actor, ref)
    state = str(row.state)
    can = {action.name for action in actions_for(actor, row, now=now)}
    return show(
        request,
        "instruction.html",
        status=400 if form is not None and form.errors else 200,
        line=presenters.instruction_line(row, labels=measure_labels(), now=now),
        words=row.words,
        rows=_rows(row),
        turn=_turn(row, state, now),
        can_acknowledge="acknowledge" in can,
        can_complete="complete" in can,
        form=form or CompleteForm(),
        evidence=row.evidence,
        now=now,
    )


def _rows(row: Instruction) -> list[dict[str, Any]]:
    told = [
        (_("Notice"), row.subject_number),
        (_("Takes back"), row.reverses.number if row.reverses is not None else ""),
        (_("Given"), moment_text(row.created_at)),
        (_("Due"), moment_text(row.due_at)),
        (_("Taken on"), _by(row.acknowledged_by, row.acknowledged_at)),
        (_("Done"), _by(row.completed_by, row.completed_at)),
        (_("Withdrawn"), f"{moment_text(row.withdrawn_at)} {row.withdrawn_because}" if row.withdrawn_at else ""),
    ]
    return [{"key": key, "value": value} for key, value in told if value]


def _by(person: Any, at: Any) -> str:
    return f"{moment_text(at)} · {person.code}" if person is not None else ""


def _turn(row: Instruction, state: str, now: Any) -> dict[str, Any]:
    text = row.state_row.next_step
    if state == "ACKNOWLEDGED" and row.is_late(now):
        text = _("It is late. Do it now and report it.")
    return {"turn": "you" if row.is_open else "nobody", "at": row.due_at if row.is_open else None, "text": text}
