"""Triage models that were trained on decided cases, and each step of theirs until they are live or gone.

Nothing goes live by itself: the steps are rows that are added and never changed, and the triggers below say which may
follow which. What does not belong here: learning and comparing (classifier), and the model files (classifier.store).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework.constraints import check
from casework.triggers import append_only, on_insert


class ModelVersion(models.Model):
    """One model: what it learnt from, and how it did on newer cases. Append-only.

    `beats_baseline` where it agreed with people surely more often than always saying the more common outcome.
    """

    ref = models.CharField(max_length=40, unique=True)
    version = models.CharField(_("version"), max_length=60)
    model_hash = models.CharField(max_length=64)
    file = models.CharField(max_length=130)
    snapshot_hash = models.CharField(max_length=64)
    data_from = models.DateTimeField(_("oldest case"))
    data_to = models.DateTimeField(_("newest case"))
    counts = models.JSONField()
    report = models.JSONField()
    beats_baseline = models.BooleanField(default=False)
    trained_at = models.DateTimeField(_("trained"))

    class Meta:
        ordering = ("-trained_at", "-id")
        constraints = (
            check(
                "triage_model_follows_its_cases",
                Q(data_from__lte=models.F("data_to"), data_to__lte=models.F("trained_at")),
            ),
        )

    def __str__(self) -> str:
        return self.version


class Stage(models.TextChoices):
    COMPARED = "compared", _("compared")
    SIGNED = "signed", _("signed")
    SHADOW = "shadow", _("in the shadow")
    LIVE = "live", _("live")
    ROLLED_BACK = "rolled_back", _("rolled back")
    REFUSED = "refused", _("refused")


class ModelStep(models.Model):
    """One step of a model. Append-only. A comparison is the machine's; every other step is a person's."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=12, choices=Stage)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20, blank=True, default="")
    session_hash = models.CharField(max_length=64, blank=True, default="")
    note = models.CharField(_("why"), max_length=500, blank=True, default="")
    facts = models.JSONField(default=dict)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of a triage model")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("model", "taken_by"),
                condition=Q(stage="signed"),
                name="triage_model_is_signed_by_different_people",
                violation_error_code="not-your-turn",
            ),
            check(
                "triage_step_is_by_who_may",
                Q(stage="compared", taken_by__isnull=True)
                | Q(stage__in=["signed", "shadow", "live", "rolled_back", "refused"], taken_by__isnull=False)
                & Q(role__in=[COMPLIANCE, ADMINISTRATOR])
                & ~Q(session_hash=""),
            ),
            check("triage_step_back_says_why", ~Q(stage__in=["rolled_back", "refused"]) | ~Q(note="")),
        )


class ShadowSuggestion(models.Model):
    """What a model in the shadow would have said of an appeal. Nobody who decides sees it. Append-only."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="shadows")
    appeal = models.ForeignKey("appeals.Appeal", on_delete=models.PROTECT, related_name="shadows")
    overturn_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    abstained = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("model", "appeal"), name="shadow_speaks_once_of_a_case"),
            check(
                "shadow_probability_is_a_probability",
                Q(abstained=True, overturn_permille__isnull=True)
                | Q(abstained=False, overturn_permille__isnull=False, overturn_permille__lte=1000),
            ),
        )


LOCK_MODEL = "PERFORM 1 FROM triage_modelversion WHERE id = NEW.model_id FOR UPDATE;"
OF_THIS = "SELECT 1 FROM triage_modelstep s WHERE s.model_id = NEW.model_id AND s.stage"
NEWEST_LIVE = "SELECT MAX(s.id) FROM triage_modelstep s WHERE s.stage = 'live'"
IN_USE = f"""SELECT 1 FROM triage_modelstep l JOIN triage_modelversion v ON v.id = l.model_id
            WHERE l.id = ({NEWEST_LIVE}) AND v.model_hash = NEW.model_hash
            AND NOT EXISTS (SELECT 1 FROM triage_modelstep b WHERE b.stage = 'rolled_back' AND b.id > l.id)"""  # noqa: S608  our own names

LEARNING_TRIGGERS = [
    on_insert(
        "triage_modelstep",
        "triage_signature_follows_the_comparison",
        f"NEW.stage = 'signed' AND NOT EXISTS ({OF_THIS} = 'compared' AND s.taken_at <= NEW.taken_at)",
        lock=LOCK_MODEL,
    ),
    on_insert(
        "triage_modelstep",
        "triage_shadow_follows_two_signatures",
        """NEW.stage = 'shadow' AND (SELECT COUNT(DISTINCT s.taken_by_id) FROM triage_modelstep s
            WHERE s.model_id = NEW.model_id AND s.stage = 'signed' AND s.taken_at <= NEW.taken_at) < 2""",
        lock=LOCK_MODEL,
    ),
    on_insert(
        "triage_modelstep",
        "triage_model_goes_live_from_the_shadow",
        f"NEW.stage = 'live' AND NOT EXISTS ({OF_THIS} = 'shadow' AND s.taken_at < NEW.taken_at)",
        lock=LOCK_MODEL,
    ),
    on_insert(
        "triage_modelstep",
        "triage_model_that_is_live_beats_the_baseline",
        """NEW.stage = 'live' AND NOT EXISTS (SELECT 1 FROM triage_modelversion v
            WHERE v.id = NEW.model_id AND v.beats_baseline)""",
    ),
    on_insert(
        "triage_modelstep",
        "triage_rollback_is_of_the_live_model",
        f"""NEW.stage = 'rolled_back' AND (NOT EXISTS (SELECT 1 FROM triage_modelstep l
            WHERE l.id = ({NEWEST_LIVE}) AND l.model_id = NEW.model_id)
            OR EXISTS (SELECT 1 FROM triage_modelstep b
            WHERE b.stage = 'rolled_back' AND b.model_id = NEW.model_id AND b.id > ({NEWEST_LIVE})))""",  # noqa: S608  our own names
        lock=LOCK_MODEL,
    ),
    # A model that was refused, or rolled back after it was live, goes no further: what replaces it is learnt anew.
    on_insert(
        "triage_modelstep",
        "triage_model_that_was_refused_stays_so",
        f"EXISTS ({OF_THIS} IN ('refused', 'rolled_back'))",
        lock=LOCK_MODEL,
    ),
    on_insert(
        "triage_modelstep",
        "triage_refusal_is_before_it_is_live",
        f"NEW.stage = 'refused' AND EXISTS ({OF_THIS} = 'live')",
        lock=LOCK_MODEL,
    ),
    # Also after a model was rolled back to none: then nothing speaks.
    on_insert(
        "appeals_triagesuggestion",
        "triage_suggestion_is_of_the_live_model",
        f"EXISTS (SELECT 1 FROM triage_modelstep e WHERE e.stage = 'live') AND NOT EXISTS ({IN_USE})",  # noqa: S608  our own names
    ),
    on_insert(
        "triage_shadowsuggestion",
        "shadow_is_of_a_model_in_the_shadow",
        f"NOT EXISTS ({OF_THIS} = 'shadow' AND s.taken_at <= NEW.said_at)",
        lock=LOCK_MODEL,
    ),
    append_only("triage_modelversion", "triage_model_is_append_only"),
    append_only("triage_modelstep", "triage_step_is_append_only"),
    append_only("triage_shadowsuggestion", "shadow_is_append_only"),
]
