"""Incidents as compliance sees them: all of them, one with the step that is next, and the files beside a statement."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.errors import or_not_found
from casework.formats import moment_text
from console.executors.frame import staff, surface
from console.executors.timeline import timeline_of
from console.frame import list_view, show
from executors import queries, verbs
from executors.lists import INCIDENTS
from executors.machine import AWAITS_FINDING, CONTESTABLE, INCIDENT_TABS, IncidentState
from executors.models import OWED_BY
from executors.policies import may_find_incident
from surfaces.asks import STAFF
from surfaces.lists import Column, Kind, Order, Tab, state
from surfaces.serving import send
from surfaces.verb_pages import Step, open_steps

STEPS = (*verbs.INCIDENT, verbs.CLAIM)


ORDERED = {"find": "owed", "pay": "unpaid", "wait": "explain", "closed": "closed"}


incidents = list_view(
    INCIDENTS.shown(
        title=gettext_lazy("Incidents"),
        nothing=gettext_lazy("No incident here."),
        rows=lambda asked: queries.incidents_for(asked.actor).annotate(owed=OWED_BY),
        tabs=[Tab(name, tab.label, Q(waits_on=name), ORDERED[name]) for name, tab in INCIDENT_TABS.items()],
        starts_where_something_is=True,
        # What is due first comes first, and so what the platform is late with at the top; what is closed, newest first.
        orders={
            "owed": Order(("owed", "id"), ("incident_to_find",), on=("find",)),
            "unpaid": Order(("-state", "compensate_by", "id"), ("incident_to_make_whole",), on=("pay",)),
            "explain": Order(("explain_by", "id"), ("incident_by_state",), on=("wait",)),
            "closed": Order(("-closed_at", "-id"), ("incident_closed",), on=("closed",)),
            "newest": Order(("-created_at", "-id"), ("incident_by_age",)),
        },
        columns=[
            Column("number", gettext_lazy("Incident"), lambda line: line.row.number, Kind.NUMBER),
            Column(
                "executor",
                gettext_lazy("Executor"),
                lambda line: line.row.act.executor.party.name,
                note=lambda line: line.row.act.person.code,
            ),
            Column(
                "overturned",
                gettext_lazy("What was overturned"),
                lambda line: _("notice %(number)s") % {"number": line.row.subject_number},
                note=lambda line: moment_text(line.row.created_at, "day"),
                order="newest",
            ),
            state(),
            Column("due", gettext_lazy("Next due"), lambda line: line.row.next_due_at, Kind.DUE),
        ],
        link=lambda line: reverse("executing:incident", args=[line.row.ref]),
        row_class=lambda line: "late" if line.row.late_since(line.now) else "",
        frame="console/executors/base.html",
        place="incidents",
        test=("incidents", "incident-row"),
    ),
    who=staff,
)
"""Every incident; what waits for a finding first."""


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
        close_from=row.contest_by if row.state == IncidentState.COMPENSATED and may_contest else None,
        may_contest=may_contest,
        entries=timeline_of(row),
        now=now,
    )
