"""Reading appeals, always through `visible_to`."""

from appeals.queries.cases import (
    Action,
    actions_for,
    appeal_for,
    appeals_for,
    appeals_of_notice,
    draft_for,
    due_of,
    events_of,
    evidence_file,
    evidence_shown_to,
    open_request,
    turn_of,
)
from appeals.queries.letter import Letter, LetterPart, letter_of, verify_letter
from appeals.queries.review import first_view_of, held_by, opened_by, queue_for, suggestion_for, track_record
from appeals.queries.todo import Todo, todo_for

__all__ = [
    "Action",
    "Letter",
    "LetterPart",
    "Todo",
    "actions_for",
    "appeal_for",
    "appeals_for",
    "appeals_of_notice",
    "draft_for",
    "due_of",
    "events_of",
    "evidence_file",
    "evidence_shown_to",
    "first_view_of",
    "held_by",
    "letter_of",
    "open_request",
    "opened_by",
    "queue_for",
    "suggestion_for",
    "todo_for",
    "track_record",
    "turn_of",
    "verify_letter",
]
