"""People who wait for a call: the next promised first, and one of them, whose number whoever calls sees."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from casework import clock
from casework.formats import moment_text
from console.frame import list_view, show, staff, surface
from helpline import commands, queries
from helpline.models import MOST_TRIES, OPEN, CallBack, CallBackState
from helpline.policies import CALLS, sees_number
from surfaces.lists import Choice, Column, Flag, Kind, Line, Listing, Order, Tab, state


def _about(line: Line[CallBack]) -> list[str]:
    row = line.row
    return [each for each in (row.case_number, Truncator(row.about).chars(80)) if each] or [_("Nothing was said.")]


def _not_before(line: Line[CallBack]) -> str:
    row = line.row
    return _("not before %(from)s") % {"from": moment_text(row.call_from, "clock")} if row.call_from > line.now else ""


def _tries(line: Line[CallBack]) -> str:
    n = line.row.tries
    said = ngettext("%(n)s call that nobody answered", "%(n)s calls that nobody answered", n)
    return said % {"n": n} if n else ""


def _state(line: Line[CallBack]) -> list[Flag]:
    return [Flag(_("late"), "alert", "warn")] if line.row.is_late(line.now) else []


listed = list_view(
    Listing[CallBack](
        title=gettext_lazy("Call backs"),
        lede=gettext_lazy("Each was promised a time. Take one to see the number; it is deleted when the call is over."),
        rows=lambda asked: queries.call_backs_for(asked.actor),
        tabs=[
            Tab("open", gettext_lazy("Waiting"), Q(state__in=OPEN), "due"),
            Tab("done", gettext_lazy("Over"), Q(ended_at__isnull=False), "ended"),
        ],
        orders={
            "due": Order(("due_at", "id"), ("call_back_open",), on=("open",)),
            "ended": Order(("-ended_at", "id"), ("call_back_ended",), on=("done",)),
        },
        filters=[Choice("state", gettext_lazy("State"), dict(CallBackState.choices))],
        columns=[
            Column(
                "number",
                gettext_lazy("Request"),
                lambda line: line.row.number,
                Kind.NUMBER,
                note=lambda line: moment_text(line.row.asked_at),
            ),
            Column("about", gettext_lazy("About"), _about, Kind.TEXTS),
            Column(
                "due",
                pgettext_lazy("column", "Call"),
                lambda line: line.row.due_at,
                Kind.DUE,
                order="due",
                note=_not_before,
                on=["open"],
            ),
            Column(
                "ended",
                gettext_lazy("Over since"),
                lambda line: line.row.ended_at,
                Kind.MOMENT,
                order="ended",
                on=["done"],
            ),
            replace(state(note=_tries), flags=_state),
        ],
        link=lambda line: reverse("calls:call", args=[line.row.ref]),
        test=("call-backs", "call-back-row"),
    ),
    roles=CALLS,
)
"""Who waits for a call, or the calls that are over."""


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
