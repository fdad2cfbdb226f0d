"""Filing for somebody on the phone: the party's own commands, carried out by an officer of the human line.

What does not belong here: what a filing is (`file`); those commands are asked with the caller, and do the same.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.queries import people_of
from appeals.commands.locking import lock_appeal
from appeals.models import Appeal, AssistedFiling, IdentifiedBy, TakenDown
from appeals.policies import may_answer_assisted
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require, require_choice
from casework.firing import command, fire
from casework.ledger import digest


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on the phone: the ref of their account, empty for somebody without one; how the officer made sure of it;
    and whether what is filed was read back to them, word by word. Who files is then an officer of the human line; the
    appeal is the party's, and a draft that the party keeps stays.
    """

    identified_by: str
    person: str = ""
    was_read_back: bool = False


def check_caller(caller: Caller, party_id: int) -> int | None:
    """The key of the caller's account, None where they have none. Raises `Invalid`."""
    require_choice("/identified_by", caller.identified_by, IdentifiedBy)
    if not caller.was_read_back:
        raise Invalid.field("/read_back", "required", _("Read it back to the caller, and file it when they agree."))
    if not caller.person:
        return None
    found = next((user.pk for user in people_of(party_id) if user.ref == caller.person), None)
    if found is None:
        raise Invalid.field("/caller", "unknown", _("Nobody of this party has this account."))
    return found


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
    open_ones = AssistedFiling.objects.filter(appeal=appeal, answered_at__isnull=True)
    changed = open_ones.update(answered_at=now, answered_by_id=actor.person, correction=correction)
    if not changed:
        raise NotYourTurn(_("It was confirmed or corrected already."))
    facts = {"correction": digest(correction) if correction else ""}
    fire(appeal, "confirm_filing", actor=actor, now=now, facts=facts)
    return appeal
