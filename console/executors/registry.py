"""Every executor, one executor, and registering one."""

from collections.abc import Collection
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from console.executors.timeline import timeline_of
from console.frame import OVERSEES, ROWS, show, staff, surface
from executors import commands, queries
from executors.inputs.registry import RegisterExecutorInput
from executors.machine import ExecutorState
from executors.measurement import Share
from executors.models import Certification, Executor, Mandate, ProcessingTerms
from executors.queries.figures import figure, kind_rows
from executors.queries.in_force import mandate_in_force, newest_of_each
from executors.queries.measures import measure_labels
from executors.queries.pages import parties_to_register, shares_by_person
from executors.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm

MAX_INCIDENTS = 10


@surface("GET", "HEAD", "POST")
def register(request: HttpRequest) -> HttpResponse:
    """Registers a party of the platform as an executor; it may not act yet."""
    actor, name = staff(request, *OVERSEES), request.GET.get("q", "")[:100].replace("\x00", "").strip()
    found = parties_to_register(actor, name, most=ROWS + 1)
    found, is_more = found[:ROWS], len(found) > ROWS
    parties = [(party.ref, party.name) for party in found]
    form = InputForm(
        RegisterExecutorInput,
        request.POST or None,
        choices={"party": parties},
        initial={"kind": "ORGANISATION"},
    )
    made: list[Executor] = []
    if form.carried_out(lambda said: made.append(commands.register_executor(actor=actor, now=clock.now(), **said))):
        messages.success(request, _("Registered. Enter its terms, people and mandate next."))
        return redirect("executing:executor", ref=made[0].ref)
    return show(
        request,
        "executors/form.html",
        status=400 if form.errors else 200,
        form=form,
        heading=_("Register an executor"),
        lede=_("Whoever carries out your rules for you: firms and individuals. You answer for what they do."),
        groups=[{"fields": form.visible_fields()}],
        is_searched=bool(name) or is_more,
        asked=name,
        finds=_("There are more: look for the others by name.")
        if is_more
        else ""
        if found
        else _("No party of that name waits to be registered."),
        button=_("Register it"),
        back_url=reverse("executing:list"),
    )


@surface("GET", "HEAD", roles=OVERSEES)
def executor(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one executor with everything that was agreed with it, its people, and how well it does."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.executor_for(actor, ref)
    held = [c for c in newest_of_each(queries.certifications_for(actor)) if c.person.executor_id == row.pk]
    quality = queries.quality_for(actor, row.ref, now=now)
    shares = shares_by_person(row)
    is_live = row.state != ExecutorState.ENDED
    return show(
        request,
        "executors/executor.html",
        executor=row,
        lacks=lacks(row, held, now),
        actions=[
            action
            for action in actions_for(actor, row, now=now)
            if (page := action.verb.page_for(STAFF)) and not page.place
        ],
        mandate=_mandate(row, now),
        labels=measure_labels(),
        people=[
            (person, [c for c in held if c.person_id == person.pk], shares.get(person.pk, Share(0, 0)))
            for person in sorted(row.people.all(), key=lambda p: (not p.is_live, p.code))
        ],
        may_add_person=is_live and not (row.is_individual and any(p.is_live for p in row.people.all())),
        terms=_begun_terms(row, now) or max(row.processing_terms.all(), key=lambda t: t.no, default=None),
        figure=figure(quality.overturned, quality.pool, is_own=False),
        kinds=kind_rows(quality.by_class) if quality.is_shown else [],
        test=quality.test,
        incidents=queries.incidents_for(actor).filter(act__executor=row)[:MAX_INCIDENTS],
        entries=timeline_of(row),
        may_write=is_live,
        now=now,
    )


def lacks(executor: Executor, held: Collection[Certification], now: datetime) -> list[str]:
    """What keeps notices from being issued in its name, beside its state."""
    found = []
    if not executor.may_act:
        found.append(_("It is not active: %(state)s.") % {"state": executor.get_state_display()})
    if not executor.contract_covers(now):
        found.append(_("Its contract is not in term."))
    terms = _begun_terms(executor, now)
    if terms is None or not terms.cover(now):
        found.append(_("No terms for personal data are in force."))
    if mandate_in_force(executor, now=now) is None:
        found.append(_("No mandate is in force."))
    people = {p.pk for p in executor.people.all() if p.is_live}
    if not any(c.person_id in people and c.is_in_force(now) for c in held):
        found.append(_("Nobody there holds a certificate in force."))
    return found


def _begun_terms(executor: Executor, now: datetime) -> ProcessingTerms | None:
    """The terms that count: the newest that have begun."""
    begun = [t for t in executor.processing_terms.all() if t.effective_from <= now]
    return max(begun, key=lambda t: t.no, default=None)


def _mandate(executor: Executor, now: datetime) -> Mandate | None:
    """The version in force, else the next one to come."""
    coming = [
        m
        for m in executor.mandates.all()
        if m.granted_at is not None and m.effective_from > now and m.effective_until != m.effective_from
    ]
    return mandate_in_force(executor, now=now) or min(coming, key=lambda m: m.effective_from, default=None)
