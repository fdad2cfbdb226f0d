"""The dispute and the facts at issue in it: two kinds of case, each with its own version and ledger."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.machine import OnTabs
from casework.models import Case
from disputes.choices import BoughtAs, PaidBy, Remedy, Side
from disputes.conditions import Order
from disputes.machine import (
    FINAL,
    HAVE_TIMES_OF_PARTS,
    PAUSES,
    UNSETTLED,
    WITH_MEDIATOR,
    WITH_PLATFORM,
    DisputeMachine,
    DisputeState,
    FactMachine,
    FactState,
)
from disputes.models.burden import BurdenTable, FactRow, GroundRow, StepRow
from rules.models import PriceObservation
from rules.terms import Terms, terms_at

UNEQUAL_PRICE, MOST_PRICES = "unequal_price", 20


class ClosedAs(models.TextChoices):
    SETTLED = "SETTLED", _("settled")
    DETERMINED = "DETERMINED", _("determined")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    REFUNDED = "REFUNDED", _("refunded by the platform, nothing determined")


class Dispute(DisputeMachine, OnTabs, Case):
    """One dispute about one order. `respondent` is null where the platform itself is the other side.

    `notice` is the notice whose measure the claimant disputes, where they named one; then the platform answers.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "dispute", "dsp_", "D"
    OPENS_IN = (DisputeState.NEGOTIATING,)
    PARTIES = ("claimant_id", "respondent_id")  # as `policies.side_of`
    QUIET = frozenset(
        {
            "dispute.offer_made",
            "dispute.offer_accepted",
            "dispute.offer_refused",
            "dispute.offer_withdrawn",
            "dispute.offer_lapsed",
            "dispute.reminded",
            "dispute.human_demanded",
            "dispute.overdue",
            "dispute.pause_due",
            "dispute.window_extended",
            "dispute.advance_followed",
            "dispute.identity_asked",
            "dispute.identity_answered",
            "dispute.identity_read",
            "dispute.identity_overdue",
            "dispute.translated",
        }
    )
    """These change nothing that a mediator decides on."""
    HOLDER = {"mediator_id": lambda actor: actor.person}

    table = models.ForeignKey(BurdenTable, on_delete=models.PROTECT, related_name="disputes")
    ground = models.ForeignKey(GroundRow, on_delete=models.PROTECT, related_name="disputes")
    claimant = models.ForeignKey(
        "accounts.Party", on_delete=models.PROTECT, related_name="disputes_brought", verbose_name=_("claimant")
    )
    respondent = models.ForeignKey(
        "accounts.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes_answered",
        verbose_name=_("respondent"),
    )
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="zh-hans")

    notice = models.ForeignKey(
        "notices.Notice",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disputes",
        verbose_name=_("notice that it is about"),
    )

    order_ref = models.CharField(_("order"), max_length=100)
    order_title = models.CharField(_("what was ordered"), max_length=300)
    order_amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    ordered_at = models.DateTimeField(_("ordered at"))
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    order_digest = models.CharField(max_length=64)
    order_tags = models.JSONField(_("what the order is about"), null=True, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    best_before = models.DateField(_("best before"), null=True, blank=True)
    paid_by = models.CharField(_("paid by"), max_length=20, choices=PaidBy, blank=True, default="", db_default="")
    product_url = models.CharField(_("page of the goods"), max_length=500, blank=True, default="", db_default="")
    bought_as = models.CharField(_("bought"), max_length=10, choices=BoughtAs, blank=True, default="", db_default="")

    statement = models.TextField(_("what happened"), max_length=2000, blank=True, default="")
    claim_remedy = models.CharField(_("what is wanted"), max_length=20, choices=Remedy)
    claim_amount_minor = models.BigIntegerField(null=True, blank=True)
    first_answer = models.TextField(_("first answer"), max_length=2000, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(_("respondent refused at"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer due"))
    answer_base_due_at = models.DateTimeField()
    escalate_from = models.DateTimeField(_("platform may be called from"))
    step_due_at = models.DateTimeField(_("step due"), null=True, blank=True)
    """Until when the sides talk after the first answer; while it is paused, when that is looked at again."""
    escalated_at = models.DateTimeField(null=True, blank=True)

    human_demanded = models.BooleanField(_("a person was demanded"), default=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mediator"),
    )
    first_mediator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    joined_at = models.DateTimeField(null=True, blank=True)
    platform_due_at = models.DateTimeField(_("platform's step due"), null=True, blank=True)
    review_closes_at = models.DateTimeField(_("review possible until"), null=True, blank=True)
    review_base_closes_at = models.DateTimeField(null=True, blank=True)
    claimant_accepted_at = models.DateTimeField(null=True, blank=True)
    respondent_accepted_at = models.DateTimeField(null=True, blank=True)

    paused_from = models.CharField(max_length=20, blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=500, blank=True, default="")
    pause_authority = models.CharField(max_length=200, blank=True, default="")
    paused_clocks = models.JSONField(default=list)

    closed_as = models.CharField(max_length=12, choices=ClosedAs, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(
                fields=("waits_on", "platform_due_at", "id"),
                condition=Q(waits_on__isnull=False),
                name="dispute_queue",
            ),
            models.Index(
                fields=("platform_due_at", "id"),
                condition=Q(is_ended=False, platform_due_at__isnull=False),
                name="dispute_open_by_due",
            ),
            models.Index(fields=("-created_at", "-id"), name="dispute_newest"),
            models.Index(fields=("claimant", "-created_at", "-id"), name="dispute_by_claimant"),
            models.Index(fields=("respondent", "-created_at", "-id"), name="dispute_by_respondent"),
            models.Index(fields=("mediator", "state"), name="dispute_by_mediator"),
        )
        constraints = (
            check("dispute_state_is_known", Q(state__in=DisputeState.values)),
            models.UniqueConstraint(
                fields=("claimant", "order_ref", "ground"),
                condition=Q(is_ended=False),
                name="dispute_is_open_once_per_order_and_ground",
                violation_error_code="not-your-turn",
            ),
            check(
                "dispute_has_two_sides",
                Q(respondent__isnull=True) | ~Q(respondent=F("claimant")),
                code="conflict-of-interest",
            ),
            check(
                "dispute_about_a_notice_is_answered_by_the_platform",
                Q(notice__isnull=True) | Q(respondent__isnull=True),
                code="validation",
            ),
            check("dispute_claim_is_known", Q(claim_remedy__in=Remedy.values)),
            check("dispute_claim_is_positive", Q(claim_amount_minor__isnull=True) | Q(claim_amount_minor__gt=0)),
            check(
                "dispute_before_a_mediator_has_one",
                ~Q(state__in=[str(s) for s in WITH_MEDIATOR]) | Q(mediator__isnull=False),
            ),
            check(
                "dispute_review_is_by_someone_else",
                Q(mediator__isnull=True) | Q(first_mediator__isnull=True) | ~Q(mediator=F("first_mediator")),
                code="conflict-of-interest",
            ),
            check("dispute_is_reviewed_once", Q(round__in=[1, 2])),
            check(
                "dispute_paused_says_why_and_whence",
                Q(state__in=[str(s) for s in PAUSES], paused_at__isnull=False)
                & ~Q(paused_from="")
                & ~Q(pause_reason="")
                | ~Q(state__in=[str(s) for s in PAUSES]) & Q(paused_at__isnull=True, paused_from=""),
            ),
            check(
                "dispute_that_is_open_has_a_time",
                Q(state=DisputeState.NEGOTIATING, answered_at__isnull=True)
                | Q(state__in=[str(s) for s in (DisputeState.NEGOTIATING, *PAUSES)], step_due_at__isnull=False)
                | Q(state__in=[str(s) for s in WITH_PLATFORM], platform_due_at__isnull=False)
                | Q(state=DisputeState.DETERMINED) & (Q(review_closes_at__isnull=False) | Q(round=2))
                | Q(state__in=[str(s) for s in HAVE_TIMES_OF_PARTS]),
            ),
            check(
                "dispute_where_a_person_was_demanded_has_a_time",
                ~Q(state=DisputeState.NEGOTIATING, human_demanded=True, step_due_at__isnull=True),
            ),
            check(
                "dispute_closed_says_how",
                Q(state__in=[str(s) for s in FINAL], closed_at__isnull=False) & ~Q(closed_as="")
                | ~Q(state__in=[str(s) for s in FINAL]) & Q(closed_at__isnull=True),
            ),
        )

    @property
    def order_says(self) -> Order:
        """What its order says, as of the opening."""
        dates = (self.created_at, self.ordered_at, self.warranty_until, self.best_before)
        return Order(self.order_tags or (), self.received_at, *dates, self.paid_by, self.bought_as)

    @cached_property
    def prices_stated(self) -> Sequence[PriceObservation]:
        """What the platform said that each class of buyers was shown for these goods in the minute of the order; asked
        of the ground that is about it alone.
        """
        if self.ground.slug != UNEQUAL_PRICE or not self.product_url:
            return ()
        minute = self.ordered_at.replace(second=0, microsecond=0)
        told = PriceObservation.objects.filter(client=self.claimant.client_id, goods=self.product_url, minute=minute)
        return list(told.order_by("conditions", "audience", "price_minor")[:MOST_PRICES])

    @cached_property
    def promised(self) -> Terms:
        """What the procedure promised both sides when the dispute was opened."""
        return terms_at(self.created_at, self.parties)

    @property
    def is_called_in_from(self) -> datetime:
        """From when either side can call the platform in before the first answer: at once where it has to accept."""
        return self.created_at if self.ground.must_mediate else self.escalate_from

    @property
    def parties(self) -> list[int]:
        """The keys of the parties at its two sides; the platform is none."""
        return [pk for pk in (self.claimant_id, self.respondent_id) if pk is not None]

    def party_id_of(self, side: str) -> int | None:
        """The party on a side; None for the platform."""
        return {Side.CLAIMANT: self.claimant_id, Side.RESPONDENT: self.respondent_id}.get(Side(side))


class FactAtIssue(FactMachine, Case):
    """One fact that the sides dispute. While it is unsettled exactly one side bears the burden; once settled, none."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "fact", "fct_", "F"
    OPENS_IN = (FactState.ALLEGED,)

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="facts")
    no = models.PositiveSmallIntegerField()
    row = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(StepRow, on_delete=models.PROTECT, related_name="+")
    favours = models.CharField(max_length=10, choices=Side)
    bearer = models.CharField(_("burden on"), max_length=10, choices=Side, null=True, blank=True)
    window_opened_at = models.DateTimeField(null=True, blank=True)
    base_due_at = models.DateTimeField(_("production due, outages aside"), null=True, blank=True)
    due_at = models.DateTimeField(_("production due"), null=True, blank=True)
    awaits_ruling = models.BooleanField(default=False)
    established = models.BooleanField(null=True)
    admitted_by = models.CharField(max_length=10, choices=Side, blank=True, default="")
    shift_basis = models.CharField(_("basis of the last shift"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("fact at issue")
        verbose_name_plural = _("facts at issue")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="fact_number_is_unique_in_dispute"),
            models.UniqueConstraint(fields=("dispute", "row"), name="fact_is_at_issue_once"),
            check("fact_state_is_known", Q(state__in=FactState.values)),
            check(
                "fact_unsettled_has_exactly_one_bearer",
                Q(state__in=[str(s) for s in UNSETTLED], bearer__isnull=False, established__isnull=True)
                | ~Q(state__in=[str(s) for s in UNSETTLED]) & Q(bearer__isnull=True, established__isnull=False),
            ),
            check("fact_bearer_is_a_side", Q(bearer__isnull=True) | Q(bearer__in=Side.values)),
            check("fact_proved_is_established", ~Q(state=FactState.PROVED) | Q(established=True)),
            check("fact_not_proved_is_not_established", ~Q(state=FactState.NOT_PROVED) | Q(established=False)),
            check(
                "fact_admitted_names_who_conceded",
                Q(state=FactState.ADMITTED) & ~Q(admitted_by="") | ~Q(state=FactState.ADMITTED) & Q(admitted_by=""),
            ),
            check(
                "fact_due_has_a_bearer_and_a_window",
                Q(due_at__isnull=True, base_due_at__isnull=True)
                | Q(
                    bearer__isnull=False,
                    window_opened_at__isnull=False,
                    base_due_at__isnull=False,
                    due_at__gte=F("base_due_at"),
                ),
            ),
        )

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED

    @property
    def was_left_silent(self) -> bool:
        """Whether it waits for a ruling because its bearer showed nothing; what is shown closes the window."""
        return self.awaits_ruling and self.window_opened_at is not None


class HumanDemand(models.Model):
    """A side's demand for a person: a row, not a flag, inserted once per side and never changed."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="demands")
    side = models.CharField(max_length=10, choices=Side)
    demanded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10)
    demanded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("demand for a person")
        constraints = (models.UniqueConstraint(fields=("dispute", "side"), name="dispute_demand_is_one_per_side"),)


class NoReturnConsent(models.Model):
    """A merchant's own consent, in this dispute, to bear a refund without return. Append-only."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="no_return_consents")
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent to refund without return")
        constraints = (models.UniqueConstraint(fields=("dispute", "party"), name="no_return_consent_is_given_once"),)
