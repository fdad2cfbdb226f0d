"""Instructions as compliance works with them: all of them, one, giving one, taking one back, doing the platform's own.

What does not belong here: what an executor's people do with theirs (web).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import NotFound
from casework.machine import states_on
from casework.templatetags.casework_tags import moment_text
from console.executors import showing
from console.executors.forms import EvidenceForm, Form, InstructionForm, ReasonForm
from console.executors.frame import seen_version, staff, surface
from console.executors.steps import RETRY
from console.frame import ROWS, show
from executors import commands, queries
from executors.machine import INSTRUCTION_STATES, INSTRUCTION_TABS
from executors.models import Instruction
from executors.queries.measures import measure_labels
from executors.queries.pages import codes_of, events_of
from executors.queries.standing import mandate_in_force
from executors.verbs import actions_for

TABS = {tab: states_on(INSTRUCTION_STATES, tab) for tab in INSTRUCTION_TABS}


@surface("GET", "HEAD")
def instructions(request: HttpRequest) -> HttpResponse:
    """Every instruction; of the open ones what is due first, of the others the newest first."""
    actor, now = staff(request), clock.now()
    every = queries.instructions_for(actor)
    labels = {"open": _("Open"), "done": _("Carried out"), "withdrawn": _("Withdrawn")}
    counts = {name: every.filter(state__in=states).count() for name, states in TABS.items()}
    asked = request.GET.get("tab", "open")
    if asked not in TABS:
        raise NotFound()
    paging = Paginator(_ordered(every, asked), ROWS).get_page(request.GET.get("page"))
    names = measure_labels()
    return show(
        request,
        "executors/instructions.html",
        place="instructions",
        tabs=[(name, labels[name], counts[name]) for name in TABS],
        tab=asked,
        rows=[_row(row, names, now) for row in paging],
        paging=paging,
        now=now,
    )


def _ordered(rows: QuerySet[Instruction], tab: str) -> QuerySet[Instruction]:
    order = {"open": ("due_at", "id"), "done": ("-completed_at", "-id"), "withdrawn": ("-withdrawn_at", "-id")}
    return rows.filter(state__in=TABS[tab]).order_by(*order[tab])


def _row(row: Instruction, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    executor = row.executor
    return {
        "number": row.number,
        "url": reverse("executing:instruction", args=[row.ref]),
        "title": _title(row, names),
        "executor": executor.party.name if executor is not None else _("the platform itself"),
        "person": row.acknowledged_by.code if row.acknowledged_by is not None else "",
        "is_reversal": row.kind == "REVERSAL",
        "state": str(row.state),
        "label": row.get_state_display(),
        "due_at": row.due_at if row.is_open else None,
        "at": row.completed_at or row.withdrawn_at,
        "is_late": row.is_late(now),
    }


def _title(row: Instruction, names: Mapping[str, str]) -> str:
    return _("%(measure)s: %(subject)s") % {
        "measure": names.get(row.measure_type, row.measure_type),
        "subject": row.subject_number,
    }


@surface("GET", "HEAD")
def instruction(request: HttpRequest, ref: str) -> HttpResponse:
    """One instruction with what became of it, and what can be done about it here."""
    return _instruction(request, ref)


@surface("POST")
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """It is not to be carried out any more."""
    form = ReasonForm(request.POST)
    return _take(
        request,
        ref,
        "withdraw",
        form,
        lambda actor: commands.withdraw_instruction(
            actor=actor,
            ref=ref,
            reason=form.cleaned_data["reason"],
            expected_version=seen_version(request),
            now=clock.now(),
        ),
        done=_("The instruction was withdrawn."),
    )


@surface("POST")
def acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform's own is taken on."""
    form = Form(request.POST)
    return _take(
        request,
        ref,
        "acknowledge",
        form,
        lambda actor: commands.acknowledge_instruction(actor=actor, ref=ref, now=clock.now()),
        done=_("You have taken it on. Report it here once it is done."),
    )


@surface("POST")
def complete(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform's own is on file as done, with what shows it."""
    form = EvidenceForm(request.POST)
    return _take(
        request,
        ref,
        "complete",
        form,
        lambda actor: commands.complete_instruction(
            actor=actor, ref=ref, evidence=form.cleaned_data["evidence"], now=clock.now()
        ),
        done=_("It is on file as done."),
    )


def _take(request: HttpRequest, ref: str, step: str, form: Form, act: Any, *, done: str) -> HttpResponse:
    actor = staff(request)
    if form.is_valid():
        try:
            act(actor)
        except RETRY as refused:
            form.take(refused)
        else:
            messages.success(request, done)
            return redirect("executing:instruction", ref=ref)
    return _instruction(request, ref, typed={step: form})


def _instruction(request: HttpRequest, ref: str, *, typed: Mapping[str, Form] | None = None) -> HttpResponse:
    actor, now = staff(request), clock.now()
    row = queries.instruction_for(actor, ref)
    typed = typed or {}
    refused = next(iter(typed.values()), None)
    can = {action.name for action in actions_for(actor, row, now=now)}
    events = list(events_of(row))
    executor = row.executor
    return show(
        request,
        "executors/instruction.html",
        status=400 if refused is not None else 200,
        place="instructions",
        form=refused,
        instruction=_row(row, measure_labels(), now)
        | {
            "ref": row.ref,
            "version": row.version,
            "executor_url": reverse("executing:executor", args=[executor.ref]) if executor is not None else "",
            "words": row.words,
            "evidence": row.evidence,
        },
        said=showing.rows_of(_told(row)),
        can_acknowledge="acknowledge" in can,
        can_withdraw="withdraw" in can,
        complete_form=typed.get("complete") or EvidenceForm() if "complete" in can else None,
        withdraw_form=typed.get("withdraw") or ReasonForm(hint=_("The executor reads it.")),
        entries=showing.course(events, codes_of(event.actor_ref for event in events)),
        now=now,
    )


def _told(row: Instruction) -> list[tuple[Any, Any]]:
    return [
        (_("Notice"), row.subject_number),
        (_("Takes back"), row.reverses.number if row.reverses is not None else ""),
        (_("Taken over from"), row.replaces.number if row.replaces is not None else ""),
        (_("Given"), moment_text(row.created_at)),
        (_("Due"), moment_text(row.due_at)),
        (_("Taken on"), _by(row.acknowledged_by, row.acknowledged_at)),
        (_("Done"), _by(row.completed_by, row.completed_at)),
        (_("Withdrawn"), moment_text(row.withdrawn_at) if row.withdrawn_at else ""),
        (_("Why"), row.withdrawn_because),
    ]


def _by(person: Any, at: datetime | None) -> str:
    if at is None:
        return ""
    return f"{moment_text(at)} · {person.code}" if person is not None else moment_text(at)


@surface("GET", "HEAD", "POST")
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """An executor is told to carry out a measure by a time."""
    actor = staff(request)
    executor = queries.executor_for(actor, ref)
    names, mandate = measure_labels(), mandate_in_force(executor, now=clock.now())
    allowed = sorted(m.measure_type for m in mandate.measures.all()) if mandate is not None else []
    form = InstructionForm(
        request.POST if request.method == "POST" else None, kinds=[(code, names.get(code, code)) for code in allowed]
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _give(actor, ref, form)
        except RETRY as refused:
            form.take(refused)
        else:
            messages.success(request, _("The instruction was issued."))
            return redirect("executing:instruction", ref=row.ref)
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


def _give(actor: Actor, ref: str, form: Form) -> Instruction:
    return commands.issue_instruction(
        actor=actor, draft=commands.InstructionDraft(executor=ref, **form.cleaned_data), now=clock.now()
    )
