"""Acts of executors: who, under which mandate and certifications, with which tool. Added once, never changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from executors.models.instructions import Instruction
from executors.models.registry import Executor, ExecutorPerson, Mandate
from executors.models.training import Certification


class Act(models.Model):
    """One act of one person of an executor for the platform. Append-only."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    executor = models.ForeignKey(Executor, on_delete=models.PROTECT, db_index=False, related_name="acts")
    person = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, db_index=False, related_name="acts")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="acts")
    instruction = models.ForeignKey(
        Instruction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name=_("instruction that it carries out"),
    )
    tool_version = models.CharField(_("tool and its version"), max_length=120, blank=True, default="")
    queue = models.CharField(_("queue"), max_length=60, blank=True, default="")
    shift = models.CharField(_("shift"), max_length=60, blank=True, default="")
    category = models.CharField(_("category"), max_length=60, blank=True, default="")
    acted_at = models.DateTimeField(_("acted at"))

    class Meta:
        verbose_name = _("act of an executor")
        verbose_name_plural = _("acts of executors")
        ordering = ("-acted_at", "-id")
        indexes = (
            # Whose act something is about is read from these alone, where much is counted.
            models.Index(fields=("executor", "id"), name="act_of_executor"),
            models.Index(fields=("person", "id"), name="act_of_person"),
            models.Index(fields=("executor", "-acted_at"), name="act_by_executor"),
            models.Index(fields=("person", "-acted_at"), name="act_by_person"),
            models.Index(fields=("mandate", "-acted_at"), name="act_by_mandate"),
            models.Index(fields=("tool_version",), condition=~Q(tool_version=""), name="act_by_tool"),
        )

    def __str__(self) -> str:
        return self.ref

    @property
    def outward_name(self) -> str:
        """The name that outsiders may know: the organisation's; of an individual the code."""
        return self.person.code if self.executor.is_individual else self.executor.party.name


class ActCertification(models.Model):
    """A certification under which an act was done. Append-only."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="certifications")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="acts")

    class Meta:
        ordering = ("act_id", "id")
        constraints = (models.UniqueConstraint(fields=("act", "certification"), name="act_names_a_certification_once"),)
