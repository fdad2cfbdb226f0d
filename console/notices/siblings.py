"""Notices that share the cause of an error: the list, and one of them, kept or corrected by a person."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.machine import states_on
from console.frame import ROWS, show, staff, surface
from notices.machine import SIBLING_STATES
from notices.models import SiblingReview
from notices.policies import SWEEPS, may_review_sibling
from notices.queries import notice_for, sibling_for, siblings_for, tool_cause_of
from notices.verbs import SIBLING
from surfaces.asks import STAFF
from surfaces.pages import page_of
from surfaces.verb_pages import Step, open_steps

ORIGINS = 20
"""Errors of which the list names those because of which most waits."""


@surface("GET", "HEAD")
def siblings(request: HttpRequest) -> HttpResponse:
    """Lists what waits to be reviewed again, the oldest first; `cause` narrows it to where one error was found."""
    actor = staff(request, *SWEEPS)
    every = siblings_for(actor)
    cause = request.GET.get("cause", "")[:60]
    rows = every.filter(origin_ref=cause) if cause else every
    is_done = request.GET.get("tab") == "done"
    waiting, done = (rows.filter(state__in=states_on(SIBLING_STATES, tab)) for tab in ("open", "done"))
    counts = (capped_count(waiting), capped_count(done))
    shown = done.order_by("-decided_at", "-id") if is_done else waiting
    paging = page_of(shown, request.GET, size=ROWS)
    origins = (
        every.filter(state="OPEN")
        .values("origin_ref", "origin_number")
        .annotate(n=Count("pk"))
        .order_by("-n", "origin_number")[:ORIGINS]
    )
    return show(
        request,
        "notices/siblings.html",
        place="siblings",
        paging=paging,
        tab="done" if is_done else "open",
        tabs=[("open", _("To look at"), counts[0]), ("done", _("Looked at"), counts[1])],
        cause=cause,
        origin=rows.values_list("origin_number", flat=True).first() if cause else "",
        origins=origins,
    )


@surface("GET", "HEAD", roles=SWEEPS)
def sibling(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one notice with what it shares; a person keeps or corrects it, with reasons that its party reads."""
    return show_sibling(request, ref)


def show_sibling(request: HttpRequest, ref: str, typed: Step | None = None) -> HttpResponse:
    """Renders the review's page; `typed` is the step that was refused."""
    actor = staff(request, *SWEEPS)
    row = sibling_for(actor, ref)
    return show(
        request,
        "notices/sibling.html",
        place="siblings",
        status=200 if typed is None else typed.status,
        row=row,
        notice=notice_for(actor, row.notice.ref),
        of_cause=tool_cause_of(row),
        conflict=may_review_sibling(actor, row.notice) is not None,
        steps=open_steps(SIBLING, STAFF, actor, row, clock.now(), typed),
        form=typed.form if typed else None,
    )


def others_of_its_cause(row: SiblingReview) -> str:
    """Where one goes on once a review is done."""
    return reverse("siblings:list") + f"?cause={row.origin_ref}"
