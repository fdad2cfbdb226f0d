"""Incidents as compliance sees them: all of them, one with the step that is next, and the files beside a statement."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from casework import clock
from casework.errors import or_not_found
from console.executors.timeline import timeline_of
from console.frame import OVERSEES, show, staff, surface
from executors import queries, verbs
from executors.machine import AWAITS_FINDING, CONTESTABLE, IncidentState
from executors.policies import may_find_incident
from surfaces.asks import STAFF
from surfaces.serving import send
from surfaces.verb_pages import Step, open_steps

STEPS = (*verbs.INCIDENT, verbs.CLAIM)


@surface("GET", "HEAD", roles=OVERSEES)
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file beside the executor's statement."""
    row = queries.incident_for(staff(request, *OVERSEES), ref)
    found = or_not_found(next((each for each in row.files.all() if each.no == no), None))
    return send(request, found.attachment, original="original" in request.GET)


def show_incident(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the incident's page; `typed` is the step that was refused."""
    actor, now = staff(request, *OVERSEES), clock.now()
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


incident = surface("GET", "HEAD")(show_incident)
"""Shows one incident, with the step that is next."""
