"""Who waits for a call, and the calls that are over."""

from dataclasses import replace

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from casework.formats import moment_text
from console.frame import list_view
from helpline import queries
from helpline.models import OPEN, CallBack, CallBackState
from helpline.policies import CALLS
from surfaces.lists import Column, Flag, Kind, Line, Listing, Order, Tab, Text, number, state, states


def _about(line: Line[CallBack]) -> list[Text]:
    row = line.row
    said: list[Text] = [each for each in (row.case_number, Truncator(row.about).chars(80)) if each]
    return said or [_("Nothing was said.")]


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
        title=_("Call backs"),
        lede=_("Each was promised a time. Take one to see the number; it is deleted when the call is over."),
        rows=lambda asked: queries.call_backs_for(asked.actor),
        tabs=[
            Tab("open", _("Waiting"), Q(state__in=OPEN), "due"),
            Tab("done", _("Over"), Q(ended_at__isnull=False), "ended"),
        ],
        orders={
            "due": Order(("due_at", "id"), ("call_back_open",), on=("open",)),
            "ended": Order(("-ended_at", "id"), ("call_back_ended",), on=("done",)),
        },
        filters=[states(CallBackState)],
        columns=[
            number(_("Request"), note=lambda line: moment_text(line.row.asked_at)),
            Column("about", _("About"), _about, Kind.TEXTS),
            Column(
                "due",
                pgettext_lazy("column", "Call"),
                lambda line: line.row.due_at,
                Kind.DUE,
                order="due",
                note=_not_before,
                on=["open"],
            ),
            Column("ended", _("Over since"), lambda line: line.row.ended_at, Kind.MOMENT, order="ended", on=["done"]),
            replace(state(note=_tries), flags=_state),
        ],
        link=lambda line: reverse("calls:call", args=[line.row.ref]),
        test=("call-backs", "call-back-row"),
    ),
    roles=CALLS,
)
"""Who waits for a call, or the calls that are over."""
