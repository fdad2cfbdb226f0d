"""How often own acts were overturned, beside everybody's; the kinds of error; cases to learn from. Nobody is ranked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework import clock
from executors import queries
from executors.measurement import Share
from executors.models import Incident
from executors.queries.figures import figure, kind_rows, percent
from executors.web.frame import reader, show
from surfaces.web import page

SAMPLE = 10


@page("GET", "HEAD")
def quality(request: HttpRequest) -> HttpResponse:
    """Shows the reader's own figures; for who leads, also the executor's as a whole."""
    actor, person = reader(request)
    now = clock.now()
    own = queries.quality_for(actor, now=now)
    whole = queries.quality_for(actor, person.executor.ref, now=now) if person.is_lead else None
    rows = queries.incidents_for(actor)[:SAMPLE]
    return show(
        request,
        "quality.html",
        figure=figure(own.overturned, own.pool),
        recent=_recent(own.recent),
        kinds=kind_rows(own.by_class) if own.is_shown else [],
        team=figure(whole.overturned, whole.pool, is_own=False) | {"title": person.executor.party.name}
        if whole is not None
        else None,
        cases=[_case(row, names_person=row.act.person_id != person.pk) for row in rows],
        method=_(
            "Counted are decisions of persons about what was done, in an appeal or a dispute. Overturned means revoked "
            "or reduced. A decision that overturned what only the tool or the rule was at fault for is left out. The "
            "range is Wilson's at 95%. Under 30 decisions no rate is shown."
        ),
        now=now,
    )


def _recent(share: Share) -> str:
    """The last ninety days in one sentence; nothing where there are too few."""
    if share.value is None:
        return ""
    return _("In the last 90 days: %(rate)s of %(n)s.") % {"rate": percent(share.value), "n": share.of}


def _case(row: Incident, *, names_person: bool) -> dict[str, Any]:
    return {
        "number": row.number,
        "url": reverse("executors:incident", args=[row.ref]),
        "title": _("Notice %(number)s was overturned") % {"number": row.subject_number},
        "at": row.outcome.decided_at,
        "who": row.act.person.code if names_person else "",
        "error": capfirst(row.outcome.get_error_class_display()),
    }
