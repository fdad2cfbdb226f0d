"""Recourse: the claims on executors, each with its ledger, and the steps that are open."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.formats import officer
from console.frame import OVERSEES, show, staff, surface
from executors import queries, verbs
from executors.queries.pages import codes_of
from surfaces.asks import STAFF
from surfaces.verb_pages import Step, open_steps


def show_recourse(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the claim's page; `typed` is the step that was refused."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.recourse_for(actor, ref)
    entries = list(row.entries.all())
    codes = codes_of(entry.by_ref for entry in entries)
    return show(
        request,
        "executors/recourse.html",
        status=200 if typed is None else typed.status,
        place="recourses",
        form=typed.form if typed else None,
        recourse=row,
        ledger=[(entry, by_text(codes.get(entry.by_ref, ""))) for entry in entries],
        steps=open_steps(verbs.RECOURSE, STAFF, actor, row, now, typed),
        waits=row.is_open and not row.incident.finding_is_final(now),
        waits_until=row.incident.contest_by if row.incident.may_still_be_contested(now) else None,
    )


recourse = surface("GET", "HEAD")(show_recourse)
"""Shows one claim with every entry of its ledger."""


def by_text(code: str) -> str:
    """Who entered it: somebody of an executor by their code, an officer as one; without a code it was no person."""
    if not code:
        return _("the platform's back end")
    return code if code.startswith("X-") else officer(code)
