"""Prices as the platform says that it showed them, and where classes of viewers saw other ones (办法 31)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.constraints import check
from casework.formats import money
from casework.models import Case
from casework.triggers import kept, on_insert, on_update, sealed
from rules.machine import PriceMachine, PriceState
from rules.models.rule import Clause


class Audience(models.TextChoices):
    """Coarse classes of viewers: none leads to a person."""

    NEW = "NEW", pgettext_lazy("viewer", "new buyers")
    RETURNING = "RETURNING", pgettext_lazy("viewer", "returning buyers")
    MEMBER = "MEMBER", pgettext_lazy("viewer", "members")


class PriceObservation(models.Model):
    """What goods cost in one minute for one class of viewers, as the platform states. Told twice, it is one row."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, related_name="+")
    goods = models.CharField(_("goods"), max_length=500)
    conditions = models.CharField(_("conditions"), max_length=120)
    minute = models.DateTimeField(_("minute"))
    audience = models.CharField(_("class of viewers"), max_length=10, choices=Audience)
    price_minor = models.BigIntegerField(_("price"))
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("price observation")
        constraints = (
            models.UniqueConstraint(
                fields=("client", "goods", "minute", "conditions", "audience", "price_minor"),
                name="price_observation_is_recorded_once",
            ),
            check("price_observation_is_of_a_class", Q(audience__in=Audience.values, price_minor__gte=0)),
        )
        indexes = (models.Index(fields=("recorded_at",), name="price_observation_by_age"),)


class PriceFinding(PriceMachine, Case):
    """Same goods, conditions and minute, and no price in common for two classes; `prices` are the numbers compared.

    The answer names the clause that stated the difference to everybody then, or none: it was mended.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "price_finding", "prf_", "V"
    OPENS_IN = (PriceState.OPEN,)

    client = models.ForeignKey("accounts.ApiClient", on_delete=models.PROTECT, related_name="+")
    goods = models.CharField(_("goods"), max_length=500)
    conditions = models.CharField(_("conditions"), max_length=120)
    minute = models.DateTimeField(_("minute"))
    prices = models.JSONField(_("prices by class"))
    answer_by = models.DateTimeField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("difference of prices")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="price_finding_newest"),
            models.Index(fields=("answer_by", "id"), name="price_finding_by_due"),
        )
        constraints = (
            check("price_finding_state_is_known", Q(state__in=PriceState.values)),
            models.UniqueConstraint(
                fields=("client", "goods", "conditions"),
                condition=Q(state=PriceState.OPEN),
                name="price_finding_is_open_once",
            ),
            check(
                "price_finding_is_answered_by_a_person_in_words",
                Q(state=PriceState.OPEN, answered_at=None, clause=None, reason="", answered_by=None)
                | ~Q(state=PriceState.OPEN) & Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(reason=""),
            ),
            check("price_finding_is_to_be_answered_later", Q(answer_by__gt=F("created_at"))),
        )

    @property
    def due_at(self) -> datetime | None:
        """By when somebody of the platform answers."""
        return self.answer_by if self.is_open else None

    @property
    def is_answered_late(self) -> bool:
        return self.answered_at is not None and self.answered_at > self.answer_by

    @property
    def shown(self) -> list[str]:
        """Each class with what it was shown."""
        return [
            f"{capfirst(Audience(each['audience']).label)} "
            + " – ".join(money(price, "CNY") for price in sorted({each["least_minor"], each["most_minor"]}))
            for each in self.prices
        ]


PRICE_TRIGGERS = [
    sealed(
        "rules_priceobservation",
        "price_observation_stays_as_it_was_stated",
        "client_id goods conditions minute audience price_minor recorded_at",
    ),
    kept("rules_pricefinding", "price_finding_is_kept"),
    sealed(
        "rules_pricefinding",
        "price_finding_keeps_its_numbers",
        "client_id goods conditions minute prices answer_by",
        once=("answered_at clause_id reason answered_by_id",),
    ),
    on_insert(
        "rules_pricefinding",
        "price_finding_rests_on_prices_that_differ",
        """COALESCE((SELECT MAX(s.least) - MIN(s.most) FROM (
            SELECT MIN(o.price_minor) AS least, MAX(o.price_minor) AS most FROM rules_priceobservation o
            WHERE o.client_id = NEW.client_id AND o.goods = NEW.goods AND o.conditions = NEW.conditions
            AND o.minute = NEW.minute GROUP BY o.audience) s), 0) <= 0""",
    ),
    on_update(
        "rules_pricefinding",
        "price_difference_is_stated_by_a_clause_in_force_then",
        """NOT EXISTS (SELECT 1 FROM rules_clause c
            JOIN rules_ruleversion v ON v.id = c.version_id WHERE c.id = NEW.clause_id AND v.published_at <= NEW.minute
            AND v.withdrawn_at IS NULL AND v.effective_from <= NEW.minute
            AND (v.effective_to IS NULL OR NEW.minute < v.effective_to))""",
        only="NEW.clause_id IS NOT NULL",
        problem="validation",
    ),
]
