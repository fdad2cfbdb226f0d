"""Every executor, one executor, and registering one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casework import clock
from casework.formats import moment_text
from console.executors.frame import given, staff, surface, to_executor
from console.executors.timeline import timeline_of
from console.frame import ROWS, list_view, show
from executors import commands, queries
from executors.inputs.registry import RegisterExecutorInput
from executors.lists import EXECUTORS
from executors.machine import MAY_ACT, OPEN_INCIDENT, ExecutorState
from executors.measurement import Share
from executors.models import Certification, Executor, Mandate, ProcessingTerms
from executors.queries.figures import decided_text, figure, kind_rows, percent, range_text
from executors.queries.in_force import certificate_state, mandate_in_force, newest_of_each
from executors.queries.measures import measure_labels
from executors.queries.pages import parties_to_register, shares_by_executor, shares_by_person
from executors.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.input_forms import InputForm
from surfaces.lists import Asked, Column, Flag, Kind, Line, state

MAX_INCIDENTS = 10


class Beside(NamedTuple):
    """What is said of one executor besides; of its people how many hold a certificate, of how many, and of how many no
    other lasts longer than thirty days."""

    mandate: Mandate | None
    incidents: int
    share: Share
    certified: int
    people: int
    expiring: int


def _beside(asked: Asked[Executor], rows: Sequence[Executor]) -> Mapping[Any, Any]:
    held: dict[int, list[Certification]] = defaultdict(list)
    for row in newest_of_each(queries.certifications_for(asked.actor)):
        held[row.person.executor_id].append(row)
    incidents = queries.incidents_for(asked.actor).filter(state__in=OPEN_INCIDENT)
    open_ones = dict(incidents.order_by().values_list("act__executor").annotate(n=Count("pk")))
    shares, pool = shares_by_executor(asked.actor)
    found: dict[Any, Any] = {
        each.pk: Beside(
            mandate_in_force(each, now=asked.now),
            open_ones.get(each.pk, 0),
            shares.get(each.pk, Share(0, 0)),
            *_certified(each, held[each.pk], asked.now),
        )
        for each in rows
    }
    return found | {"pool": pool, "incidents": sum(open_ones.values())}


def _certified(executor: Executor, held: Collection[Certification], now: datetime) -> tuple[int, int, int]:
    people = {p.pk for p in executor.people.all() if p.is_live}
    states = {(c.person_id, certificate_state(c, now=now)) for c in held}
    valid = {person for person, state in states if state == "VALID"}
    expiring = {person for person, state in states if state == "EXPIRING"}
    return len((valid | expiring) & people), len(people), len(expiring - valid)


def _mandate_text(line: Line[Executor]) -> str:
    mandate = line.beside.mandate
    if mandate is None:
        return _("none in force")
    if mandate.effective_until is None:
        return _("version %(no)s, open end") % {"no": mandate.no}
    until = moment_text(mandate.effective_until, "day")
    return _("version %(no)s, until %(until)s") % {"no": mandate.no, "until": until}


def _expiring(line: Line[Executor]) -> str:
    n = line.beside.expiring
    return ngettext("%(n)s expires within 30 days", "%(n)s expire within 30 days", n) % {"n": n} if n else ""


def _totals(asked: Asked[Executor]) -> Mapping[str, Any]:
    """What stands above the list: of all executors, however it is narrowed."""
    states = Counter(str(state) for state in asked.every.order_by().values_list("state", flat=True))
    return {
        "may_act": sum(states[each] for each in MAY_ACT),
        "suspended": states["SUSPENDED"],
        "open_incidents": asked.beside["incidents"],
        "pool": _pool(asked.beside["pool"]),
    }


executors = list_view(
    EXECUTORS.shown(
        title=gettext_lazy("Executors"),
        hint=gettext_lazy(
            "Share of the decisions of persons, in an appeal or a dispute, that overturned what was done; one that "
            "overturned what only the tool or the rule was at fault for is left out. 95% Wilson range; under 30 "
            "decisions nothing is shown."
        ),
        nothing=gettext_lazy("No executor is registered. Whoever carries out your rules for you belongs here."),
        searched=gettext_lazy("Search by number or name"),
        columns=[
            Column(
                "name",
                gettext_lazy("Executor"),
                lambda line: line.row.party.name,
                note=lambda line: f"{line.row.number} · {line.row.get_kind_display()}",
            ),
            Column("number", gettext_lazy("Number"), lambda line: line.row.number, file_only=True),
            state(),
            Column(
                "contract",
                gettext_lazy("Contract until"),
                lambda line: line.row.contract_until,
                Kind.DAY,
                flags=lambda line: [Flag(_("over"), "alert", "stop")] if line.row.contract_until <= line.now else [],
            ),
            Column("mandate", gettext_lazy("Mandate"), _mandate_text),
            Column(
                "certified",
                gettext_lazy("Certified people"),
                lambda line: _("%(n)s of %(of)s") % {"n": line.beside.certified, "of": line.beside.people},
                note=_expiring,
            ),
            Column("incidents", gettext_lazy("Open incidents"), lambda line: line.beside.incidents, Kind.FIGURE),
            Column(
                "overturned",
                gettext_lazy("Overturned (95% range)"),
                lambda line: range_text(line.beside.share),
                Kind.FIGURE,
                note=lambda line: decided_text(line.beside.share),
            ),
        ],
        beside=_beside,
        link=lambda line: reverse("executing:executor", args=[line.row.ref]),
        frame="console/executors/base.html",
        template="console/executors/list.html",
        test=("executors", "executor-row"),
    ),
    who=staff,
    more=_totals,
)
"""Every executor with its state, its terms and its figures."""


def _pool(share: Share) -> dict[str, str] | None:
    """Everybody's rate with its range, where there are enough decisions to show one."""
    if share.value is None or share.interval is None:
        return None
    low, high = share.interval
    return {"rate": percent(share.value), "low": percent(low).removesuffix("%"), "high": percent(high)}


@surface("GET", "HEAD", "POST")
def register(request: HttpRequest) -> HttpResponse:
    """Registers a party of the platform as an executor; it may not act yet."""
    actor, name = staff(request), request.GET.get("q", "")[:100].replace("\x00", "").strip()
    found = parties_to_register(actor, name, most=ROWS + 1)
    found, is_more = found[:ROWS], len(found) > ROWS
    parties = [(party.ref, party.name) for party in found]
    form = InputForm(
        RegisterExecutorInput, given(request), choices={"party": parties}, initial={"kind": "ORGANISATION"}
    )
    made: list[Executor] = []
    if form.carried_out(lambda said: made.append(commands.register_executor(actor=actor, now=clock.now(), **said))):
        messages.success(request, _("Registered. Enter its terms, people and mandate next."))
        return to_executor(made[0].ref)
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


@surface("GET", "HEAD")
def executor(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one executor with everything that was agreed with it, its people, and how well it does."""
    actor, now = staff(request), clock.now()
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
