"""Joining a dispute of the queue: the most urgent, or the one that was chosen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.errors import NotFound
from console.disputes.frame import DESK, mediator, to_case
from console.frame import surface
from disputes import commands, queries


@surface("POST", **DESK)
def join_next(request: HttpRequest) -> HttpResponse:
    """Joins the most urgent dispute that this mediator may take, or says that nothing waits."""
    dispute = commands.join_next_dispute(actor=mediator(request), now=clock.now())
    if dispute is None:
        messages.info(request, _("No dispute is waiting for you."))
        return redirect("mediation:queue")
    return to_case(dispute.ref)


@surface("POST", **DESK)
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Joins this dispute, or says why not; one that somebody took meanwhile is gone from the queue."""
    actor = mediator(request)
    try:
        commands.join_dispute(actor=actor, ref=ref, now=clock.now())
    except NotFound:
        if any(held.ref == ref for held in queries.mediated_by(actor)):  # pressed twice
            return to_case(ref)
        messages.info(request, _("This dispute no longer waits for a mediator."))
        return redirect("mediation:queue")
    return to_case(ref)
