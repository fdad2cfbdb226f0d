"""Who calls people back. A denial is the coded error to raise; None means yes."""

from accounts.roles import ADMINISTRATOR, COMPLIANCE, HELP_LINE
from casework.actor import Actor
from casework.errors import CaseError, LeaseLost, NotAllowed
from helpline.models import CallBack, CallBackState

CALLS = (HELP_LINE, COMPLIANCE, ADMINISTRATOR)
"""Compliance and administrators too: where nobody has the role of the line yet, a promise is still kept."""


def may_call_back(actor: Actor) -> CaseError | None:
    """A member of staff in a session, so that it is known who saw a number."""
    return None if actor.session and actor.has_role(*CALLS) else NotAllowed()


def may_end_call(actor: Actor, row: CallBack) -> CaseError | None:
    """Whoever holds it."""
    if denial := may_call_back(actor):
        return denial
    return None if sees_number(actor, row) else LeaseLost()


def sees_number(actor: Actor, row: CallBack) -> bool:
    """Whether the number is shown to this member of staff: while they hold the request, and at no other time."""
    return row.state == CallBackState.CLAIMED and row.officer_id == actor.user_id
