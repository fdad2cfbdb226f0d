"""Filing for somebody on the phone: the sides' own commands, carried out by an officer of the human line.

What does not belong here: opening (`open`) and demanding (`demand`); those commands are asked with the caller, and do
the same.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from casework.actor import Actor
from disputes.choices import Lane, Side
from disputes.commands.locking import lock_dispute, move
from disputes.models import AssistedFiling, Dispute, TakenDown
from disputes.policies import may_answer_assisted, side_of
from helpline.callers import Caller, confirming, record_filing


def said_of(caller: Caller | None) -> dict[str, bool]:
    """What the event says of a caller: that there was one. The other side reads it, and who called is not for them."""
    return {} if caller is None else {"for_caller": True}


def record_assisted(
    dispute: Dispute, what: TakenDown, side: Side, caller: Caller, person: int | None, *, actor: Actor, now: datetime
) -> None:
    """What was taken down is on file beside the dispute, until that side confirms or corrects it."""
    record_filing(AssistedFiling, caller, person, actor=actor, now=now, dispute=dispute, side=side, what=what)


def _filings(actor: Actor, dispute: Dispute) -> QuerySet[AssistedFiling]:
    return AssistedFiling.objects.filter(dispute=dispute, side=side_of(actor, dispute))


def _confirmed(dispute: Dispute, verb: str, *, actor: Actor, now: datetime, facts: Mapping[str, str]) -> None:
    """Both sides read a correction. That a filing is right stands in that side's own lane of the room."""
    side = side_of(actor, dispute)
    assert side is not None
    lane = Lane.BOTH if facts["correction"] else Lane(side.lower())
    move(dispute, verb, actor=actor, now=now, lane=lane, facts={"side": side, **facts})


confirm_filing = confirming(lock_dispute, may_answer_assisted, _filings, _confirmed)
