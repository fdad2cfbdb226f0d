"""Parties that leave on old terms: what is to be calculated and paid, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from console.frame import OVERSEES, list_view, show, staff, surface
from rules.lists import EXITS
from rules.models import RuleExit
from rules.queries import exit_for
from rules.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.lists import Column, Flag, Kind, Line, state, tabs_of
from surfaces.lists.words import in_columns


def _late(line: Line[RuleExit]) -> list[Flag]:
    return [Flag(_("Late"), "alert", "warn")] if line.row.is_late(line.now) else []


exits = list_view(
    EXITS.shown(
        title=gettext_lazy("Exits on old terms"),
        lede=gettext_lazy(
            "Whoever does not accept a changed rule leaves under the version before it. The refund is calculated and "
            "paid in time; nobody can refuse it."
        ),
        tabs=tabs_of(RuleExit),
        search=in_columns("number", "party__name"),
        searched=gettext_lazy("Search by number or name"),
        columns=[
            Column("number", gettext_lazy("Exit"), lambda line: line.row.number, Kind.NUMBER),
            Column("party", gettext_lazy("Who leaves"), lambda line: line.row.party.name),
            Column(
                "rejected",
                gettext_lazy("Does not accept"),
                lambda line: f"{line.row.rejected.rule.name} {line.row.rejected.number}",
            ),
            Column("due", gettext_lazy("Due"), lambda line: line.row.due_at, Kind.MOMENT, flags=_late),
            Column(
                "owed",
                gettext_lazy("Still owed"),
                lambda line: None if line.row.owed_minor is None else (line.row.owed_minor, "CNY"),
                Kind.MONEY,
            ),
            state(),
            Column("since", gettext_lazy("Since"), lambda line: line.row.created_at, Kind.DAY, rank=3, order="newest"),
        ],
        link=lambda line: reverse("exits:exit", args=[line.row.ref]),
        test=("exits", "exit-row"),
    ),
    roles=OVERSEES,
)
"""What waits for a calculation, what waits for its payment or end, and what is over."""


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one exit with its calculations, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = exit_for(actor, ref)
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(STAFF)]
    return show(request, "rules/exit.html", row=row, actions=actions, now=now)
