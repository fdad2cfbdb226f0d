"""Every executor, one executor, and registering one."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from console.executors import showing
from console.executors.forms import RegisterForm
from console.executors.frame import staff, surface
from console.executors.steps import RETRY, STEPS, steps_open, to_executor
from console.frame import ROWS, show
from executors import commands, queries
from executors.machine import MAY_ACT, OPEN_INCIDENT
from executors.measurement import Share
from executors.models import Certification, Executor
from executors.queries.figures import figure, kind_rows, percent
from executors.queries.pages import codes_of, events_of, parties_to_register, shares_by_executor, shares_by_person
from executors.queries.standing import newest_of_each

MOST_INCIDENTS = 10


@surface("GET", "HEAD")
def executors(request: HttpRequest) -> HttpResponse:
    """Every executor with its state, its terms and its figures."""
    actor, now = staff(request), clock.now()
    every = queries.executors_for(actor)
    paging = Paginator(every, ROWS).get_page(request.GET.get("page"))
    held = newest_of_each(queries.certifications_for(actor))
    by_executor: dict[int, list[Certification]] = {}
    for row in held:
        by_executor.setdefault(row.person.executor_id, []).append(row)
    open_ones = Counter(
        queries.incidents_for(actor).filter(state__in=OPEN_INCIDENT).values_list("act__executor_id", flat=True)
    )
    shares, pool = shares_by_executor(actor)
    states = Counter(str(state) for state in every.values_list("state", flat=True))
    return show(
        request,
        "executors/list.html",
        rows=[
            showing.list_row(
                executor,
                by_executor.get(executor.pk, []),
                incidents=open_ones[executor.pk],
                share=shares.get(executor.pk, Share(0, 0)),
                now=now,
            )
            for executor in paging
        ],
        totals=[
            {"label": _("may act"), "value": sum(states[each] for each in MAY_ACT)},
            {"label": _("suspended"), "value": states["SUSPENDED"]},
            {"label": _("open incidents"), "value": sum(open_ones.values())},
            _pool(pool),
        ],
        method=method_text(),
        paging=paging,
        may_register=True,
        now=now,
    )


def _pool(share: Share) -> dict[str, str]:
    """Everybody's rate, with its range beneath it."""
    if share.value is None or share.interval is None:
        return {"label": _("overturned, all together"), "value": "–"}
    low, high = share.interval
    said = {"low": percent(low).removesuffix("%"), "high": percent(high)}
    return {
        "label": _("overturned, all together (95%% range %(low)s–%(high)s)") % said,
        "value": percent(share.value),
    }


def method_text() -> str:
    """How the figures are counted, in one sentence."""
    return _(
        "Share of the decisions of persons, in an appeal or a dispute, that overturned what was done; one that "
        "overturned what only the tool or the rule was at fault for is left out. 95% Wilson range; under 30 decisions "
        "nothing is shown."
    )


@surface("GET", "HEAD", "POST")
def register(request: HttpRequest) -> HttpResponse:
    """A party of the platform becomes an executor; it may not act yet."""
    actor = staff(request)
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        parties=[(party.ref, party.name) for party in parties_to_register(actor)],
    )
    if request.method == "POST" and form.is_valid():
        try:
            executor = commands.register_executor(actor=actor, now=clock.now(), **form.cleaned_data)
        except RETRY as refused:
            form.take(refused)
        else:
            messages.success(request, _("Registered. Enter its terms, people and mandate next."))
            return to_executor(executor.ref)
    return show(
        request,
        "executors/form.html",
        status=400 if form.errors else 200,
        form=form,
        heading=_("Register an executor"),
        lede=_("Whoever carries out your rules for you: firms and individuals. You answer for what they do."),
        groups=[{"fields": form.visible_fields()}],
        button=_("Register it"),
        back_url=reverse("executing:list"),
    )


@surface("GET", "HEAD")
def executor(request: HttpRequest, ref: str) -> HttpResponse:
    """One executor with everything that was agreed with it, its people, and how well it does."""
    actor, now = staff(request), clock.now()
    row = queries.executor_for(actor, ref)
    held = [c for c in newest_of_each(queries.certifications_for(actor)) if c.person.executor_id == row.pk]
    quality = queries.quality_for(actor, row.ref, now=now)
    events = list(events_of(row))
    is_live = str(row.state) != "ENDED"
    may_add = is_live and not (row.is_individual and any(p.is_live for p in row.people.all()))
    return show(
        request,
        "executors/executor.html",
        executor=showing.executor_head(row),
        lacks=showing.lacks(row, held, now),
        acts=_acts(row),
        mandate=showing.mandate_card(row, now),
        mandates=showing.mandate_rows(row),
        people=showing.person_lines(row, held, shares_by_person(row), now),
        may_add_person=may_add,
        terms=showing.terms_card(row, now),
        subs=showing.sub_lines(row, may_decide=is_live),
        pay=showing.pay_lines(row),
        figure=figure(quality.overturned, quality.pool, is_own=False),
        kinds=kind_rows(quality.by_class) if quality.is_shown else [],
        test=showing.test_card(quality.test),
        incidents=[_incident(each) for each in queries.incidents_for(actor).filter(act__executor=row)[:MOST_INCIDENTS]],
        sweep_url=reverse("siblings:list") + f"?cause={row.ref}"
        if str(row.state) in ("SUSPENDED", "REINSTATED")
        else "",
        entries=showing.course(events, codes_of(each.actor_ref for each in events)),
        may_write=is_live,
        may_instruct=row.may_act,
        now=now,
    )


def _acts(row: Executor) -> list[dict[str, Any]]:
    """The steps open now, as buttons; what takes something away last."""
    return [
        {
            "name": step,
            "label": STEPS[step].button,
            "danger": STEPS[step].danger,
            "url": reverse("executing:step", args=[row.ref, step]),
        }
        for step in steps_open(row)
    ]


def _incident(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "url": reverse("executing:incident", args=[row.ref]),
        "title": _("notice %(number)s") % {"number": row.subject_number},
        "person": row.act.person.code,
        "at": row.created_at,
        "state": str(row.state),
        "label": row.get_state_display(),
    }
