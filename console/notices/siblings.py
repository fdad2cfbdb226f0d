"""Notices that share the cause of an error: the list, and one of them, kept or corrected by a person."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.errors import ConflictOfInterest, Invalid, NotYourTurn, Stale
from casework.states import states_on
from console.frame import ROWS, show, staff, surface
from notices import commands
from notices.machine import SIBLING_STATES, SIBLING_TABS
from notices.policies import SWEEPS, may_review_sibling
from notices.queries import notice_for, sibling_for, siblings_for, tool_cause_of
from surfaces.pages import page_of

OUTCOMES = ("KEPT", "CORRECTED")
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
    waiting, done = (rows.filter(state__in=states_on(SIBLING_STATES, tab)) for tab in SIBLING_TABS)
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
        tabs=[(tab.name, tab.label, n) for tab, n in zip(SIBLING_TABS.values(), counts, strict=True)],
        cause=cause,
        origin=rows.values_list("origin_number", flat=True).first() if cause else "",
        origins=origins,
    )


@surface("GET", "HEAD", "POST", keeps=("reasons",))
def sibling(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one notice with what it shares; a person keeps or corrects it, with reasons that its party reads."""
    actor, errors = staff(request, *SWEEPS), []
    typed = {name: _typed(request, name) for name in ("outcome", "reasons")}
    row = sibling_for(actor, ref)
    if request.method == "POST":
        try:
            commands.review_sibling(
                actor=actor, ref=ref, outcome=typed["outcome"], reasons=typed["reasons"], now=clock.now()
            )
        except Invalid as refused:
            places = {"outcome": "id_outcome", "reasons": "id_reasons"}
            errors = [{"text": e.message, "id": places.get(e.pointer.strip("/"), "")} for e in refused.errors]
        except (NotYourTurn, Stale, ConflictOfInterest) as refused:
            errors = [{"text": refused.detail, "id": ""}]
        else:
            kept = typed["outcome"] == "KEPT"
            messages.success(
                request,
                _("The notice stands; your reasons are on file.")
                if kept
                else _("The notice is withdrawn and what it took is restored. Its party was told."),
            )
            return redirect(reverse("siblings:list") + f"?cause={row.origin_ref}")
        row = sibling_for(actor, ref)
    return show(
        request,
        "notices/sibling.html",
        place="siblings",
        status=400 if errors else 200,
        row=row,
        notice=notice_for(actor, row.notice.ref),
        of_cause=tool_cause_of(row),
        conflict=may_review_sibling(actor, row.notice) is not None,
        typed=typed,
        errors=errors,
    )


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n")
