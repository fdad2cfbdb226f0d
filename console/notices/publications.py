"""Public records of merchants' illegal acts: what is to be published and reported, and one of them."""

from django.http import HttpRequest, HttpResponse

from casework import clock
from casework.counts import capped_count
from casework.states import states_on
from console.frame import ROWS, show, staff, surface
from notices.machine import PUBLICATION_STATES, PUBLICATION_TABS
from notices.models import OWED
from notices.policies import SWEEPS
from notices.queries import publication_for, publications_for
from notices.verbs import actions_for
from surfaces.pages import page_of


@surface("GET", "HEAD")
def publications(request: HttpRequest) -> HttpResponse:
    """Lists what is owed, the earliest first; what is public; and what is over."""
    actor = staff(request, *SWEEPS)
    every = publications_for(actor)
    rows = {
        "due": every.filter(OWED).order_by("due_at", "id"),
        "public": every.filter(state__in=states_on(PUBLICATION_STATES, "public")),
        "over": every.filter(state__in=states_on(PUBLICATION_STATES, "over")),
    }
    tab = request.GET.get("tab", "")
    tab = tab if tab in rows else "due"
    now = clock.now()
    paging = page_of(rows[tab], request.GET, size=ROWS)
    return show(
        request,
        "notices/publications.html",
        paging=paging,
        lines=[(row, row.is_late(now)) for row in paging],
        tab=tab,
        tabs=[(name, PUBLICATION_TABS[name].label, capped_count(found)) for name, found in rows.items()],
        now=now,
    )


@surface("GET", "HEAD")
def publication(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one record as everybody reads it, when it is due, and the report to the regulator."""
    actor, now = staff(request, *SWEEPS), clock.now()
    row = publication_for(actor, ref)
    return show(
        request,
        "notices/publication.html",
        row=row,
        is_late=row.is_late(now),
        actions=actions_for(actor, row, now=now),
        now=now,
    )
