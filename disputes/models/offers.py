"""Offers to settle, what is owed in the end, and what the platform paid first."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.constraints import check
from disputes.choices import MONEY, Payer, Remedy, Side
from disputes.models.cases import Dispute


class OfferState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("offer", "open")
    ACCEPTED = "ACCEPTED", pgettext_lazy("offer", "accepted")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("taken back")
    REPLACED = "REPLACED", _("replaced")
    LAPSED = "LAPSED", _("lapsed")


class Offer(models.Model):
    """Terms proposed by a side or the platform. Sealed but for how it ended. Never evidence for the mediator."""

    ref = models.CharField(max_length=40, unique=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="offers")
    no = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    by_system = models.BooleanField(default=False)
    remedy = models.CharField(max_length=20, choices=Remedy)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    goods_back = models.BooleanField(default=False)
    freight_payer = models.CharField(max_length=10, choices=Payer, default=Payer.NOBODY)
    note = models.CharField(max_length=500, blank=True, default="")
    meets_claim = models.BooleanField(default=False)
    """It gives what the claimant wanted, so it is accepted with being made."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="offer_number_is_unique_in_dispute"),
            models.UniqueConstraint(
                fields=("dispute", "side"), condition=Q(state=OfferState.OPEN), name="offer_is_open_once_per_side"
            ),
            check("offer_state_is_known", Q(state__in=OfferState.values)),
            check(
                "offer_ended_says_when",
                Q(state=OfferState.OPEN, ended_at__isnull=True) | ~Q(state=OfferState.OPEN) & Q(ended_at__isnull=False),
            ),
            check("offer_gives_time", Q(expires_at__gt=models.F("made_at"))),
            check(
                "offer_of_money_names_the_sum",
                Q(remedy__in=sorted(MONEY), amount_minor__isnull=False, amount_minor__gt=0)
                | ~Q(remedy__in=sorted(MONEY)) & Q(amount_minor__isnull=True),
            ),
            check(
                "offer_is_by_a_person_or_the_systems_proposal",
                Q(by_system=False, made_by__isnull=False) | Q(by_system=True, side="PLATFORM", made_by=None),
            ),
        )


class OfferAnswer(models.Model):
    """A side's yes or no to an offer. Append-only; the platform's proposal needs both sides."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="answers")
    side = models.CharField(max_length=10, choices=Side)
    accepted = models.BooleanField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to an offer")
        constraints = (models.UniqueConstraint(fields=("offer", "side"), name="offer_is_answered_once_per_side"),)


class ObligationKind(models.TextChoices):
    PAY = "PAY", _("pay")
    RETURN_GOODS = "RETURN_GOODS", _("send the goods back")
    SEND_GOODS = "SEND_GOODS", _("send goods")
    REPAIR = "REPAIR", _("repair")
    PAY_FREIGHT = "PAY_FREIGHT", _("pay the freight")
    LIFT = "LIFT", _("lift the measure")


class ObligationState(models.TextChoices):
    OWED = "OWED", _("owed")
    REPORTED = "REPORTED", _("said to be done")
    DONE = "DONE", _("done")
    FAILED = "FAILED", _("failed")


class Obligation(models.Model):
    """One thing that somebody owes after a settlement or a determination, followed until it is done or has failed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="obligations")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=ObligationKind)
    debtor = models.CharField(max_length=10, choices=Side)
    creditor = models.CharField(max_length=10, choices=Side)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    remedy = models.CharField(max_length=20, choices=Remedy, blank=True, default="", db_default="")
    """Of the terms that it comes from; empty in rows of before 0.2."""
    after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ObligationState, default=ObligationState.OWED)
    is_late = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True, blank=True)
    confirm_due_at = models.DateTimeField(null=True, blank=True)
    confirm_base_due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")
    not_received_at = models.DateTimeField(_("said not to have arrived at"), null=True, blank=True)
    platform_due_at = models.DateTimeField(_("platform steps in by"), null=True, blank=True)
    is_guaranteed = models.BooleanField(_("the platform pays first"), default=False, db_default=False)
    payment_ref = models.CharField(_("number of the payment"), max_length=100, blank=True, default="", db_default="")
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dispute_id", "no")
        indexes = (
            models.Index(
                fields=("due_at", "id"), condition=Q(state=ObligationState.OWED, is_late=True), name="obligation_late"
            ),
            models.Index(
                fields=("platform_due_at", "id"),
                condition=Q(state=ObligationState.OWED, not_received_at__isnull=False),
                name="obligation_not_received",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("payment_ref",),
                condition=~Q(payment_ref=""),
                name="payment_ends_one_obligation",
                violation_error_code="validation",
            ),
            check(
                "obligation_missed_says_when_the_platform_steps_in",
                Q(not_received_at__isnull=True, platform_due_at__isnull=True, is_guaranteed=False)
                | Q(
                    not_received_at__isnull=False,
                    platform_due_at__isnull=False,
                    platform_due_at__gt=models.F("not_received_at"),
                ),
            ),
            check(
                "payment_is_of_an_obligation_that_is_done",
                Q(payment_ref="", paid_at__isnull=True)
                | ~Q(payment_ref="")
                & Q(paid_at__isnull=False, state=ObligationState.DONE, kind__in=["PAY", "PAY_FREIGHT"]),
            ),
            models.UniqueConstraint(fields=("dispute", "no"), name="obligation_number_is_unique_in_dispute"),
            check("obligation_state_is_known", Q(state__in=ObligationState.values)),
            check("obligation_is_owed_to_another", ~Q(debtor=models.F("creditor"))),
            check(
                "obligation_to_pay_names_the_sum", ~Q(kind="PAY") | Q(amount_minor__isnull=False, amount_minor__gt=0)
            ),
            check("obligation_done_says_when", ~Q(state=ObligationState.DONE) | Q(done_at__isnull=False)),
        )


class AdvanceState(models.TextChoices):
    ADVANCED = "ADVANCED", _("paid by the platform first")
    RECOVERED = "RECOVERED", _("recovered")
    BORNE = "BORNE", _("borne by the platform")


class Advance(models.Model):
    """A payment of the platform to a party first (先行赔付), which says nothing about the outcome; how much of it came
    back.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="advances")
    no = models.PositiveSmallIntegerField()
    to_side = models.CharField(max_length=10, choices=Side)
    amount_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=AdvanceState, default=AdvanceState.ADVANCED)
    reason = models.CharField(max_length=500)
    advanced_by_ref = models.CharField(max_length=60)
    advanced_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="advance_number_is_unique_in_dispute"),
            check(
                "advance_is_recovered_at_most_once",
                Q(amount_minor__gt=0, recovered_minor__gte=0, recovered_minor__lte=models.F("amount_minor")),
            ),
            check("advance_says_why", ~Q(reason="")),
        )
