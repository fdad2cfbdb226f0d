"""Parties that leave on old terms: what is to be calculated and paid, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.machine import states_on
from console.frame import OVERSEES, ROWS, show, staff, surface
from rules.machine import EXIT_STATES, EXIT_TABS
from rules.queries import exit_for, exits_for
from rules.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.pages import page_of


@surface("GET", "HEAD", roles=OVERSEES)
def exits(request: HttpRequest) -> HttpResponse:
    """Lists what waits for a calculation, what waits for its payment or end, and what is over."""
    every = exits_for(staff(request, *OVERSEES))
    rows = {tab: every.filter(state__in=states_on(EXIT_STATES, tab)) for tab in EXIT_TABS}
    tab = request.GET.get("tab", "")
    tab = tab if tab in rows else EXIT_TABS[0]
    labels = {"open": _("To calculate"), "calculated": _("Calculated"), "over": _("Over")}
    now = clock.now()
    paging = page_of(rows[tab], request.GET, size=ROWS)
    return show(
        request,
        "rules/exits.html",
        paging=paging,
        lines=[(row, row.is_late(now)) for row in paging],
        tab=tab,
        tabs=[(name, labels[name], capped_count(found)) for name, found in rows.items()],
        now=now,
    )


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one exit with its calculations, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = exit_for(actor, ref)
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(STAFF)]
    return show(request, "rules/exit.html", row=row, actions=actions, now=now)
