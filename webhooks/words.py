"""What is told to the platform's back end: the types of event that an endpoint can ask for. Told in docs/api.md.

A type is added by a line here; one that was published stays. What does not belong here: who hears of which case.
"""

from typing import Final

PUBLIC: Final[dict[str, tuple[str, ...]]] = {
    "notice": (
        "notice.issued",
        "notice.amended",
        "notice.revoked",
        "notice.reduced",
        "notice.upheld",
        "notice.ended",
        "notice.measures_ended",
        "notice.appealed",
        "notice.appeal_window_closed",
        "notice.remedy_confirmed",
        "notice.remedy_failed",
        "notice.remedy_late",
    ),
    "appeal": (
        "appeal.filed",
        "appeal.late_accepted",
        "appeal.late_refused",
        "appeal.human_demanded",
        "appeal.information_requested",
        "appeal.information_given",
        "appeal.withdrawn",
        "appeal.decided",
        "appeal.overdue",
        "appeal.closed_as_corrected",
    ),
    "dispute": (
        "dispute.opened",
        "dispute.answered",
        "dispute.escalated",
        "dispute.human_demanded",
        "dispute.records_asked",
        "dispute.settled",
        "dispute.determined",
        "dispute.review_requested",
        "dispute.carrying_out",
        "dispute.obligation_followed",
        "dispute.overdue",
        "dispute.withdrawn",
        "dispute.closed",
    ),
    "executor": (
        "executor.activated",
        "executor.suspended",
        "executor.reinstated",
        "executor.ended",
    ),
    "instruction": (
        "instruction.issued",
        "instruction.acknowledged",
        "instruction.completed",
        "instruction.overdue",
        "instruction.withdrawn",
    ),
    "incident": (
        "incident.opened",
        "incident.explained",
        "incident.found",
        "incident.contested",
        "incident.compensated",
        "incident.compensation_overdue",
        "incident.closed",
    ),
    "recourse": (
        "recourse.claimed",
        "recourse.disputed",
        "recourse.settled",
        "recourse.written_off",
    ),
}
"""The public types by kind of case."""
TYPES: Final[tuple[str, ...]] = tuple(type_ for types in PUBLIC.values() for type_ in types)
TEST: Final = "webhook.test"
"""What `POST webhook-endpoints/{ref}/test` sends; of no case."""
