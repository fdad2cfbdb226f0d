"""Instructions for compliance: all of them, one, giving one, withdrawing one, carrying out the platform's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from console.executors.frame import given, staff, surface
from console.executors.timeline import timeline_of
from console.frame import list_view, show
from console.templatetags.executor_tags import instruction_title
from executors import commands, queries
from executors.inputs.incidents import IssueInstructionInput
from executors.lists import INSTRUCTIONS
from executors.models import Instruction, InstructionKind
from executors.queries.in_force import mandate_in_force
from executors.queries.measures import measure_labels
from executors.verbs import INSTRUCTION
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm
from surfaces.lists import Column, Kind, Line, Order, state, tabs_of
from surfaces.verb_pages import Step, open_steps


def _executor(line: Line[Instruction]) -> str:
    executor = line.row.executor
    return str(executor.party.name) if executor is not None else _("the platform itself")


def _acknowledged_by(line: Line[Instruction]) -> str:
    person = line.row.acknowledged_by
    return str(person.code) if person is not None else ""


instructions = list_view(
    INSTRUCTIONS.shown(
        title=gettext_lazy("Instructions"),
        lede=gettext_lazy(
            "What executors were told to carry out or to undo. What nobody else may do is the platform's own, and done "
            "here."
        ),
        nothing=gettext_lazy("No instruction here."),
        tabs=tabs_of(Instruction, open="due", done="done", withdrawn="withdrawn"),
        orders={
            "due": Order(("due_at", "id"), on=("open",)),
            "done": Order(("-completed_at", "-id"), on=("done",)),
            "withdrawn": Order(("-withdrawn_at", "-id"), on=("withdrawn",)),
        },
        beside=lambda asked, rows: {"labels": measure_labels()},
        columns=[
            Column("number", gettext_lazy("Instruction"), lambda line: line.row.number, Kind.NUMBER),
            Column("executor", gettext_lazy("Executor"), _executor, note=_acknowledged_by),
            Column(
                "what",
                gettext_lazy("What to do"),
                lambda line: instruction_title(line.row, line.of_all["labels"]),
                note=lambda line: _("Take a measure back") if line.row.kind == InstructionKind.REVERSAL else "",
            ),
            state(),
            Column(
                "due",
                gettext_lazy("To be done by"),
                lambda line: line.row.due_at,
                Kind.DUE,
                order="due",
                on=["open"],
            ),
            Column(
                "when",
                gettext_lazy("When"),
                lambda line: line.row.completed_at or line.row.withdrawn_at,
                Kind.MOMENT,
                on=["done", "withdrawn"],
                note=lambda line: _("late") if line.row.completed_at and line.row.is_late(line.now) else "",
            ),
        ],
        link=lambda line: reverse("executing:instruction", args=[line.row.ref]),
        row_class=lambda line: "late" if line.row.is_late(line.now) else "",
        frame="console/executors/base.html",
        place="instructions",
        test=("instructions", "instruction-row"),
    ),
    who=staff,
)
"""Every instruction; of the open ones what is due first, of the others the newest first."""


@surface("GET", "HEAD")
def instruction(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one instruction with what became of it, and what can be done about it here."""
    return show_instruction(request, ref)


def show_instruction(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the instruction's page; `typed` is the step that was refused."""
    actor, now = staff(request), clock.now()
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


@surface("GET", "HEAD", "POST")
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """Instructs an executor to carry out a measure by a time."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    names, mandate = measure_labels(), mandate_in_force(executor, now=clock.now())
    allowed = sorted(m.measure_type for m in mandate.measures.all()) if mandate is not None else []
    kinds = [(code, names.get(code, code)) for code in allowed]
    form = InputForm(IssueInstructionInput, given(request), choices={"measure_type": kinds}, given={"executor": ref})
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
