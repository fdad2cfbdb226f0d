"""A catalogue that served notices rely on changes by a proposal that one person enters and another signs.

What a catalogue asks of its entries and how it stores a signed one, its app says in `CATALOGUES`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.canonical import digest
from casework.errors import Invalid, NotAllowed, NotYourTurn, require, require_text
from casework.firing import command, fire, locked, open_case
from rules.machine import ChangeState
from rules.models import CatalogueChange
from rules.policies import changes_visible_to, may_enter_change, may_refuse_change, may_sign_change


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`check` raises `Invalid` for values that cannot be entered. `now_says` gives the values of the same entry as they
    stand, None where there is no such entry; `owner` is the key of the client whose entry it is, None where the
    platform's people alone change it. `is_common` says that an entry belongs to everybody, as a law does. `store`
    writes the new version of a change that was just signed.
    """

    check: Callable[[Mapping[str, Any]], None]
    now_says: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    store: Callable[[CatalogueChange, datetime], None]
    owner: Callable[[str], int | None] = lambda key: None
    is_common: bool = False


CATALOGUES: dict[str, Catalogue] = {}


def propose(
    *, actor: Actor, subject: str, key: str, said: Mapping[str, Any], reason: str, now: datetime
) -> CatalogueChange:
    """The change waits for people: to be entered, where a program proposed it, and to be signed by another person.

    The same again finds what waits. The caller has asked who may propose, and runs in a transaction. Raises
    `NotAllowed` for an entry of another client, `NotYourTurn` while another change of it waits, and `Invalid` for what
    the catalogue says already, a change of it without a reason, and what the catalogue refuses.
    """
    catalogue = CATALOGUES[subject]
    catalogue.check(said)
    stands = catalogue.now_says(said)
    is_client = actor.kind is ActorKind.CLIENT
    if stands is not None and is_client and not catalogue.is_common and catalogue.owner(key) != actor.client_id:
        raise NotAllowed(_("This entry is not yours: the platform's people change it."))
    if stands == said:
        raise Invalid.field("/", "unchanged", _("The catalogue says exactly this already."))
    if stands is not None:
        require_text("/reason", reason, _("Say why the entry changes."))
    waiting = CatalogueChange.objects.filter(subject=subject, key=key, state__in=CatalogueChange.OPENS_IN).first()
    if waiting is not None:
        if waiting.said == said and waiting.client_id == actor.client_id:
            return waiting
        raise NotYourTurn(_("Another change of this entry waits for its signature."))
    change = CatalogueChange(
        subject=subject, key=key, said=dict(said), reason=reason, client_id=actor.client_id, entered_by_id=actor.user_id
    )
    open_case(
        change,
        state=ChangeState.TO_ENTER if is_client else ChangeState.ENTERED,
        event="catalogue_change.proposed",
        actor=actor,
        now=now,
        verb="propose",
        facts={"subject": subject, "key": key, "said": digest(change.said), "reason": digest(reason)},
    )
    return change


@command
def enter_change(*, actor: Actor, ref: str, now: datetime, expected_version: int | None = None) -> CatalogueChange:
    """Under the actor's name as what they checked; somebody else signs it. Raises `NotAllowed`, `NotYourTurn`."""
    change = locked(CatalogueChange, changes_visible_to(actor), ref, expected_version)
    require(may_enter_change(actor, change))
    fire(change, "enter", actor=actor, now=now, entered_by_id=actor.person)
    return change


@command
def sign_change(
    *, actor: Actor, ref: str, now: datetime, expected_version: int | None = None, source_text: str = ""
) -> CatalogueChange:
    """The catalogue has a new version; served notices keep the version that they quote.

    Where the change has the wording of a law, `source_text` is what the actor read in the named source: it must be the
    same, but for white space. Raises `NotAllowed`, `ConflictOfInterest` for who entered it, `NotYourTurn`, `Stale`,
    and `Invalid` for another text or what the catalogue refuses by now.
    """
    change = locked(CatalogueChange, changes_visible_to(actor), ref, expected_version)
    require(may_sign_change(actor, change))
    catalogue = CATALOGUES[change.subject]
    catalogue.check(change.said)
    wording = change.said.get("text_zh", "")
    if wording and _bare(source_text) != _bare(wording):
        text = _(
            "Paste the article as its official source prints it: what was entered reads otherwise, or nothing came."
        )
        raise Invalid.field("/source_text", "not-the-source", text)
    fire(change, "sign", actor=actor, now=now, facts={"said": digest(change.said)}, signed_by_id=actor.person)
    catalogue.store(change, now)
    return change


@command
def refuse_change(
    *, actor: Actor, ref: str, reason: str, now: datetime, expected_version: int | None = None
) -> CatalogueChange:
    """The catalogue stays as it is. Raises `NotAllowed`, `NotYourTurn`, `Stale`, and `Invalid` without a reason."""
    change = locked(CatalogueChange, changes_visible_to(actor), ref, expected_version)
    require(may_refuse_change(actor, change))
    require_text("/reason", reason, _("Say why it is refused."))
    fire(change, "refuse", actor=actor, now=now, facts={"reason": digest(reason)}, refused_reason=reason)
    return change


def _bare(text: str) -> str:
    return "".join(text.split())
