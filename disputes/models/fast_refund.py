"""Fast refunds (极速退款): a merchant's standing consent to pay them, what was offered in a dispute, and their laws."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import kept, on_insert, on_update, on_write, sealed
from disputes.choices import FAST_REFUND_WITHDRAWN, FAST_REFUNDED, Payer
from disputes.machine import BEFORE_MEDIATOR
from disputes.models.burden import Relaxation
from disputes.models.cases import Dispute


class FastRefundOptIn(models.Model):
    """One version of a merchant's consent to pay fast refunds up to a sum in a case (办法 27): never a default.

    Another sum is another version; an opt-out ends the newest. Nothing else of a row ever changes.
    """

    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    limit_minor = models.BigIntegerField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent to fast refunds")
        ordering = ("party_id", "version")
        constraints = (
            models.UniqueConstraint(fields=("party", "version"), name="fast_refund_opt_in_version_is_unique"),
            models.UniqueConstraint(
                fields=("party",), condition=Q(ended_at__isnull=True), name="fast_refund_opt_in_is_one_per_merchant"
            ),
            check(
                "fast_refund_opt_in_has_a_limit_and_ends_once",
                Q(limit_minor__gt=0)
                & (
                    Q(ended_at__isnull=True, ended_by__isnull=True)
                    | Q(ended_at__isnull=False, ended_at__gte=F("given_at"), ended_by__isnull=False)
                ),
            ),
        )


class FastRefund(models.Model):
    """The fast refund that a dispute was opened with, and whether the buyer took it. It finds nothing.

    `relief` is the published relief from proof that it rests on, `payer` who bears it for good: the platform, or the
    merchant by `opt_in`. `earlier` is how many the buyer took in the 90 days before, counted so that abuse is noticed.
    """

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="fast_refund")
    claimant = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    order_ref = models.CharField(max_length=100)
    relief = models.ForeignKey(Relaxation, on_delete=models.PROTECT, related_name="+")
    payer = models.CharField(max_length=10, choices=Payer)
    opt_in = models.ForeignKey(FastRefundOptIn, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField()
    earlier = models.PositiveIntegerField()
    offered_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fast refund")
        constraints = (
            check(
                "fast_refund_is_paid_by_the_platform_or_by_consent",
                Q(payer="PLATFORM", opt_in__isnull=True) | Q(payer="RESPONDENT", opt_in__isnull=False),
            ),
            check(
                "fast_refund_is_accepted_by_a_person",
                Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_at__gte=F("offered_at"), accepted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("claimant", "order_ref"),
                condition=Q(accepted_at__isnull=False),
                name="fast_refund_is_paid_once_per_order",
                violation_error_code="not-your-turn",
            ),
        )


_REMEDIES = ", ".join(f"'{remedy}'" for remedy in sorted(FAST_REFUNDED))
_BEFORE_MEDIATOR = ", ".join(f"'{state}'" for state in sorted(map(str, BEFORE_MEDIATOR)))

FAST_REFUND_TRIGGERS = [
    on_write(
        "disputes_fastrefundoptin",
        "fast_refund_opt_in_is_an_act_of_who_may_pay",
        """NOT EXISTS (SELECT 1 FROM accounts_membership m JOIN accounts_party p ON p.id = m.party_id
            WHERE m.user_id = COALESCE(NEW.ended_by_id, NEW.given_by_id) AND p.id = NEW.party_id
            AND p.kind = 'MERCHANT' AND m.ended_at IS NULL AND m.role IN ('owner', 'finance'))""",
        problem="not-allowed",
    ),
    sealed(
        "disputes_fastrefundoptin",
        "fast_refund_opt_in_only_ends",
        "party_id version limit_minor given_by_id given_at",
        once=("ended_at ended_by_id",),
    ),
    kept("disputes_fastrefundoptin", "fast_refund_opt_in_is_kept"),
    on_insert(
        "disputes_fastrefund",
        "fast_refund_rests_on_a_published_relief",
        f"""NOT EXISTS (SELECT 1 FROM disputes_dispute d JOIN disputes_relaxation r ON r.id = NEW.relief_id
            JOIN disputes_factrow f ON f.id = r.fact_id AND f.ground_id = d.ground_id
            JOIN accounts_party c ON c.id = d.claimant_id JOIN accounts_party s ON s.id = d.respondent_id
            WHERE d.id = NEW.dispute_id AND d.claimant_id = NEW.claimant_id AND d.order_ref = NEW.order_ref
            AND c.kind = 'CONSUMER' AND s.kind = 'MERCHANT' AND r.relieved = 'CLAIMANT'
            AND d.claim_remedy IN ({_REMEDIES}) AND d.currency = 'CNY' AND d.created_at = NEW.offered_at
            AND NEW.amount_minor = d.claim_amount_minor AND NEW.amount_minor <= d.order_amount_minor
            AND NEW.amount_minor <= r.fast_refund_limit_minor
            AND (NEW.payer <> 'PLATFORM' OR r.platform_pays))""",  # noqa: S608  our own constants
        problem="validation",
    ),
    on_insert(
        "disputes_fastrefund",
        "fast_refund_of_a_merchant_rests_on_its_opt_in",
        """NOT EXISTS (SELECT 1 FROM disputes_fastrefundoptin o JOIN disputes_dispute d
            ON d.respondent_id = o.party_id JOIN accounts_party s ON s.id = o.party_id AND s.status = 'ACTIVE'
            WHERE o.id = NEW.opt_in_id AND d.id = NEW.dispute_id AND o.ended_at IS NULL
            AND o.given_at <= NEW.offered_at AND o.limit_minor >= NEW.amount_minor)""",
        only="NEW.payer <> 'PLATFORM'",
        lock="PERFORM 1 FROM disputes_fastrefundoptin WHERE id = NEW.opt_in_id FOR SHARE;",
        problem="not-allowed",
    ),
    on_write(
        "disputes_fastrefund",
        "fast_refund_is_not_for_whom_it_was_withdrawn_from",
        f"""EXISTS (SELECT 1 FROM notices_measure m JOIN notices_notice n ON n.id = m.notice_id
            WHERE n.party_id = NEW.claimant_id AND m.type_id = '{FAST_REFUND_WITHDRAWN}'
            AND m.state IN ('IN_FORCE', 'REDUCED') AND n.state <> 'REVOKED'
            AND (n.state <> 'UNDER_APPEAL' OR n.continues_during_appeal OR n.is_pause_refused)
            AND m.starts_at <= COALESCE(NEW.accepted_at, NEW.offered_at)
            AND (m.ends_at IS NULL OR m.ends_at > COALESCE(NEW.accepted_at, NEW.offered_at)))""",  # noqa: S608
        problem="not-allowed",
    ),
    on_update(
        "disputes_fastrefund",
        "fast_refund_is_taken_by_the_buyer_before_a_mediator_joins",
        f"""NOT EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id
            AND d.state IN ({_BEFORE_MEDIATOR})) OR NOT EXISTS (SELECT 1 FROM accounts_membership m
            WHERE m.user_id = NEW.accepted_by_id AND m.party_id = NEW.claimant_id AND m.ended_at IS NULL)
            OR EXISTS (SELECT 1 FROM disputes_advance a WHERE a.dispute_id = NEW.dispute_id
            AND a.to_side = 'CLAIMANT')""",  # noqa: S608  our own constants
        only="NEW.accepted_at IS NOT NULL AND OLD.accepted_at IS NULL",
    ),
    on_update(
        "disputes_fastrefund",
        "fast_refund_is_the_only_money_claimed_of_its_order",
        """EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.claimant_id = NEW.claimant_id
            AND d.order_ref = NEW.order_ref AND d.id <> NEW.dispute_id AND d.closed_as <> 'WITHDRAWN')""",
        only="NEW.accepted_at IS NOT NULL AND OLD.accepted_at IS NULL",
        lock="PERFORM 1 FROM accounts_party WHERE id = NEW.claimant_id FOR NO KEY UPDATE;",
    ),
    on_insert(
        "disputes_dispute",
        "money_that_was_refunded_fast_is_not_claimed_again",
        """NEW.claim_amount_minor + COALESCE((SELECT sum(r.amount_minor) FROM disputes_fastrefund r
            WHERE r.claimant_id = NEW.claimant_id AND r.order_ref = NEW.order_ref AND r.accepted_at IS NOT NULL),
            NEW.order_amount_minor - NEW.claim_amount_minor) > NEW.order_amount_minor""",
        only=f"NEW.claim_remedy IN ({_REMEDIES})",
        lock="PERFORM 1 FROM accounts_party WHERE id = NEW.claimant_id FOR NO KEY UPDATE;",
        problem="validation",
    ),
    sealed(
        "disputes_fastrefund",
        "fast_refund_is_only_accepted",
        "dispute_id claimant_id order_ref relief_id payer opt_in_id amount_minor earlier offered_at",
        once=("accepted_at accepted_by_id",),
    ),
    kept("disputes_fastrefund", "fast_refund_is_kept"),
    on_insert(
        "disputes_obligation",
        "fast_refund_is_owed_once_by_who_bears_it",
        """EXISTS (SELECT 1 FROM disputes_fastrefund r WHERE r.dispute_id = NEW.dispute_id
            AND r.accepted_at IS NOT NULL AND (NEW.no <> 1 OR NEW.kind <> 'PAY' OR NEW.debtor <> r.payer
            OR NEW.creditor <> 'CLAIMANT' OR NEW.amount_minor IS DISTINCT FROM r.amount_minor))""",
        problem="not-allowed",
    ),
    on_insert(
        "disputes_determination",
        "dispute_that_was_refunded_fast_is_not_determined",
        """EXISTS (SELECT 1 FROM disputes_fastrefund r
            WHERE r.dispute_id = NEW.dispute_id AND r.accepted_at IS NOT NULL)""",
    ),
]
