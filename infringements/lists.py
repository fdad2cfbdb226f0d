"""Which notices of right holders are listed, for pages and the API alike."""

from django.utils.translation import gettext_lazy as _

from infringements import queries
from infringements.machine import InfringementState
from infringements.models import Infringement, RightKind
from surfaces.lists import Choice, Listing, Order, states

INFRINGEMENTS = Listing[Infringement](
    rows=lambda asked: queries.infringements_for(asked.actor),
    orders={
        "newest": Order(
            ("-created_at", "-id"), ("infringement_newest", "infringement_of_holder", "infringement_of_merchant")
        ),
        "due": Order(("decide_by", "id"), ("infringement_by_due",)),
    },
    filters=[states(InfringementState)],
)
PUBLISHED = Listing[Infringement](
    rows=lambda asked: queries.published(),
    orders={"newest": Order(("-decided_at", "-id"), ("infringement_published",))},
    filters=[Choice("right_kind", _("Kind of right"), dict(RightKind.choices), as_chips=True)],
    days="decided_at",
)
