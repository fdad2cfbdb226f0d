"""The notices of right holders: what is to be decided, what waits, what is in proceedings, what ended."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.frame import OVERSEES, list_view
from infringements.lists import INFRINGEMENTS
from infringements.models import Infringement
from surfaces.lists import Column, Kind, coded, number, since, state, tabs_of
from surfaces.lists.words import in_columns

infringements = list_view(
    INFRINGEMENTS.shown(
        title=_("Intellectual property"),
        lede=_(
            "Notices of right holders. A person decides each; what is accepted is forwarded to the merchant with a "
            "measure, and what the merchant states is forwarded to the right holder, who then has 15 days."
        ),
        tabs=tabs_of(Infringement, decide="due"),
        search=in_columns("number", "holder_name", "registration_no"),
        searched=_("Search by number, right holder or registration"),
        columns=[
            number(_("Notice")),
            coded("right_kind", _("Kind of right")),
            Column("right", _("The right"), lambda line: line.row.right_title, rank=1),
            Column("holder", _("Right holder"), lambda line: line.row.holder_name or line.row.holder.name),
            Column("shop", _("Shop"), lambda line: line.row.merchant.name if line.row.merchant else ""),
            Column("decide", _("Decide by"), lambda line: line.row.decide_by, Kind.DUE, order="due", on=["decide"]),
            Column("due", _("Due"), lambda line: line.row.due_at, Kind.DUE, on=["waiting"]),
            state(),
            since(),
        ],
        link=lambda line: reverse("infringing:case", args=[line.row.ref]),
        test=("infringements", "infringement-row"),
    ),
    roles=OVERSEES,
)
