"""Which exits from rules and changes of catalogues are listed, and in which order: for pages and the API alike."""

from rules import queries
from rules.machine import ChangeState, ExitState
from rules.models import CatalogueChange, RuleExit
from surfaces.lists import Listing, Order, states

EXITS = Listing[RuleExit](
    rows=lambda asked: queries.exits_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("exit_newest",))},
    filters=[states(ExitState)],
)
CHANGES = Listing[CatalogueChange](
    rows=lambda asked: queries.changes_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("catalogue_change_newest",))},
    filters=[states(ChangeState)],
)
