"""Paid terms of members (办法 32): while one runs, no version that began after it applies to the member unasked."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.constraints import check
from casework.external_refs import UnderExternalRef
from casework.triggers import kept, sealed
from rules.models.rule import Consent, PlatformRule, RuleVersion

NOTICE_DAYS = 5
"""网络交易监督管理办法 18: before a renewal that makes itself."""


class PaidMembership(UnderExternalRef):
    """A term that a party paid for, under a rule, as the platform told us.

    It applies until `until`: the end that was bought, or when we were told that the service became impossible; then of
    `days` that were bought `unused_days` are left, and what is refunded follows from them.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, related_name="+")
    external_ref = models.CharField(_("number at the platform"), max_length=64)
    rule = models.ForeignKey(PlatformRule, on_delete=models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="paid_memberships")
    paid_minor = models.BigIntegerField(_("paid"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    days = models.PositiveIntegerField()
    tell_by = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    until = models.DateTimeField(_("applies until"))
    unused_days = models.PositiveIntegerField(null=True, blank=True)
    refund_minor = models.BigIntegerField(_("refund"), null=True, blank=True)
    stopped_because = models.TextField(_("why it stopped"), blank=True, default="")

    class Meta:
        verbose_name = _("paid membership")
        indexes = (
            models.Index(fields=("-recorded_at", "-id"), name="paid_membership_newest"),
            models.Index(fields=("rule", "until"), name="paid_membership_by_end"),
        )
        constraints = (
            models.UniqueConstraint(fields=("client", "external_ref"), name="paid_membership_is_recorded_once"),
            check(
                "paid_membership_is_a_time_and_a_price",
                Q(ends_at__gt=F("starts_at"), until__lte=F("ends_at"), days__gte=1, paid_minor__gte=0),
            ),
            check(
                "renewal_is_to_be_told_of_five_days_before",
                Q(tell_by=None) | Q(tell_by__lte=F("starts_at") - Value(timedelta(days=NOTICE_DAYS))),
            ),
            check(
                "stopped_membership_is_refunded_for_what_is_left",
                Q(until=F("ends_at"), refund_minor=None, unused_days=None, stopped_because="")
                | (
                    Q(until__gte=F("starts_at"), refund_minor__isnull=False, unused_days__isnull=False)
                    & Q(GreaterThanOrEqual(F("refund_minor") * F("days"), F("paid_minor") * F("unused_days")))
                    & ~Q(stopped_because="")
                ),
            ),
        )

    @property
    def is_told_late(self) -> bool:
        """Whether it renewed itself without the notice in time that was promised."""
        return self.tell_by is not None and (self.told_at is None or self.told_at > self.tell_by)

    def keeps_from(self, version: RuleVersion, at: datetime) -> bool:
        """Whether the version does not apply to the member at that moment: it began while the paid term ran.

        One that burdens nobody, as two people signed, and one that a law demands apply to members like to all.
        """
        is_one_sided = version.consent != Consent.NEUTRAL and version.forced_by_id is None
        began = self.rule_id == version.rule_id and self.starts_at < version.effective_from
        return is_one_sided and began and at < self.until and version.is_published and version.withdrawn_at is None


MEMBERSHIP_TRIGGERS = [
    kept("rules_paidmembership", "paid_membership_is_kept"),
    sealed(
        "rules_paidmembership",
        "paid_membership_stays_as_it_was_bought",
        "client_id external_ref content_digests rule_id party_id paid_minor starts_at ends_at days tell_by told_at"
        " recorded_at",
        once=("refund_minor unused_days",),
        also="NEW.until > OLD.until OR (OLD.refund_minor IS NOT NULL AND NEW.until <> OLD.until)",
    ),
]
