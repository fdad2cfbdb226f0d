"""What is owed back after a measure fell: one effect each, until the platform confirms it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from notices.models.notice import Measure, Notice


class RemedyKind(models.TextChoices):
    RESTORE = "RESTORE", _("restore")
    REFUND = "REFUND", _("refund")
    CORRECT_RECORD = "CORRECT_RECORD", _("correct the record")


class RemedyState(models.TextChoices):
    PENDING = "PENDING", _("in progress")
    CONFIRMED = "CONFIRMED", _("restored")
    FAILED = "FAILED", _("could not be restored")


class Remedy(models.Model):
    """One effect to restore, owed by the platform until it confirms it; visibly late after `due_at`."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="remedies")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, db_index=False, related_name="remedies")
    kind = models.CharField(max_length=16, choices=RemedyKind)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    cause = models.CharField(_("what it follows from"), max_length=64)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=RemedyState, default=RemedyState.PENDING)
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("what the platform said"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ("notice_id", "id")
        indexes = (
            models.Index(fields=("due_at",), condition=Q(state=RemedyState.PENDING), name="remedy_pending_by_due"),
            models.Index(fields=("created_at", "id"), name="remedy_by_age"),
            models.Index(fields=("-state", "due_at", "id"), name="remedy_owed_first"),
        )
        constraints = (
            models.UniqueConstraint(fields=("measure", "kind", "cause"), name="remedy_is_owed_once_per_cause"),
            check("remedy_state_is_known", Q(state__in=RemedyState.values)),
            check(
                "remedy_is_settled_at_a_time",
                Q(state=RemedyState.PENDING, settled_at__isnull=True)
                | (~Q(state=RemedyState.PENDING) & Q(settled_at__isnull=False)),
            ),
            check(
                "remedy_refund_names_its_amount", ~Q(kind="REFUND") | Q(amount_minor__isnull=False, amount_minor__gt=0)
            ),
            check("remedy_failure_says_why", ~Q(state=RemedyState.FAILED) | ~Q(note="")),
        )

    def __str__(self) -> str:
        return f"{self.ref} {self.kind}"

    def is_late(self, at: datetime) -> bool:
        """Whether it was not restored by its due time."""
        return self.state != RemedyState.CONFIRMED and at > self.due_at
