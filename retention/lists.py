"""Which legal holds and retention runs are listed, for pages and the API alike."""

from retention import queries
from retention.machine import HoldState, RunState
from retention.models import LegalHold, RetentionRun
from surfaces.lists import Listing, Order, states

HOLDS = Listing[LegalHold](
    rows=lambda asked: queries.holds_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("legal_hold_newest",))},
    filters=[states(HoldState)],
)
RUNS = Listing[RetentionRun](
    rows=lambda asked: queries.runs_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("retention_run_newest",))},
    filters=[states(RunState)],
)
