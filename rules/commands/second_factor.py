"""The way back for somebody of staff who lost their second factor: two administrators sign that it is removed.

It stands here because the case of two signatures does, as `rules.commands.owners`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.commands.second_factor import remove_second_factor
from accounts.devices import has_second_factor
from accounts.models import User
from casework.actor import Actor
from casework.errors import Invalid, or_not_found, require, require_text
from casework.firing import command
from rules.commands.changes import CATALOGUES, Catalogue, propose
from rules.models import CatalogueChange, Subject
from rules.policies import may_remove_second_factor


@command
def propose_second_factor_removal(*, actor: Actor, user: str, reason: str, now: datetime) -> CatalogueChange:
    """That the second factor of this person of staff is removed waits for another administrator; they are told now.

    Raises `NotAllowed`, `NotFound`, `ConflictOfInterest` for one's own, as `propose`, and `Invalid` without a reason.
    """
    require(may_remove_second_factor(actor, user))
    require_text("/reason", reason, _("Say how it was lost, and how you made sure who asks."))
    person = or_not_found(User.objects.filter(ref=user).first())
    said = {"person": str(person), "username": person.username, "user": user}
    return propose(actor=actor, subject=Subject.SECOND_FACTOR, key=user, said=said, reason=reason, now=now)


def _check(said: Mapping[str, Any]) -> None:
    person = User.objects.get(ref=said["user"])
    if not person.is_active or not person.is_staff or not has_second_factor(person):
        raise Invalid.field("/", "unchanged", _("This person does not work here, or has no second factor."))


def _store(change: CatalogueChange, now: datetime) -> None:
    remove_second_factor(User.objects.get(ref=change.key), now=now)


CATALOGUES[Subject.SECOND_FACTOR] = Catalogue(check=_check, now_says=lambda said: None, store=_store, is_common=True)
