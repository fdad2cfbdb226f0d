"""Filing for somebody on the phone: the sides' own commands, carried out by an officer of the human line.

What does not belong here: opening (`open`) and demanding (`demand`); those commands are asked with the caller, and do
the same.
"""

from datetime import datetime

from casework.actor import Actor
from casework.canonical import digest
from casework.errors import require
from casework.firing import command
from disputes.choices import Lane, Side
from disputes.commands.locking import lock_dispute, move
from disputes.models import AssistedFiling, Dispute, TakenDown
from disputes.policies import may_answer_assisted, side_of
from helpline.callers import Caller, answer_filings


def said_of(caller: Caller | None) -> dict[str, bool]:
    """What the event says of a caller: that there was one. The other side reads it, and who called is not for them."""
    return {} if caller is None else {"for_caller": True}


def record_assisted(
    dispute: Dispute, what: TakenDown, side: Side, caller: Caller, person: int | None, *, actor: Actor, now: datetime
) -> None:
    """What was taken down is on file beside the dispute, until that side confirms or corrects it."""
    AssistedFiling.objects.create(
        dispute=dispute,
        side=side,
        what=what,
        officer_id=actor.person,
        caller_id=person,
        identified_by=caller.identified_by,
        taken_at=now,
    )


@command
def confirm_filing(*, actor: Actor, ref: str, now: datetime, correction: str = "") -> Dispute:
    """The side said that what an officer took down for it is right, or what is wrong or missing.

    The correction stands beside the words, which stay as they were taken down; both sides read it, and whoever decides.
    That it is right stands in that side's own lane of the room, which the other side does not read.
    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` where nothing waits for an answer.
    """
    dispute = lock_dispute(actor, ref)
    require(may_answer_assisted(actor, dispute))
    side = side_of(actor, dispute)
    rows = AssistedFiling.objects.filter(dispute=dispute, side=side)
    answer_filings(rows, actor=actor, correction=correction, now=now)
    facts = {"side": side, "correction": digest(correction) if correction else ""}
    assert side is not None
    lane = Lane.BOTH if correction else Lane(side.lower())
    move(dispute, "confirm_filing", actor=actor, now=now, lane=lane, facts=facts)
    return dispute
