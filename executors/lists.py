"""Which rows about executors are listed, by what they are narrowed and in which orders: for pages and the API alike."""

from django.utils.translation import gettext_lazy

from executors import queries
from executors.machine import ExecutorState
from executors.models import Executor
from surfaces.lists import Choice, Listing, Order
from surfaces.lists.words import in_columns

EXECUTORS = Listing[Executor](
    rows=lambda asked: queries.executors_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"))},  # they are few
    filters=[Choice("state", gettext_lazy("State"), dict(ExecutorState.choices))],
    search=in_columns("number", "party__name"),
)
