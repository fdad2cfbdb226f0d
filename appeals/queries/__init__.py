"""Reading appeals, always through `visible_to`."""

from appeals.queries.case_file import write_case_file
from appeals.queries.cases import (
    Action,
    actions_for,
    appeal_for,
    appeals_for,
    appeals_listed_for,
    appeals_of_notice,
    draft_for,
    due_of,
    events_of,
    evidence_file,
    evidence_shown_to,
    open_request,
    turn_of,
)
from appeals.queries.letter import letter_of, preview_letter, verify_letter
from appeals.queries.review import (
    TrackRecord,
    decided_by,
    first_view_of,
    held_by,
    holder_of,
    officer_codes,
    opened_by,
    queue_for,
    suggestion_for,
    track_record,
)
from appeals.queries.todo import Todo, todo_for

__all__ = [
    "Action",
    "Todo",
    "TrackRecord",
    "actions_for",
    "appeal_for",
    "appeals_for",
    "appeals_listed_for",
    "appeals_of_notice",
    "decided_by",
    "draft_for",
    "due_of",
    "events_of",
    "evidence_file",
    "evidence_shown_to",
    "first_view_of",
    "held_by",
    "holder_of",
    "letter_of",
    "officer_codes",
    "open_request",
    "opened_by",
    "preview_letter",
    "queue_for",
    "suggestion_for",
    "todo_for",
    "track_record",
    "turn_of",
    "verify_letter",
    "write_case_file",
]
