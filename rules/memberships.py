"""Which paid terms there are: of whom, and against which version (办法 32). Written by `rules.commands.memberships`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from casework.actor import Actor
from casework.errors import or_not_found
from rules import policies
from rules.models import Consent, PaidMembership, RuleVersion


def memberships_for(actor: Actor) -> QuerySet[PaidMembership]:
    """The paid terms of one's own parties; those that a client recorded to it; every one to compliance."""
    rows = PaidMembership.objects.filter(policies.memberships_visible_to(actor))
    return rows.select_related("rule", "party").order_by("-recorded_at", "-id")


def membership_for(actor: Actor, ref: str) -> PaidMembership:
    """Raises `NotFound`."""
    return or_not_found(memberships_for(actor).filter(ref=ref).first())


def memberships_by_party(party_ids: Iterable[int], rules: Iterable[int]) -> dict[int, list[PaidMembership]]:
    """The paid terms of these parties under these rules, those that are over among them."""
    found: dict[int, list[PaidMembership]] = {}
    for row in PaidMembership.objects.filter(party__in=set(party_ids), rule__in=set(rules)):
        found.setdefault(row.party_id, []).append(row)
    return found


def members_kept_from(version: RuleVersion) -> tuple[int, datetime | None]:
    """To how many paid terms the version will not apply at its start, a thousand at most, and until when at last."""
    if version.consent == Consent.NEUTRAL or version.forced_by_id is not None:
        return 0, None
    start = version.effective_from
    rows = PaidMembership.objects.filter(rule=version.rule_id, starts_at__lt=start, until__gt=start).order_by("-until")
    return rows.values("pk")[:1000].count(), rows.values_list("until", flat=True).first()
