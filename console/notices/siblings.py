"""Notices that share the cause of an error: the list, and one of them, kept or corrected by a person."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casework import clock
from console.frame import show, staff, surface
from notices.models import SiblingReview
from notices.policies import SWEEPS, may_review_sibling
from notices.queries import notice_for, pace_stated_in, sibling_for, tool_cause_of
from notices.verbs import SIBLING
from surfaces.asks import STAFF
from surfaces.verb_pages import Step, open_steps


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
        pace=pace_stated_in(row),
        conflict=may_review_sibling(actor, row.notice) is not None,
        steps=open_steps(SIBLING, STAFF, actor, row, clock.now(), typed),
        form=typed.form if typed else None,
    )


sibling = surface("GET", "HEAD", roles=SWEEPS)(show_sibling)
"""Shows one notice with what it shares; a person keeps or corrects it, with reasons that its party reads."""


def others_of_its_cause(row: SiblingReview) -> str:
    """Where one goes on once a review is done."""
    return reverse("siblings:list") + f"?cause={row.origin_ref}"
