"""Filing for somebody on the phone: the party's own commands, carried out by an officer of the human line.

What does not belong here: what a filing is (`file`); those commands are asked with the caller, and do the same.
"""

from datetime import datetime

from django.db.models import QuerySet

from appeals.commands.locking import lock_appeal
from appeals.models import Appeal, AssistedFiling, TakenDown
from appeals.policies import may_answer_assisted
from casework.actor import Actor
from helpline.callers import Caller, confirming, record_filing


def said_of(caller: Caller | None) -> dict[str, str]:
    """What the event says of a caller."""
    return {} if caller is None else {"for_caller": caller.identified_by}


def record_assisted(
    appeal: Appeal, what: TakenDown, caller: Caller, person: int | None, *, actor: Actor, now: datetime
) -> None:
    """What was taken down is on file beside the appeal, until the party confirms or corrects it."""
    record_filing(AssistedFiling, caller, person, actor=actor, now=now, appeal=appeal, what=what)


def _filings(_actor: Actor, appeal: Appeal) -> QuerySet[AssistedFiling]:
    return AssistedFiling.objects.filter(appeal=appeal)


confirm_filing = confirming(lock_appeal, may_answer_assisted, _filings)
