"""Instructions for compliance: all of them, one, giving one, withdrawing one, carrying out the platform's own."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import NotFound
from casework.states import states_on
from console.executors.forms import EvidenceForm, Form, InstructionForm, ReasonForm
from console.executors.frame import given, seen_version, staff, surface
from console.executors.timeline import timeline_of
from console.frame import ROWS, show
from executors import commands, queries
from executors.machine import INSTRUCTION_STATES, INSTRUCTION_TABS
from executors.models import Instruction
from executors.queries.in_force import mandate_in_force
from executors.queries.measures import measure_labels
from executors.verbs import actions_for
from surfaces.pages import page_of

TABS = {tab: states_on(INSTRUCTION_STATES, tab) for tab in INSTRUCTION_TABS}


@surface("GET", "HEAD")
def instructions(request: HttpRequest) -> HttpResponse:
    """Lists every instruction; of the open ones what is due first, of the others the newest first."""
    actor, now = staff(request), clock.now()
    every = queries.instructions_for(actor)
    counts = {name: capped_count(every.filter(state__in=states)) for name, states in TABS.items()}
    asked = request.GET.get("tab", "open")
    if asked not in TABS:
        raise NotFound()
    paging = page_of(_ordered(every, asked), request.GET, size=ROWS)
    return show(
        request,
        "executors/instructions.html",
        place="instructions",
        tabs=[(tab.name, tab.label, counts[tab.name]) for tab in INSTRUCTION_TABS.values()],
        tab=asked,
        paging=paging,
        labels=measure_labels(),
        now=now,
    )


def _ordered(rows: QuerySet[Instruction], tab: str) -> QuerySet[Instruction]:
    order = {"open": ("due_at", "id"), "done": ("-completed_at", "-id"), "withdrawn": ("-withdrawn_at", "-id")}
    return rows.filter(state__in=TABS[tab]).order_by(*order[tab])


@surface("GET", "HEAD")
def instruction(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one instruction with what became of it, and what can be done about it here."""
    return _instruction(request, ref)


@surface("POST")
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Withdraws the instruction."""
    actor, version = staff(request), seen_version(request)
    return _take(
        request,
        ref,
        "withdraw",
        ReasonForm(request.POST),
        lambda said: commands.withdraw_instruction(
            actor=actor, ref=ref, reason=said["reason"], expected_version=version, now=clock.now()
        ),
        done=_("The instruction was withdrawn."),
    )


@surface("POST")
def acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes on one of the platform's own."""
    actor = staff(request)
    return _take(
        request,
        ref,
        "acknowledge",
        Form(request.POST),
        lambda _said: commands.acknowledge_instruction(actor=actor, ref=ref, now=clock.now()),
        done=_("You have taken it on. Report it here once it is done."),
    )


@surface("POST")
def complete(request: HttpRequest, ref: str) -> HttpResponse:
    """Reports one of the platform's own as done, with evidence."""
    actor = staff(request)
    return _take(
        request,
        ref,
        "complete",
        EvidenceForm(request.POST),
        lambda said: commands.complete_instruction(actor=actor, ref=ref, evidence=said["evidence"], now=clock.now()),
        done=_("It is on file as done."),
    )


def _take(
    request: HttpRequest, ref: str, step: str, form: Form, act: Callable[[dict[str, Any]], object], *, done: str
) -> HttpResponse:
    if form.carried_out(act):
        messages.success(request, done)
        return redirect("executing:instruction", ref=ref)
    return _instruction(request, ref, typed={step: form})


def _instruction(request: HttpRequest, ref: str, *, typed: Mapping[str, Form] | None = None) -> HttpResponse:
    actor, now = staff(request), clock.now()
    row = queries.instruction_for(actor, ref)
    typed = typed or {}
    refused = next(iter(typed.values()), None)
    can = {action.name for action in actions_for(actor, row, now=now)}
    return show(
        request,
        "executors/instruction.html",
        status=400 if refused is not None else 200,
        place="instructions",
        form=refused,
        row=row,
        labels=measure_labels(),
        can_acknowledge="acknowledge" in can,
        can_withdraw="withdraw" in can,
        complete_form=typed.get("complete") or EvidenceForm() if "complete" in can else None,
        withdraw_form=typed.get("withdraw") or ReasonForm(hint=_("The executor reads it.")),
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
    form = InstructionForm(given(request), kinds=[(code, names.get(code, code)) for code in allowed])
    issued: list[Instruction] = []
    if form.carried_out(lambda said: issued.append(_give(actor, ref, said))):
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


def _give(actor: Actor, ref: str, said: Mapping[str, Any]) -> Instruction:
    return commands.issue_instruction(
        actor=actor, draft=commands.InstructionDraft(executor=ref, **said), now=clock.now()
    )
