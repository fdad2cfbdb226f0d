"""Instructions for compliance: all of them, one, giving one, withdrawing one, carrying out the platform's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from console.executors.timeline import timeline_of
from console.frame import OVERSEES, show, staff, surface
from executors import commands, queries
from executors.inputs.incidents import IssueInstructionInput
from executors.models import Instruction
from executors.queries.in_force import mandate_in_force
from executors.queries.measures import measure_labels
from executors.verbs import INSTRUCTION
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm
from surfaces.verb_pages import Step, open_steps


def show_instruction(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the instruction's page; `typed` is the step that was refused."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.instruction_for(actor, ref)
    return show(
        request,
        "executors/instruction.html",
        status=200 if typed is None else typed.status,
        place="instructions",
        form=typed.form if typed else None,
        row=row,
        labels=measure_labels(),
        steps=open_steps(INSTRUCTION, STAFF, actor, row, now, typed),
        entries=timeline_of(row),
        now=now,
    )


instruction = surface("GET", "HEAD")(show_instruction)
"""Shows one instruction with what became of it, and what can be done about it here."""


@surface("GET", "HEAD", "POST", roles=OVERSEES, keeps=("words", "contract_number"))
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """Instructs an executor to carry out a measure by a time."""
    actor = staff(request, *OVERSEES)
    executor = queries.executor_for(actor, ref)
    names, mandate = measure_labels(), mandate_in_force(executor, now=clock.now())
    allowed = sorted(m.measure_type for m in mandate.measures.all()) if mandate is not None else []
    kinds = [(code, names.get(code, code)) for code in allowed]
    form = InputForm(
        IssueInstructionInput,
        request.POST or None,
        choices={"measure_type": kinds},
        given={"executor": ref},
    )
    issued: list[Instruction] = []
    if form.carried_out(lambda said: issued.append(commands.issue_instruction(actor=actor, now=clock.now(), **said))):
        messages.success(request, _("The instruction was issued."))
        return redirect("executing:instruction", ref=issued[0].ref)
    return show(
        request,
        "executors/form.html",
        status=400 if form.errors else 200,
        place="instructions",
        form=form,
        heading=_("Give an instruction: %(name)s") % {"name": executor.party.name},
        lede=_(
            "It says no more about the subject than is needed to find it. What the mandate does not cover is refused."
        ),
        groups=[{"fields": form.visible_fields()}],
        button=_("Give the instruction"),
        back_url=reverse("executing:executor", args=[ref]),
    )
