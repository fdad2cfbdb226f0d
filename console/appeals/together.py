"""The cases that were filed together with one, for whoever reviews. Each is taken, read and decided by itself."""

from django.http import HttpRequest, HttpResponse

from appeals.queries import appeals_of_group, group_for
from casework import clock
from console.appeals.case import reader
from console.frame import ROWS, show, surface
from surfaces.pages import page_of


@surface("GET", "HEAD")
def group(request: HttpRequest, ref: str) -> HttpResponse:
    """Lists them in the order of the group; never one in which the reader has a conflict."""
    actor = reader(request)
    found = group_for(actor, ref)
    return show(
        request,
        "appeals/group.html",
        found=found,
        group=found.group,
        paging=page_of(appeals_of_group(actor, found.group), request.GET, size=ROWS),
        now=clock.now(),
    )
