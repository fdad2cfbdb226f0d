"""Which seats, matters and looks are listed, for pages and the API alike."""

from authorities import queries
from authorities.machine import MatterState, SeatState
from authorities.models import Matter, Seat
from casework.models import Event
from surfaces.lists import Listing, Order, states

SEATS = Listing[Seat](
    rows=lambda asked: queries.seats_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("authority_seat_newest",))},
    filters=[states(SeatState)],
)
MATTERS = Listing[Matter](
    rows=lambda asked: queries.matters_for(asked.actor),
    orders={
        "newest": Order(("-created_at", "-id"), ("authority_matter_newest",)),
        "due": Order(("due_at", "id"), ("authority_matter_by_due",)),
    },
    filters=[states(MatterState)],
)
LOOKS = Listing[Event](
    rows=lambda asked: queries.looks_for(asked.actor),
    orders={"newest": Order(("-at", "-id"), ("event_by_type",))},
    by="pk",
)
