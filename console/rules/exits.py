"""Parties that leave on old terms: what is to be calculated and paid, and one of them."""

from django.http import HttpRequest, HttpResponse

from casework import clock
from console.frame import OVERSEES, show, staff, surface
from rules.queries import exit_for
from rules.verbs import actions_for
from surfaces.asks import STAFF


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one exit with its calculations, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = exit_for(actor, ref)
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(STAFF)]
    return show(request, "rules/exit.html", row=row, actions=actions, now=now)
