"""Which exits from rules are listed, and in which order: for pages and the API alike."""

from rules import queries
from rules.machine import ExitState
from rules.models import RuleExit
from surfaces.lists import Listing, Order, states

EXITS = Listing[RuleExit](
    rows=lambda asked: queries.exits_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("exit_newest",))},
    filters=[states(ExitState)],
)
