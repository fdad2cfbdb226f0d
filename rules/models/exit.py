"""Parties that leave rather than accept a version: under which terms, what is refunded, and who objected (办法 14)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, on_insert, sealed
from rules.arithmetic import line_of
from rules.machine import ExitMachine, ExitState
from rules.models.rule import RuleVersion


class RuleExit(ExitMachine, Case):
    """One party leaves and does not accept `rejected`; `under` is the version before it, None where there was none.

    From `rejected` on no version of the rule applies to the party, except for what happens after it stays after all.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "exit", "ext_", "X"
    OPENS_IN = (ExitState.REQUESTED,)

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="rule_exits")
    rejected = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="exits")
    under = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer_due_at = models.DateTimeField(_("calculation due"))
    refund_due_at = models.DateTimeField(_("refund due"), null=True, blank=True)
    paid_minor = models.BigIntegerField(_("paid"), default=0)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    receipt = models.CharField(_("receipt"), max_length=120, blank=True, default="")
    withdrawn_at = models.DateTimeField(_("stays after all since"), null=True, blank=True)

    class Meta:
        verbose_name = _("exit on old terms")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("-created_at", "-id"), name="exit_newest"),)
        constraints = (
            check("exit_state_is_known", Q(state__in=ExitState.values)),
            models.UniqueConstraint(
                fields=("party", "rejected"),
                condition=Q(withdrawn_at__isnull=True),
                name="exit_is_one_per_party_and_version",
            ),
            check(
                "exit_is_withdrawn_at_a_time",
                Q(state=ExitState.WITHDRAWN, withdrawn_at__isnull=False)
                | ~Q(state=ExitState.WITHDRAWN) & Q(withdrawn_at__isnull=True),
            ),
            check(
                "exit_refund_is_paid_at_a_time_with_its_receipt",
                Q(paid_minor=0, paid_at__isnull=True, receipt="")
                | Q(paid_minor__gt=0, paid_at__isnull=False) & ~Q(receipt=""),
            ),
        )

    @property
    def calculation(self) -> "ExitCalculation | None":
        """The last one, which counts."""
        rows = list(self.calculations.all())
        return rows[-1] if rows else None

    @property
    def owed_minor(self) -> int | None:
        """What is still to be paid; None before there is a calculation."""
        last = self.calculation
        return None if last is None else last.total_minor - self.paid_minor

    @property
    def due_at(self) -> datetime | None:
        """By when the platform has to answer, or to pay."""
        if self.state in (ExitState.REQUESTED, ExitState.OBJECTED):
            return self.answer_due_at
        return self.refund_due_at if self.state == ExitState.CALCULATED and self.owed_minor else None

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at < at


class ExitCalculation(models.Model):
    """What is refunded, item by item, and what the party objected to in it. `reply` answers the objection before."""

    id = models.BigAutoField(primary_key=True)
    exit = models.ForeignKey(RuleExit, on_delete=models.PROTECT, related_name="calculations")
    no = models.PositiveIntegerField()
    items = models.JSONField()
    total_minor = models.BigIntegerField(_("refund"))
    reply = models.TextField(blank=True, default="")
    calculated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    calculated_at = models.DateTimeField()
    objected_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("calculation of a refund")
        ordering = ("exit_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("exit", "no"), name="exit_calculation_number_is_unique"),
            check("exit_refund_is_not_below_nothing", Q(total_minor__gte=0)),
            check(
                "exit_objection_is_in_words_or_not_yet",
                Q(objected_at__isnull=True, objection="") | Q(objected_at__isnull=False) & ~Q(objection=""),
            ),
            check("exit_objection_is_answered_with_a_reason", Q(no=1) | Q(no__gt=1) & ~Q(reply="")),
            check(
                "exit_objection_comes_after_the_calculation",
                Q(objected_at__isnull=True) | Q(objected_at__gte=F("calculated_at")),
            ),
        )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its items as a reader can follow them."""
        return [line_of(item) for item in self.items]


_BEFORE = """SELECT b.id FROM rules_ruleversion b WHERE b.rule_id = r.rule_id AND b.published_at IS NOT NULL
    AND b.withdrawn_at IS NULL AND b.effective_from < r.effective_from ORDER BY b.effective_from DESC LIMIT 1"""

EXIT_TRIGGERS = [
    kept("rules_ruleexit", "exit_is_kept"),
    sealed(
        "rules_ruleexit",
        "exit_stays_of_its_party_and_version",
        "party_id rejected_id under_id requested_by_id",
        once=("withdrawn_at", "paid_at"),
        also="NEW.paid_minor < OLD.paid_minor",
    ),
    on_insert(
        "rules_ruleexit",
        "exit_is_under_the_version_before",
        f"""NOT EXISTS (SELECT 1 FROM rules_ruleversion r JOIN accounts_party p ON p.id = NEW.party_id
            WHERE r.id = NEW.rejected_id AND r.published_at IS NOT NULL AND r.binds IN ('EVERYBODY', p.kind)
            AND NEW.under_id IS NOT DISTINCT FROM ({_BEFORE}))""",  # noqa: S608  our own constants
        problem="validation",
    ),
    kept("rules_exitcalculation", "exit_calculation_is_kept"),
    sealed(
        "rules_exitcalculation",
        "exit_calculation_stays_as_it_was_given",
        "exit_id no items total_minor reply calculated_by_id calculated_at",
        once=("objected_at objection",),
    ),
    on_insert(
        "rules_exitcalculation",
        "exit_refund_is_never_made_smaller",
        """EXISTS (SELECT 1 FROM rules_exitcalculation c
            WHERE c.exit_id = NEW.exit_id AND c.total_minor > NEW.total_minor)""",
        problem="validation",
    ),
    on_insert(
        "rules_exitcalculation",
        "exit_objection_is_answered_by_another_person",
        """NEW.no > 1 AND (NEW.calculated_by_id IS NULL OR EXISTS (SELECT 1 FROM rules_exitcalculation c
            WHERE c.exit_id = NEW.exit_id AND c.calculated_by_id = NEW.calculated_by_id))""",
        problem="conflict-of-interest",
    ),
]
