"""One notice of a right holder with what both sides said, earlier findings on its right holder, and what is next."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from casework import clock
from console.frame import OVERSEES, course, show, staff, surface
from infringements import queries
from infringements.events import EVENTS
from infringements.policies import may_decide_infringement
from infringements.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.serving import send


@surface("GET", "HEAD", roles=OVERSEES)
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one notice, with the steps that are open to this reader."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.infringement_for(actor, ref)
    return show(
        request,
        "infringements/case.html",
        row=row,
        sides=f"{row.holder_name or row.holder.name} → {row.merchant.name if row.merchant else row.shop}",
        files=queries.files_of(actor, row),
        actions=[each for each in actions_for(actor, row, now=now) if each.verb.page_for(STAFF)],
        conflict=may_decide_infringement(actor, row),
        found_before=queries.found_before(row),
        missing=row.missing if row.received_at is None and row.is_open else [],
        entries=course(reversed(queries.events_of(actor, row)), EVENTS, party=_("Party")),
        now=now,
    )


@surface("GET", "HEAD", roles=OVERSEES)
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file of the notice."""
    found = queries.infringement_file(staff(request, *OVERSEES), ref, no)
    return send(request, found, original="original" in request.GET)
