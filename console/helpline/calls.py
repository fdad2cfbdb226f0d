"""People who wait for a call: the next promised first, and one of them, whose number whoever calls sees."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from console.frame import show, staff, surface
from helpline import commands, queries
from helpline.models import MOST_TRIES, CallBackState
from helpline.policies import CALLS, sees_number


@surface("GET", "HEAD", roles=CALLS)
def call(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one request; its number to whoever holds it."""
    actor, now = staff(request, *CALLS), clock.now()
    row = queries.call_back_for(actor, ref)
    is_held = sees_number(actor, row)
    return show(
        request,
        "helpline/call.html",
        row=row,
        phone=row.phone if is_held else "",
        is_held=is_held,
        can_be_claimed=row.is_open and not is_held and row.is_free(now),
        is_last=row.tries + 1 >= MOST_TRIES,
        now=now,
    )


@surface("POST", roles=CALLS)
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes the call."""
    commands.claim_call_back(actor=staff(request, *CALLS), ref=ref, now=clock.now())
    return redirect("calls:call", ref=ref)


@surface("POST", roles=CALLS)
def finish(request: HttpRequest, ref: str) -> HttpResponse:
    """Says what came of the call: `reached` or not."""
    was_reached = request.POST.get("reached") == "1"
    row = commands.finish_call_back(actor=staff(request, *CALLS), ref=ref, was_reached=was_reached, now=clock.now())
    if row.state == CallBackState.WAITING:
        messages.success(request, _("Noted. They are told by when we call again."))
    else:
        messages.success(request, _("It is over, and the number is deleted."))
    return redirect("calls:list")


@surface("POST", roles=CALLS)
def let_go(request: HttpRequest, ref: str) -> HttpResponse:
    """Gives it back to the list."""
    commands.let_call_back_go(actor=staff(request, *CALLS), ref=ref, now=clock.now())
    messages.success(request, _("Given back. A colleague can take it."))
    return redirect("calls:list")
