"""Incidents: what happened, what this executor says of it, what was found, and contesting that once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework import clock
from casework.errors import FileRefused, Invalid, TooLarge, or_not_found
from executors import commands, queries
from executors.models import IS_HEARD, Incident
from executors.queries.pages import events_of
from executors.verbs import actions_for
from executors.web import presenters
from executors.web.forms import ExplainForm
from executors.web.frame import reader, show
from surfaces.pages import page_of
from surfaces.serving import send
from surfaces.web import actor_of, page

PER_PAGE = 20
MAX_FILES = 10


@require_safe
@page()
def incidents(request: HttpRequest) -> HttpResponse:
    """Lists this person's incidents, for a lead the team's; what waits for a statement first."""
    actor, person = reader(request)
    now = clock.now()
    rows = queries.incidents_for(actor).annotate(heard=IS_HEARD).order_by("heard", "-created_at", "-pk")
    shown = page_of(rows, request.GET, size=PER_PAGE)
    lines = [presenters.incident_line(row, reader=person, now=now) for row in shown]
    return show(request, "incidents.html", lines=lines, paging=shown, now=now)


@require_safe
@page()
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one incident; another team's is not found."""
    return _incident(request, ref)


@require_POST
@page(keeps=("text",))
def explain(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes the statement with its files, once."""
    actor, _person = reader(request)
    row = queries.incident_for(actor, ref)
    form = ExplainForm(request.POST)
    files: list[Any] = request.FILES.getlist("files")
    file_error = _("Send at most %(n)d files at once.") % {"n": MAX_FILES} if len(files) > MAX_FILES else ""
    if form.is_valid() and not file_error:
        try:
            commands.explain_incident(
                actor=actor,
                ref=row.ref,
                explanation=form.cleaned_data["text"],
                files=[(file, file.name or "") for file in files],
                now=clock.now(),
            )
        except (FileRefused, TooLarge) as refused:
            file_error = " ".join(str(e.message) for e in refused.errors) or str(refused.detail)
        except Invalid as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Your statement is on file. Compliance now looks at it."))
            return redirect("executors:incident", ref=ref)
    return _incident(request, ref, form=form, file_error=file_error)


@require_safe
@page()
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file beside a statement: a picture as its clean copy, anything else to save."""
    row = queries.incident_for(actor_of(request), ref)
    found = or_not_found(next((each for each in row.files.all() if each.no == no), None))
    return send(request, found.attachment, original="original" in request.GET)


def _incident(request: HttpRequest, ref: str, *, form: ExplainForm | None = None, file_error: str = "") -> HttpResponse:
    actor, person = reader(request)
    now = clock.now()
    row = queries.incident_for(actor, ref)
    state = str(row.state)
    findings = [presenters.finding_card(each) for each in row.findings.all()]
    can = {action.name for action in actions_for(actor, row, now=now)}
    refused = form is not None and (bool(form.errors) or bool(file_error))
    return show(
        request,
        "incident.html",
        status=400 if refused else 200,
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
        can_explain="explain" in can,
        nothing_said=_("No statement was handed in before the finding."),
        form=form or ExplainForm(),
        file_error=file_error,
        errors=[{"text": file_error, "id": "id_files"}] if file_error else [],
        finding=findings[-1] if findings else None,
        earlier=findings[:-1],
        contest={"text": row.contest_reasons, "at": row.contested_at} if row.contest_reasons else None,
        can_contest="contest" in can,
        entries=presenters.timeline(events_of(row), reader=person),
        now=now,
    )


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
