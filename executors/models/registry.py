"""Executors, their people, their mandates, and what was agreed about data and pay.

Versions are added and never edited.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from executors.machine import MAY_ACT, ExecutorMachine, ExecutorState


class ExecutorKind(models.TextChoices):
    ORGANISATION = "ORGANISATION", _("organisation")
    INDIVIDUAL = "INDIVIDUAL", _("individual")


class Executor(ExecutorMachine, Case):
    """A third party that carries out platform rules in the platform's name; the platform answers for what it does."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "executor", "exe_", "X"
    OPENS_IN = (ExecutorState.REGISTERED,)

    party = models.OneToOneField(
        "accounts.Party", on_delete=models.PROTECT, related_name="executor", verbose_name=_("party")
    )
    client = models.ForeignKey(
        "accounts.ApiClient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entrusted by"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ExecutorKind)
    contract_number = models.CharField(_("contract"), max_length=100)
    contract_from = models.DateTimeField(_("contract from"))
    contract_until = models.DateTimeField(_("contract until"))
    state_reason = models.CharField(_("why it stands so"), max_length=500, blank=True, default="")
    state_since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("executor")
        verbose_name_plural = _("executors")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("client", "-created_at", "-id"), name="executor_by_client"),)
        constraints = (
            check("executor_state_is_known", Q(state__in=ExecutorState.values)),
            check("executor_kind_is_known", Q(kind__in=ExecutorKind.values)),
            check(
                "executor_has_a_contract_with_a_term", ~Q(contract_number="") & Q(contract_until__gt=F("contract_from"))
            ),
            check(
                "executor_stands_so_for_a_reason",
                ~Q(state__in=[ExecutorState.SUSPENDED, ExecutorState.REINSTATED, ExecutorState.ENDED])
                | ~Q(state_reason=""),
            ),
        )

    @property
    def name(self) -> str:
        """As its party is called."""
        return self.party.name

    @property
    def may_act(self) -> bool:
        return self.state in MAY_ACT

    @property
    def is_individual(self) -> bool:
        return self.kind == ExecutorKind.INDIVIDUAL

    def contract_covers(self, at: datetime) -> bool:
        return self.contract_from <= at < self.contract_until

    def has_terms(self, at: datetime) -> bool:
        """Whether the newest terms of data processing that have begun are not over."""
        newest = self.processing_terms.filter(effective_from__lte=at).order_by("-no").first()
        return newest is not None and newest.cover(at)


class OnEnd(models.TextChoices):
    RETURN = "return", _("given back")
    DELETE = "delete", _("deleted")


class ProcessingTerms(models.Model):
    """What the executor may do with personal data, and until when (个保法 21). Append-only; the newest counts."""

    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="processing_terms")
    no = models.PositiveSmallIntegerField(_("version"))
    purpose = models.CharField(_("purpose"), max_length=500)
    method = models.CharField(_("method"), max_length=500)
    data_kinds = models.CharField(_("kinds of data"), max_length=500)
    protection = models.CharField(_("how they are protected"), max_length=1000)
    on_end = models.CharField(_("what happens to them at the end"), max_length=8, choices=OnEnd)
    effective_from = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by_ref = models.CharField(max_length=60)

    class Meta:
        ordering = ("executor_id", "-no")
        constraints = (
            models.UniqueConstraint(fields=("executor", "no"), name="processing_terms_number_is_unique"),
            check(
                "processing_terms_say_everything",
                ~Q(purpose="") & ~Q(method="") & ~Q(data_kinds="") & ~Q(protection=""),
            ),
            check("processing_terms_end_is_known", Q(on_end__in=OnEnd.values)),
            check("processing_terms_have_a_term", Q(until__gt=F("effective_from"))),
        )

    def cover(self, at: datetime) -> bool:
        return self.effective_from <= at < self.until


