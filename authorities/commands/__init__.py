"""The verbs of seats and matters, and the record of looks; the only writers of their tables."""

from authorities.commands.matters import (
    close_matter,
    draft_answer,
    export_matter,
    follow_up_matter,
    mark_matter_late,
    register_matter,
    send_answer,
)
from authorities.commands.seats import end_seat, lapse_seat, open_case_to_seat, propose_seat, record_look
