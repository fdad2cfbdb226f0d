"""Agreeing to a version, in so many words: the only writer of consents (办法 16)."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import NotYourTurn, or_not_found
from casework.firing import command
from rules.commands.exits import party_of
from rules.models import RuleConsent, RuleVersion


@command
def agree_to_version(*, actor: Actor, rule: str, number: str, now: datetime, party: str = "") -> RuleConsent:
    """It is on record that the party agreed, by whom and when; what was agreed before stays as it was.

    Raises `NotFound`, `NotAllowed`, `Invalid` where it is open for which of several parties, and `NotYourTurn` for a
    version that was withdrawn, was replaced, or does not bind the party.
    """
    version = or_not_found(
        RuleVersion.objects.filter(Q(rule__ref=rule) | Q(rule__code=rule), number=number, published_at__isnull=False)
        .select_related("rule")
        .first()
    )
    chosen = party_of(actor, party)
    if version.withdrawn_at is not None or (version.effective_to is not None and version.effective_to <= now):
        raise NotYourTurn(_("This version does not apply any more. Choose the one that does, or will."))
    if not version.binds_party(chosen.kind):
        raise NotYourTurn(_("This version does not bind you, so there is nothing to agree to."))
    given, _created = RuleConsent.objects.get_or_create(
        party=chosen, version=version, defaults={"given_by_id": actor.person, "given_at": now}
    )
    return given
