"""Incidents as compliance sees them: all of them, one with the step that is next, and the files beside a statement."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.errors import NotFound, or_not_found
from casework.machine import states_on
from console.executors.frame import staff, surface
from console.executors.timeline import timeline_of
from console.frame import ROWS, show
from executors import queries, verbs
from executors.machine import AWAITS_FINDING, CONTESTABLE, INCIDENT_STATES, INCIDENT_TABS
from executors.models import OWED_BY, Incident
from executors.policies import may_find_incident
from surfaces.asks import STAFF
from surfaces.pages import page_of
from surfaces.serving import send
from surfaces.verb_pages import Step, open_steps

STEPS = (*verbs.INCIDENT, verbs.CLAIM)
TABS = {tab: states_on(INCIDENT_STATES, tab) for tab in INCIDENT_TABS}


@surface("GET", "HEAD")
def incidents(request: HttpRequest) -> HttpResponse:
    """Lists every incident; what waits for a finding first."""
    actor, now = staff(request), clock.now()
    every = queries.incidents_for(actor)
    labels = {
        "find": _("To find"),
        "pay": _("To make whole"),
        "wait": _("Waiting for the executor"),
        "closed": _("Closed"),
    }
    counts = {name: capped_count(every.filter(state__in=states).order_by()) for name, states in TABS.items()}
    asked = request.GET.get("tab", "") or next((name for name in TABS if counts[name]), "find")
    if asked not in TABS:
        raise NotFound()
    rows = _ordered(every.filter(state__in=TABS[asked]), asked)
    return show(
        request,
        "executors/incidents.html",
        place="incidents",
        tabs=[(name, labels[name], counts[name]) for name in TABS],
        tab=asked,
        paging=page_of(rows, request.GET, size=ROWS),
        now=now,
    )


def _ordered(rows: QuerySet[Incident], tab: str) -> QuerySet[Incident]:
    """What is due first comes first, and so what the platform is late with at the top; what is closed, newest first."""
    if tab == "wait":
        return rows.order_by("explain_by", "id")
    if tab == "closed":
        return rows.order_by("-closed_at", "-id")
    if tab == "pay":  # whoever waits for money before whom it has reached
        return rows.order_by("-state", "compensate_by", "id")
    return rows.annotate(owed=OWED_BY).order_by("owed", "id")


@surface("GET", "HEAD")
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one incident, with the step that is next."""
    return show_incident(request, ref)


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file beside the executor's statement."""
    row = queries.incident_for(staff(request), ref)
    found = or_not_found(next((each for each in row.files.all() if each.no == no), None))
    return send(request, found.attachment, original="original" in request.GET)


def show_incident(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the incident's page; `typed` is the step that was refused."""
    actor, now = staff(request), clock.now()
    row = queries.incident_for(actor, ref)
    may_contest = row.state in CONTESTABLE and row.may_still_be_contested(now)
    steps = open_steps(STEPS, STAFF, actor, row, now, typed)
    is_paid = bool(row.compensations.all())
    return show(
        request,
        "executors/incident.html",
        status=200 if typed is None else typed.status,
        place="incidents",
        form=typed.form if typed else None,
        row=row,
        steps=[step for step in steps if step is typed or step.verb.name != "compensate" or not is_paid],
        conflict=may_find_incident(actor, row) if row.state in AWAITS_FINDING else None,
        recourse=getattr(row, "recourse", None),
        close_from=row.contest_by if row.state == "COMPENSATED" and may_contest else None,
        may_contest=may_contest,
        entries=timeline_of(row),
        now=now,
    )
