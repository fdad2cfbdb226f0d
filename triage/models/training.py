"""Trainings of a triage model: who asked for one, how far it is, how it ended.

One at a time, each carried out once and in a process of its own; it leaves a candidate and puts nothing live.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework.constraints import check
from casework.triggers import kept, on_update, sealed
from triage.models.learning import ModelVersion


class TrainingStep(models.TextChoices):
    """The steps of a training: asked for, given to a process, then the named parts of learning, in this order."""

    WAITING = "waiting", _("waits for the worker")
    STARTING = "starting", _("starts")
    SNAPSHOT = "snapshot", _("gathers the decided cases")
    TRAINING = "training", _("learns from the older cases")
    EVALUATING = "evaluating", _("tests itself on newer cases")
    COMPARING = "comparing", _("is compared with the live model")
    DONE = "done", _("done")


class TrainingEnd(models.TextChoices):
    """The reasons why a training ended without a model."""

    TOO_FEW = "too_few", _("too few cases")
    INTERRUPTED = "interrupted", _("interrupted")
    BROKEN = "broken", _("broken off by a fault")


class Training(models.Model):
    """One training. Nobody in `asked_by` means that it was started on the server. Fixed once it has ended."""

    ref = models.CharField(max_length=40, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True, default="")
    session_hash = models.CharField(max_length=64, blank=True, default="")
    form_key = models.CharField(max_length=40, blank=True, default="")
    asked_at = models.DateTimeField(_("asked for"))
    release = models.CharField(_("name"), max_length=60)
    seed = models.PositiveBigIntegerField(default=0)
    until = models.DateTimeField(_("learns what was final at"))
    file = models.CharField(_("file of cases"), max_length=200, blank=True, default="")
    counts = models.JSONField(default=dict)
    step = models.CharField(max_length=12, choices=TrainingStep)
    process = models.CharField(max_length=120, blank=True, default="")
    model = models.OneToOneField(ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="training")
    reason = models.CharField(max_length=12, choices=TrainingEnd, blank=True, default="")
    is_open = models.BooleanField(default=True)
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("training of a triage model")
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("is_open",),
                condition=Q(is_open=True),
                name="triage_training_is_one_at_a_time",
                violation_error_code="not-your-turn",
                violation_error_message=_("A training is under way. One runs at a time."),
            ),
            models.UniqueConstraint(
                fields=("form_key",),
                condition=~Q(form_key=""),
                name="triage_training_follows_one_click",
                violation_error_code="not-your-turn",
            ),
            check(
                "triage_training_is_asked_by_who_may",
                Q(asked_by__isnull=True, role="", session_hash="", form_key="")
                | Q(asked_by__isnull=False, role__in=[COMPLIANCE, ADMINISTRATOR])
                & ~Q(session_hash="")
                & ~Q(form_key=""),
            ),
            check(
                "triage_training_says_what_it_does",
                Q(step__in=TrainingStep.values, until__lte=F("asked_at")) & ~Q(release=""),
            ),
            check(
                "triage_training_beats_from_its_start",
                Q(step="waiting", started_at__isnull=True, beat_at__isnull=True)
                | ~Q(step="waiting")
                & Q(started_at__isnull=False, beat_at__isnull=False)
                & Q(started_at__gte=F("asked_at"), beat_at__gte=F("started_at")),
            ),
            check(
                "triage_training_ends_with_its_model_or_a_reason",
                Q(is_open=True, ended_at__isnull=True, model__isnull=True, reason="") & ~Q(step="done")
                | Q(is_open=False, ended_at__isnull=False, beat_at__isnull=False, ended_at__gte=F("beat_at"))
                & (
                    Q(model__isnull=False, reason="", step="done")
                    | Q(model__isnull=True, reason__in=TrainingEnd.values) & ~Q(step="done")
                ),
            ),
        )

    def __str__(self) -> str:
        return self.release


ORDER = " ".join(f"WHEN '{step}' THEN {number}" for number, step in enumerate(TrainingStep.values))

TRAINING_TRIGGERS = [
    on_update("triage_training", "triage_training_that_ended_is_fixed", "NOT OLD.is_open", problem="sealed"),
    sealed(
        "triage_training",
        "triage_training_keeps_what_was_asked",
        "asked_by_id ref role session_hash form_key asked_at release seed until file",
    ),
    on_update(
        "triage_training",
        "triage_training_never_goes_back",
        f"(CASE NEW.step {ORDER} END) < (CASE OLD.step {ORDER} END) OR NEW.beat_at < OLD.beat_at",
    ),
    kept("triage_training", "triage_training_is_kept"),
]
