"""Instructions to executors, to do something or to undo it; from the order to its completion or withdrawal."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from executors.machine import InstructionMachine, InstructionState
from executors.models.registry import Executor, ExecutorPerson


class InstructionKind(models.TextChoices):
    ACT = "ACT", _("carry out a measure")
    REVERSAL = "REVERSAL", _("undo a measure")


class Instruction(InstructionMachine, Case):
    """One order with its own time limit, and no more about the subject than is needed to find it.

    Without an executor it is the platform's own to carry out: nobody else could take it over.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "instruction", "ins_", "I"
    OPENS_IN = (InstructionState.ISSUED,)

    executor = models.ForeignKey(
        Executor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instructions",
        verbose_name=_("given to"),
    )
    client = models.ForeignKey(
        "accounts.ApiClient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    kind = models.CharField(_("what for"), max_length=8, choices=InstructionKind)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversals",
        verbose_name=_("undoes"),
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
        verbose_name=_("taken over from"),
    )
    words = models.CharField(_("what to do"), max_length=2000)
    subject_number = models.CharField(_("number of the subject"), max_length=60)
    subject_ref = models.CharField(_("reference of the subject"), max_length=60, blank=True, default="")
    measure_type = models.CharField(_("kind of measure"), max_length=60)
    due_at = models.DateTimeField(_("to be done by"))
    overdue_at = models.DateTimeField(_("marked late at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        ExecutorPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    completed_by = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(_("how it is shown to be done"), max_length=2000, blank=True, default="")
    callback_id = models.CharField(_("number of the report"), max_length=100, blank=True, default="")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("instruction")
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=("executor", "state", "due_at"), name="instruction_by_executor"),
            models.Index(fields=("client", "-created_at", "-id"), name="instruction_by_client"),
        )
        constraints = (
            check("instruction_state_is_known", Q(state__in=InstructionState.values)),
            check("instruction_says_what_to_do", ~Q(words="") & ~Q(subject_number="") & ~Q(measure_type="")),
            check("instruction_leaves_time", Q(due_at__gt=F("created_at"))),
            check(
                "reversal_undoes_an_instruction",
                Q(kind="ACT", reverses__isnull=True) | Q(kind="REVERSAL", reverses__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("reverses",),
                condition=~Q(state=InstructionState.WITHDRAWN),
                name="reversal_is_live_once_per_instruction",
                violation_error_code="not-your-turn",
            ),
            models.UniqueConstraint(
                fields=("executor", "callback_id"),
                condition=~Q(callback_id=""),
                name="callback_counts_once_per_executor",
                violation_error_message=_("This report was used for another instruction."),
            ),
            # I15: what is completed was acknowledged before, is shown to be done, and was never withdrawn.
            check(
                "instruction_completed_was_acknowledged_and_shown",
                ~Q(state=InstructionState.COMPLETED)
                | Q(acknowledged_at__isnull=False, completed_at__gte=F("acknowledged_at")) & ~Q(evidence=""),
            ),
            check(
                "instruction_is_completed_or_withdrawn_never_both",
                Q(state=InstructionState.COMPLETED, completed_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state=InstructionState.WITHDRAWN, completed_at__isnull=True, withdrawn_at__isnull=False)
                | Q(
                    state=InstructionState.ISSUED,
                    acknowledged_at__isnull=True,
                    completed_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | Q(
                    state=InstructionState.ACKNOWLEDGED,
                    acknowledged_at__isnull=False,
                    completed_at__isnull=True,
                    withdrawn_at__isnull=True,
                )
                | ~Q(state__in=InstructionState.values),
            ),
            check(
                "instruction_is_withdrawn_for_a_reason", ~Q(state=InstructionState.WITHDRAWN) | ~Q(withdrawn_because="")
            ),
            check(
                "instruction_is_answered_by_a_person_of_the_executor",
                Q(executor__isnull=True, acknowledged_by__isnull=True, completed_by__isnull=True)
                | Q(executor__isnull=False)
                & (Q(acknowledged_at__isnull=True) | Q(acknowledged_by__isnull=False))
                & (Q(completed_at__isnull=True) | Q(completed_by__isnull=False)),
            ),
        )

    @property
    def is_the_platform_s(self) -> bool:
        return self.executor_id is None

    def is_late(self, at: datetime) -> bool:
        """Whether it was not done by its time, whoever has marked that or not."""
        ended = self.completed_at or self.withdrawn_at
        return (ended or at) > self.due_at
