"""Paid terms of members, told by the platform: the only writer of them (办法 32)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.queries import parties_by_ref
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, errors_in, or_not_found, require, require_text
from casework.external_refs import digests_of
from casework.firing import command
from casework.refs import new_ref
from rules import policies
from rules.memberships import memberships_for
from rules.models import PaidMembership, RuleVersion
from rules.terms import terms_at

DAY = timedelta(days=1)


@command
def record_membership(
    *,
    actor: Actor,
    rule: str,
    party: str,
    external_ref: str,
    paid_minor: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    renews_itself: bool = False,
    told_at: datetime | None = None,
) -> PaidMembership:
    """A party paid for a term under the rule; one that is on record under this number is returned.

    Of a renewal that made itself it is said by when the member was to be told. Raises `NotAllowed`,
    `ExternalRefMismatch` and `Invalid`.
    """
    require(policies.may_record_membership(actor))
    said = {"paid_minor": paid_minor, "starts_at": starts_at, "ends_at": ends_at}
    sent = digests_of(said | {"rule": rule, "party": party, "renews_itself": renews_itself, "told_at": told_at})
    known = PaidMembership.objects.filter(client_id=actor.client_id, external_ref=external_ref).first()
    if known is not None:
        known.refuse_other_content(sent)
        return known
    member = parties_by_ref([party], client_id=actor.client_id).get(party)
    named = RuleVersion.objects.filter(Q(rule__ref=rule) | Q(rule__code=rule), published_at__isnull=False)
    version = next((each for each in named if each.is_in_force(starts_at)), None)
    if errors := errors_in(
        (member is None, "/party", "unknown", _("We know no such party.")),
        (version is None, "/rule", "unknown", _("No version of this rule was in force when the term began.")),
        (ends_at <= starts_at, "/ends_at", "invalid", _("It ends after it starts.")),
        (renews_itself and starts_at > now, "/starts_at", "in-the-future", _("Tell of a renewal once it began.")),
        (told_at is not None and told_at > now, "/told_at", "in-the-future", _("This is still to come.")),
    ):
        raise Invalid(errors=errors)
    assert member is not None
    assert version is not None
    assert actor.client_id is not None
    notice = terms_at(starts_at, [member.pk])["membership_notice"].length if renews_itself else None
    row = PaidMembership(
        ref=new_ref("pms_"),
        client_id=actor.client_id,
        external_ref=external_ref,
        rule_id=version.rule_id,
        party=member,
        **said,
        content_digests=sent,
        days=-((starts_at - ends_at) // DAY),
        tell_by=starts_at - notice if notice is not None else None,
        told_at=told_at,
        recorded_at=now,
        changed_at=now,
        until=ends_at,
    )
    row.save()
    return row


@command
def stop_membership(*, actor: Actor, ref: str, stopped_at: datetime, reason: str, now: datetime) -> PaidMembership:
    """The service became impossible: what is left of the term is refunded, as the clause promises and never less.

    What the term keeps off the member ends when it was told of, not before: what applied meanwhile stays as it was.
    Raises `NotAllowed`, `NotFound`, `NotYourTurn` where it stopped or ended before, and `Invalid`.
    """
    row = or_not_found(memberships_for(actor).select_for_update(of=("self",)).filter(ref=ref).first())
    require(policies.may_record_membership(actor))
    require_text("/reason", reason, _("Say why the service became impossible."))
    if row.refund_minor is not None or not row.starts_at <= stopped_at < row.ends_at:
        raise NotYourTurn(_("This paid term does not run at that time."))
    percent = terms_at(row.starts_at, [row.party_id])["membership_refund"].amount
    row.until = min(max(stopped_at, now), row.ends_at)
    row.stopped_because, row.changed_at = reason, now
    row.unused_days = min(row.days, -((stopped_at - row.ends_at) // DAY))
    row.refund_minor = -(-row.paid_minor * row.unused_days * percent // (row.days * 100))
    row.save(update_fields=["until", "stopped_because", "changed_at", "unused_days", "refund_minor"])
    return row
