"""Incidents: what happened, what this executor says of it, what was found, and contesting that once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import or_not_found
from executors import queries
from executors.models import Incident
from executors.queries.pages import events_of
from executors.verbs import INCIDENT
from executors.web import presenters
from executors.web.frame import reader, show
from surfaces.asks import PARTY
from surfaces.serving import send
from surfaces.verb_pages import Step, open_steps
from surfaces.web import actor_of, page


@page("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file beside a statement: a picture as its clean copy, anything else to save."""
    row = queries.incident_for(actor_of(request), ref)
    found = or_not_found(next((each for each in row.files.all() if each.no == no), None))
    return send(request, found.attachment, original="original" in request.GET)


def show_incident(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the incident's page; `typed` is the step that was refused."""
    actor, person = reader(request)
    now = clock.now()
    row = queries.incident_for(actor, ref)
    state = str(row.state)
    findings = [presenters.finding_card(each) for each in row.findings.all()]
    steps = open_steps(INCIDENT, PARTY, actor, row, now, typed)
    return show(
        request,
        "incident.html",
        status=200 if typed is None else typed.status,
        incident={
            "ref": row.ref,
            "number": row.number,
            "state": state,
            "label": row.get_state_display(),
            "title": presenters.incident_title(row),
        },
        turn=presenters.incident_turn(row, now),
        happened=presenters.act_summary(row),
        rules=presenters.rules_of(row),
        explanation=explanation_of(row, url="executors:file"),
        nothing_said=_("No statement was handed in before the finding."),
        form=typed.form if typed else None,
        steps=[step for step in steps if step.page.within],
        finding=findings[-1] if findings else None,
        earlier=findings[:-1],
        contest={"text": row.contest_reasons, "at": row.contested_at} if row.contest_reasons else None,
        can_contest=any(not step.page.within for step in steps),
        entries=presenters.timeline(events_of(row), reader=person),
        now=now,
    )


incident = page("GET", "HEAD")(show_incident)
"""Shows one incident; another team's is not found."""


def explanation_of(row: Incident, *, url: str) -> dict[str, Any] | None:
    """What the executor said, by code, with its files."""
    if row.explained_by is None:
        return None
    return {
        "text": row.explanation,
        "who": row.explained_by.code,
        "at": row.explained_at,
        "is_late": row.explained_at is not None and row.explained_at > row.explain_by,
        "files": [
            {
                "url": reverse(url, args=[row.ref, each.no]),
                "name": each.attachment.name,
                "size": each.attachment.size,
                "media_type": each.attachment.media_type,
            }
            for each in row.files.all()
        ],
    }
