"""Another owner of a party that has owners: two people of the platform sign it, and its owners are told.

It stands here because the case of two signatures does; an owner who invites somebody needs none of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.commands import make_owner
from accounts.policies import may_provision
from accounts.queries import member_for, party_for
from casework.actor import Actor
from casework.errors import require, require_text
from casework.firing import command
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject


@command
def propose_owner(*, actor: Actor, party: str, user: str, reason: str, now: datetime) -> CatalogueChange:
    """That this member becomes an owner waits for two people of the platform; the party's owners are told of it now.

    Raises `NotAllowed`, `NotFound` for a party or member that the actor may not see, as `propose`, and `Invalid`
    without a reason.
    """
    found = party_for(actor, party)
    require(may_provision(actor, party=found))
    require_text("/reason", reason, _("Say why the party needs this owner, and who asked for it."))
    member = member_for(actor, party, user)
    said = {"party": found.ref, "name": found.name, "user": user, "person": str(member.user)}
    return propose(actor=actor, subject=Subject.PARTY_OWNER, key=found.ref, said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    """Nothing: who is meant was looked up."""


def _store(change: CatalogueChange, now: datetime) -> None:
    make_owner(party_ref=change.said["party"], user_ref=change.said["user"], granted_by=change.ref, now=now)


CATALOGUES[Subject.PARTY_OWNER] = Catalogue(check=_check, now_says=lambda said: None, store=_store, is_common=True)
