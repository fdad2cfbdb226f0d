"""The tips: what is to be decided, and what was."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.frame import OVERSEES, list_view
from surfaces.lists import Column, Kind, coded, number, since, state, tabs_of
from surfaces.lists.words import in_columns
from tips.lists import TIPS
from tips.models import Tip

tips = list_view(
    TIPS.shown(
        title=_("Tips"),
        lede=_(
            "What somebody reported of a shop, goods, a text or conduct. A person decides each in time, and whoever "
            "gave it is told. Who that is stands on no list."
        ),
        tabs=tabs_of(Tip, decide="due"),
        search=in_columns("number", "named"),
        searched=_("Search by number, shop or account"),
        columns=[
            number(_("Tip")),
            coded("kind", _("Kind of conduct")),
            Column("named", _("Shop or account"), lambda line: line.row.named, rank=1),
            Column("decide", _("Decide by"), lambda line: line.row.decide_by, Kind.DUE, order="due", on=["decide"]),
            state(),
            since(),
        ],
        link=lambda line: reverse("tipping:case", args=[line.row.ref]),
        test=("tips", "tip-row"),
    ),
    roles=OVERSEES,
)
