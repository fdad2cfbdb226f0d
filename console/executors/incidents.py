"""Incidents as compliance sees them: all of them, one with the step that is next, and the files beside a statement."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from casework import clock
from casework.actor import Actor
from casework.counts import capped_count
from casework.errors import NotFound, or_not_found
from console.executors.forms import ClaimForm, CompensateForm, FindForm, Form
from console.executors.frame import staff, surface
from console.executors.timeline import timeline_of
from console.frame import ROWS, show
from executors import queries
from executors.machine import AWAITS_FINDING, COMPENSABLE, CONTESTABLE, OWED_MONEY
from executors.machine import INCIDENT_TABS as TABS
from executors.models import OWED_BY, Incident
from executors.policies import may_find_incident
from surfaces.pages import page_of
from surfaces.serving import send


@surface("GET", "HEAD")
def incidents(request: HttpRequest) -> HttpResponse:
    """Lists every incident; what waits for a finding first."""
    actor, now = staff(request), clock.now()
    every = queries.incidents_for(actor)
    counts = {name: capped_count(every.filter(waits_on=name).order_by()) for name in TABS}
    asked = request.GET.get("tab", "") or next((name for name in TABS if counts[name]), next(iter(TABS)))
    if asked not in TABS:
        raise NotFound()
    rows = _ordered(every.filter(waits_on=asked), asked)
    return show(
        request,
        "executors/incidents.html",
        place="incidents",
        tabs=[(tab.name, tab.label, counts[tab.name]) for tab in TABS.values()],
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


def show_incident(request: HttpRequest, ref: str, *, typed: Form | None = None) -> HttpResponse:
    """Renders the incident's page; `typed` is the form whose step was refused."""
    actor, now = staff(request), clock.now()
    row = queries.incident_for(actor, ref)
    may_contest = row.state in CONTESTABLE and row.may_still_be_contested(now)
    return show(
        request,
        "executors/incident.html",
        status=400 if typed is not None else 200,
        place="incidents",
        form=typed,
        row=row,
        **_open_forms(actor, row, typed),
        may_contest=may_contest,
        can_close=row.state == "COMPENSATED" and row.finding_is_final(now),
        close_from=row.contest_by if row.state == "COMPENSATED" and may_contest else None,
        entries=timeline_of(row),
        now=now,
    )


def _open_forms(actor: Actor, row: Incident, typed: Form | None) -> dict[str, Any]:
    """The forms that its state leaves open for this reader, and what bounds them."""
    awaits_finding = row.state in AWAITS_FINDING
    conflict = may_find_incident(actor, row) if awaits_finding else None
    paid = sum(each.amount_minor for each in row.compensations.all())
    may_find = awaits_finding and conflict is None
    is_unpaid = row.state in OWED_MONEY and not row.compensations.all()
    may_pay = is_unpaid or (row.state in COMPENSABLE and isinstance(typed, CompensateForm))
    recourse = getattr(row, "recourse", None)
    may_claim = recourse is None and row.is_answered_for and row.state in ("COMPENSATED", "CLOSED") and paid > 0
    return {
        "conflict": conflict,
        "recourse": recourse,
        "paid": paid,
        "find_form": _form(FindForm, typed) if may_find else None,
        "money_form": _form(CompensateForm, typed, initial={"amount": "0.00"}) if may_pay else None,
        "claim_form": _form(ClaimForm, typed) if may_claim else None,
    }


def _form[F: Form](kind: type[F], typed: Form | None, **blank: Any) -> F:
    """The form as it was typed, where it was this one; else a blank one."""
    return typed if isinstance(typed, kind) else kind(**blank)
