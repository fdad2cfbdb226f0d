"""Which disputes are listed, by what they are narrowed and in which order: for pages and the API alike."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from disputes import queries
from disputes.models import Dispute, DisputeOutcome
from operations.models import Outage
from surfaces.lists import Choice, Listing, Order, by_rows

STATES = {
    "talking": gettext_lazy("Between the two of you"),
    "platform": gettext_lazy("With the platform"),
    "done": gettext_lazy("Agreed or determined"),
    "closed": gettext_lazy("Closed"),
}
"""The groups of states of `queries.STATES_LISTED`, in words."""
OUTCOMES = dict(DisputeOutcome.choices)
KINDS = {"brought": gettext_lazy("Opened by us"), "answered": gettext_lazy("Opened by the other side")}

DISPUTES = Listing[Dispute](
    rows=lambda asked: queries.disputes_narrowed_for(asked.actor, asked.filter),
    orders={
        "newest": Order(
            ("-created_at", "-id"),
            ("dispute_newest", "dispute_by_claimant", "dispute_by_respondent", "dispute_by_mediator"),
        )
    },
    filters=[
        Choice("state", gettext_lazy("State"), STATES, by_rows, as_chips=True),
        Choice("kind", gettext_lazy("Kind"), KINDS, by_rows, as_chips=True),
    ],
    days="created_at",
)
OUTAGES = Listing[Outage](
    rows=lambda _asked: Outage.objects.filter(is_proposed=False),  # everybody may read them
    orders={"newest": Order(("-started_at", "-pk"))},  # they are few
    filters=[
        Choice(
            "announced",
            gettext_lazy("Announced"),
            {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")},
            lambda code: Q(is_announced=code == "yes"),
        )
    ],
    days="started_at",
    by="pk",
)
