"""One tip with what was found of earlier ones of the same party, and what is next."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from casework import clock
from console.frame import OVERSEES, course, show, staff, surface
from surfaces.asks import STAFF
from surfaces.serving import send
from tips import queries
from tips.events import EVENTS
from tips.policies import may_decide_tip, sees_reporter
from tips.verbs import actions_for


@surface("GET", "HEAD", roles=OVERSEES)
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one tip, with the steps that are open to this reader; who gave it, to whoever put a look on record."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = queries.tip_for(actor, ref)
    return show(
        request,
        "tips/case.html",
        row=row,
        actions=[each for each in actions_for(actor, row, now=now) if each.verb.page_for(STAFF)],
        conflict=may_decide_tip(actor, row),
        found_before=queries.found_before(row),
        sees_reporter=sees_reporter(actor, row, now),
        entries=course(queries.events_of(row), EVENTS, _("Who gave it")),
        now=now,
    )


@surface("GET", "HEAD", roles=OVERSEES)
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """Serves a file of the tip."""
    return send(request, queries.tip_file(staff(request, *OVERSEES), ref, no), original="original" in request.GET)
