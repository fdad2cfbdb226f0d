"""Which tips are listed, for pages and the API alike."""

from django.utils.translation import gettext_lazy as _

from surfaces.lists import Choice, Listing, Order, states
from tips import queries
from tips.machine import TipState
from tips.models import Tip, TipKind

TIPS = Listing[Tip](
    rows=lambda asked: queries.tips_for(asked.actor),
    orders={
        "newest": Order(("-created_at", "-id"), ("tip_newest", "tip_of_reporter", "tip_of_client")),
        "due": Order(("decide_by", "id"), ("tip_by_due",)),
    },
    filters=[states(TipState), Choice("kind", _("Kind of conduct"), dict(TipKind.choices))],
)
