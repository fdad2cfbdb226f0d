"""Public records of merchants' illegal acts: what is to be published and reported, and one of them."""

from django.http import HttpRequest, HttpResponse

from casework import clock
from console.frame import show, staff, surface
from notices.policies import SWEEPS
from notices.queries import publication_for
from notices.verbs import actions_for


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
