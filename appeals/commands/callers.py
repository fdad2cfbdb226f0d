"""Filing for somebody on the phone: the party's own commands, carried out by an officer of the human line.

What does not belong here: what a filing is (`file`); those commands are asked with the caller, and do the same.
"""

from datetime import datetime

from appeals.commands.locking import lock_appeal
from appeals.models import Appeal, AssistedFiling, TakenDown
from appeals.policies import may_answer_assisted
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import require
from casework.firing import command, fire
from helpline.callers import Caller, answer_filings


def said_of(caller: Caller | None) -> dict[str, str]:
    """What the event says of a caller."""
    return {} if caller is None else {"for_caller": caller.identified_by}


def record_assisted(
    appeal: Appeal, what: TakenDown, caller: Caller, person: int | None, *, actor: Actor, now: datetime
) -> None:
    """What was taken down is on file beside the appeal, until the party confirms or corrects it."""
    AssistedFiling.objects.create(
        appeal=appeal,
        what=what,
        officer_id=actor.person,
        caller_id=person,
        identified_by=caller.identified_by,
        taken_at=now,
    )


@command
def confirm_filing(*, actor: Actor, ref: str, now: datetime, correction: str = "") -> Appeal:
    """The party said that what an officer took down for it is right, or what is wrong or missing.

    The correction stands beside the filing, which stays as it was taken down, and is read by whoever decides.
    Raises `NotFound`, `NotAllowed`, and `NotYourTurn` where nothing waits for an answer.
    """
    appeal = lock_appeal(actor, ref)
    require(may_answer_assisted(actor, appeal))
    answer_filings(AssistedFiling.objects.filter(appeal=appeal), actor=actor, correction=correction, now=now)
    facts = {"correction": digest(correction) if correction else ""}
    fire(appeal, "confirm_filing", actor=actor, now=now, facts=facts)
    return appeal