class SubProcessor(models.Model):
    """A firm to which the executor would pass a part of the work; not before the platform agreed. Decided once."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="sub_processors")
    name = models.CharField(_("name"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=500)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by_ref = models.CharField(max_length=60)
    approved = models.BooleanField(_("approved"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("sub-processor")
        ordering = ("executor_id", "id")
        constraints = (
            check("sub_processor_is_named_with_purpose", ~Q(name="") & ~Q(purpose="")),
            check(
                "sub_processor_is_decided_by_somebody",
                Q(approved__isnull=True, decided_at__isnull=True, decided_by__isnull=True)
                | Q(approved__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name


class PayMetric(models.TextChoices):
    """What pay may follow; nothing that counts rejections, since whoever is paid for them finds some."""

    PER_CASE = "PER_CASE", _("by the case, whatever its outcome")
    HOURLY = "HOURLY", _("by the hour")
    ACCURACY = "ACCURACY", _("by accuracy")
    TIMELINESS = "TIMELINESS", _("by timeliness")


class PayTerm(models.Model):
    """What the executor is paid by. Append-only."""

    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="pay_terms")
    metric = models.CharField(_("paid"), max_length=12, choices=PayMetric)
    words = models.CharField(_("in words"), max_length=500)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by_ref = models.CharField(max_length=60)

    class Meta:
        ordering = ("executor_id", "-id")
        constraints = (
            check("pay_is_never_keyed_to_rejections", Q(metric__in=PayMetric.values)),
            check("pay_is_put_in_words", ~Q(words="")),
            check("pay_term_has_a_term", Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))),
        )


class ExecutorPerson(models.Model):
    """A person's work for an executor from `started_at` until `ended_at`; outsiders know only the code."""

    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="executor_work", verbose_name=_("person")
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    is_lead = models.BooleanField(_("leads the team"), default=False)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    sub_processor = models.ForeignKey(
        SubProcessor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("works for the sub-processor"),
    )
    started_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("person of an executor")
        verbose_name_plural = _("people of executors")
        ordering = ("executor_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(ended_at__isnull=True),
                name="person_works_for_one_executor_at_a_time",
                violation_error_message=_("This person already works for an executor."),
            ),
            check("executor_person_has_a_code", ~Q(code="")),
            check("executor_person_ends_after_the_start", Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_live(self) -> bool:
        return self.ended_at is None


class Mandate(models.Model):
    """One version of what an executor may do: fixed once granted; its end may come sooner, never later.

    `ceiling_minor` bounds the money of one notice; None allows no measure that moves money.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, related_name="mandates")
    no = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateTimeField(_("from"))
    effective_until = models.DateTimeField(_("until"), null=True, blank=True)
    ceiling_minor = models.BigIntegerField(_("money of one notice at most, in fen"), null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_by_client = models.ForeignKey(
        "accounts.ApiClient", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(_("granted at"), null=True, blank=True)
    ended_because = models.CharField(_("why it ended early"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ("executor_id", "-no")
        constraints = (
            models.UniqueConstraint(fields=("executor", "no"), name="mandate_number_is_unique"),
            check(
                "mandate_ends_after_it_starts",
                Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
            ),
            check(
                "mandate_ceiling_is_an_amount",
                Q(ceiling_minor__isnull=True) | (Q(ceiling_minor__gte=0) & ~Q(currency="")),
            ),
            check(
                "mandate_is_granted_by_somebody",
                Q(granted_by__isnull=False, granted_by_client__isnull=True)
                | Q(granted_by__isnull=True, granted_by_client__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.executor} #{self.no}"

    def is_in_force(self, at: datetime) -> bool:
        return (
            self.granted_at is not None
            and self.effective_from <= at
            and (self.effective_until is None or at < self.effective_until)
        )


class MandateMeasure(models.Model):
    """A kind of measure that the mandate covers, and the level of certification that it takes."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="measures")
    measure_type = models.CharField(_("kind of measure"), max_length=60)
    level = models.PositiveSmallIntegerField(_("level"), default=1)

    class Meta:
        ordering = ("mandate_id", "measure_type")
        constraints = (
            models.UniqueConstraint(fields=("mandate", "measure_type"), name="mandate_names_a_measure_once"),
            check("mandate_measure_has_a_level", Q(level__gte=1, level__lte=3) & ~Q(measure_type="")),
        )


class MandateRule(models.Model):
    """A platform rule that the executor may carry out."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="rules")
    rule = models.ForeignKey("rules.PlatformRule", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("mandate_id", "id")
        constraints = (models.UniqueConstraint(fields=("mandate", "rule"), name="mandate_names_a_rule_once"),)

    def __str__(self) -> str:
        return str(self.rule)


class MandateCategory(models.Model):
    """A category of goods or content that the mandate is limited to; without any, it covers every one."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(_("category"), max_length=60)

    class Meta:
        ordering = ("mandate_id", "category")
        constraints = (
            models.UniqueConstraint(fields=("mandate", "category"), name="mandate_names_a_category_once"),
            check("mandate_category_is_named", ~Q(category="")),
        )

    def __str__(self) -> str:
        return self.category
