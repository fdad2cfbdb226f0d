"""Differences of prices between classes of buyers: what is to be answered, and one of them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework import clock
from casework.actor import Actor
from console.frame import OVERSEES, list_view, show, staff, surface
from rules.lists import PRICES
from rules.models import PriceFinding
from rules.prices import price_finding_for
from rules.verbs import actions_for
from surfaces.asks import STAFF
from surfaces.lists import Column, Flag, Kind, Line, detail, number, since, state, tabs_of
from surfaces.lists.words import in_columns


@surface("GET", "HEAD", roles=OVERSEES)
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one difference with the numbers compared, and what is to be done."""
    actor, now = staff(request, *OVERSEES), clock.now()
    row = price_finding_for(actor, ref)
    actions = [action for action in actions_for(actor, row, now=now) if action.verb.page_for(STAFF)]
    return show(request, "rules/price_finding.html", row=row, actions=actions, now=now)


def difference(_actor: Actor, row: PriceFinding, now: datetime, **_address: str) -> dict[str, Any]:
    """What stands above the answer: the goods, the numbers compared and the time, as on the page before."""
    return {"row": row, "now": now, "above": "console/rules/_price_difference.html"}


def _late(line: Line[PriceFinding]) -> list[Flag]:
    return [Flag(_("Late"), "alert", "warn")] if line.row.is_answered_late else []


prices = list_view(
    PRICES.shown(
        title=_("Differences of prices"),
        lede=_(
            "The platform stated other prices for one class of buyers than for another: same goods, same conditions, "
            "same minute. A person answers each in time: which published clause states it, or how it was mended."
        ),
        tabs=tabs_of(PriceFinding, open="due"),
        search=in_columns("number", "goods"),
        searched=_("Search by number or goods"),
        columns=[
            number(_("Difference")),
            Column("goods", _("Goods"), lambda line: line.row.goods, note=lambda line: line.row.conditions),
            Column("prices", _("Prices shown"), lambda line: line.row.shown, Kind.TEXTS),
            Column("minute", _("Minute"), lambda line: line.row.minute, Kind.MOMENT),
            Column("due", _("Answer due"), lambda line: line.row.answer_by, Kind.DUE, order="due", on=["open"]),
            Column("clause", _("Stated by"), lambda line: str(line.row.clause or _("no clause")), on=["answered"]),
            Column(
                "answered", _("Answered"), lambda line: line.row.answered_at, Kind.MOMENT, on=["answered"], flags=_late
            ),
            detail("reason", _("Reasons"), lambda line: line.row.reason, Kind.WORDS),
            state(),
            since(),
        ],
        link=lambda line: reverse("prices:finding", args=[line.row.ref]),
        test=("price-findings", "price-finding-row"),
    ),
    roles=OVERSEES,
)
"""What waits for an answer, what is due first before; and what was answered."""
