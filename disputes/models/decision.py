"""What the mediator ruled: fact by fact, and the determination with its reasons, departures and confirmations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from disputes.choices import MONEY, Payer, Remedy, Side, Standard
from disputes.machine import FactState
from disputes.models.cases import Dispute, FactAtIssue
from disputes.models.proof import EvidenceItem


class FactRuling(models.Model):
    """A mediator's ruling that one fact is proved or not, to a standard, with reasons, on stated evidence. Append-only.

    A later ruling on the same fact stands beside the earlier one; the newest counts.
    """

    fact = models.ForeignKey(FactAtIssue, on_delete=models.PROTECT, related_name="rulings")
    round = models.PositiveSmallIntegerField()
    proved = models.BooleanField()
    standard = models.CharField(max_length=24, choices=Standard)
    reasons = models.TextField(max_length=2000)
    departs_from_default = models.BooleanField(default=False)
    mediator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ruling on a fact")
        ordering = ("fact_id", "id")
        constraints = (check("fact_ruling_gives_reasons", ~Q(reasons="")),)


class RelianceOn(models.Model):
    """One piece of evidence that a ruling relies on: seen by both sides, and answerable in time. Append-only."""

    ruling = models.ForeignKey(FactRuling, on_delete=models.PROTECT, related_name="reliance")
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ruling", "item"), name="ruling_relies_once_on_an_item"),)


class DisputeOutcome(models.TextChoices):
    SUPPORTED = "SUPPORTED", _("claim upheld")
    PARTLY = "PARTLY", _("claim upheld in part")
    NOT_SUPPORTED = "NOT_SUPPORTED", _("claim not upheld")


class NoReturnGround(models.TextChoices):
    """Grounds on which a merchant may bear a refund without return (办法 27 as read in the requirements, C-5)."""

    CONSENT = "consent", _("the merchant agreed in this case")
    NECESSITY = "necessity", _("a law or safety requires it")
    PLATFORM_FUNDED = "platform_funded", _("the platform pays")


MERCHANT_BEARS = ("consent", "necessity")
"""The grounds on which a merchant bears a refund without return."""


class GoodsAre(models.TextChoices):
    """Where the goods are when the whole price goes back without them: the buyer does not have them."""

    NOT_DELIVERED = "NOT_DELIVERED", _("never delivered")
    ALREADY_RETURNED = "ALREADY_RETURNED", _("returned already")
    NO_GOODS = "NO_GOODS", _("no goods: a service, a payment or a balance")


class Determination(models.Model):
    """A person's reasoned determination of one round. Insert-only.

    `derived` is what the table made of the facts; where the mediator departs from it, they say why; where the stakes
    are high, they confirmed it separately.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="determinations")
    round = models.PositiveSmallIntegerField()
    mediator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=14, choices=DisputeOutcome)
    remedy = models.CharField(max_length=20, choices=Remedy, blank=True, default="")
    amount_minor = models.BigIntegerField(null=True, blank=True)
    payer = models.CharField(max_length=10, choices=Payer, default=Payer.NOBODY)
    payer_is_merchant = models.BooleanField(default=False)
    goods_back = models.BooleanField(default=False)
    freight_payer = models.CharField(max_length=10, choices=Payer, default=Payer.NOBODY)
    no_return_ground = models.CharField(max_length=16, choices=NoReturnGround, blank=True, default="")
    no_return_reason = models.CharField(max_length=1000, blank=True, default="")
    goods_are = models.CharField(max_length=16, choices=GoodsAre, blank=True, default="")
    goods_are_reason = models.CharField(max_length=1000, blank=True, default="")
    reasons = models.TextField(max_length=8000)
    derived = models.JSONField(default=dict)
    departs = models.BooleanField(default=False)
    departure_reasons = models.TextField(max_length=4000, blank=True, default="")
    stakes = models.JSONField(default=list)
    confirmed_stakes = models.BooleanField(default=False)
    decided_at = models.DateTimeField()
    check_code = models.CharField(max_length=12)

    class Meta:
        verbose_name = _("determination")
        ordering = ("dispute_id", "round")
        indexes = (models.Index(fields=("-decided_at", "-id"), name="determination_newest"),)
        constraints = (
            models.UniqueConstraint(fields=("dispute", "round"), name="determination_is_one_per_round"),
            check("determination_is_a_persons_with_reasons", ~Q(session_hash="") & ~Q(reasons="")),
            check("determination_that_departs_says_why", Q(departs=False) | ~Q(departure_reasons="")),
            check("determination_of_high_stakes_is_confirmed", Q(stakes=[]) | Q(confirmed_stakes=True)),
            check(
                "determination_names_what_follows",
                Q(outcome="NOT_SUPPORTED", remedy="", amount_minor__isnull=True)
                | ~Q(outcome="NOT_SUPPORTED") & ~Q(remedy=""),
            ),
            check(
                "determination_of_money_names_sum_and_payer",
                ~Q(remedy__in=sorted(MONEY)) | Q(amount_minor__isnull=False, amount_minor__gt=0) & ~Q(payer="NOBODY"),
            ),
            check(
                "refund_without_return_is_not_forced_on_a_merchant",
                ~Q(remedy="REFUND_NO_RETURN")
                | Q(payer_is_merchant=False)
                | Q(no_return_ground="consent")
                | Q(no_return_ground="necessity") & ~Q(no_return_reason=""),
                code="not-allowed",
                message=_(
                    "A merchant bears a refund without return only by its own consent in the case, or where a law or "
                    "safety requires it. Otherwise the platform pays."
                ),
            ),
            check(
                "no_return_ground_is_of_who_pays",
                Q(no_return_ground="", no_return_reason="")
                | Q(remedy="REFUND_NO_RETURN", payer_is_merchant=True, no_return_ground__in=MERCHANT_BEARS)
                | Q(remedy="COMPENSATE", payer_is_merchant=True, goods_back=False, goods_are="")
                & (Q(no_return_ground="consent") | Q(no_return_ground="necessity") & ~Q(no_return_reason=""))
                | Q(remedy="REFUND_NO_RETURN", payer="PLATFORM", no_return_ground="platform_funded"),
            ),
            check(
                "goods_are_elsewhere_says_where_and_why",
                Q(goods_are="", goods_are_reason="")
                | Q(goods_are__in=GoodsAre.values, goods_back=False)
                & ~Q(goods_are_reason="")
                & ~Q(remedy__in=["", "REFUND_NO_RETURN"]),
            ),
        )


class Finding(models.Model):
    """One fact as the determination found it: who bore it, for whom it speaks, a sentence why. Append-only."""

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="findings")
    no = models.PositiveSmallIntegerField()
    fact = models.ForeignKey(FactAtIssue, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=FactState)
    established = models.BooleanField()
    bearer = models.CharField(max_length=10, choices=Side)
    found_for = models.CharField(max_length=10, choices=Side)
    sentence = models.CharField(max_length=2000)
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ("determination_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("determination", "fact"), name="dispute_finding_is_one_per_fact"),
            check("dispute_finding_is_a_sentence", ~Q(sentence="")),
        )
