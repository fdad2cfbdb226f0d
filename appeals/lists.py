"""Which appeals are listed, by what they are narrowed and in which orders: for pages and the API alike."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, pgettext_lazy

from appeals import queries
from appeals.machine import TABS
from appeals.models import Appeal, Ground, Level, Outcome, SystemView
from surfaces.lists import Asked, Choice, Listing, Order, Tab, by_rows

LANGUAGES = {"zh-hans": pgettext_lazy("language", "Chinese"), "en": pgettext_lazy("language", "English")}
STATES = {
    "yours": gettext_lazy("Waits for you"),
    "open": gettext_lazy("In progress"),
    "decided": gettext_lazy("Decided"),
    "closed": gettext_lazy("Closed without a decision"),
}
"""The groups of states of `queries.STATES_LISTED`, in words."""
OUTCOMES = dict(Outcome.choices)
SYSTEM_VIEWS = dict(SystemView.choices)


def _counts(asked: Asked[Appeal]) -> Mapping[str, int]:
    """All tabs in one statement, and with them the moment of the newest change, `head`."""
    summary = queries.queues_of([asked.actor], now=asked.now)[asked.actor.person]
    return {**summary.counts, "head": summary.head}


TAKEN_FROM = [tab.name for tab in TABS.values() if tab.can_be_taken]
QUEUE = Listing[Appeal](
    rows=lambda asked: queries.queue_for(asked.actor, now=asked.now, tab=asked.tab, routed="routed" in asked.chosen),
    tabs=[Tab(tab.name, tab.label) for tab in TABS.values()],
    counts=_counts,
    orders={
        "urgent": Order(("urgent_at", "id"), ("appeal_queue", "appeal_by_reviewer")),
        "due": Order(("decide_due_at", "id"), ("appeal_queue_by_due", "appeal_by_reviewer")),
    },
    filters=[
        Choice("ground", gettext_lazy("Ground"), dict(Ground.choices)),
        Choice("language", gettext_lazy("Language"), LANGUAGES),
        Choice("level", gettext_lazy("Review"), dict(Level.choices)),
        Choice("routed", gettext_lazy("Routing"), {"me": gettext_lazy("for me or my team")}, by_rows, TAKEN_FROM),
    ],
    search=lambda asked: queries.saying(asked.actor, asked.filter),
)
APPEALS = Listing[Appeal](
    rows=lambda asked: queries.appeals_narrowed_for(asked.actor, asked.filter),
    orders={"newest": Order(("-created_at", "-id"), ("appeal_newest", "appeal_by_party", "appeal_newest_closed"))},
    filters=[
        Choice("state", gettext_lazy("State"), STATES, by_rows, as_chips=True),
        Choice("kind", gettext_lazy("Kind"), dict(Outcome.choices), by_rows, as_chips=True),
    ],
    days="created_at",
)
