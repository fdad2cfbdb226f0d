"""What the classifier suggested, as rows. What does not belong here: whether anybody follows it."""

from django.db import models
from django.db.models import F, Q

from appeals.models.appeal import Appeal
from casework.constraints import check


class TriageSuggestion(models.Model):
    """What the classifier suggested for one version of one appeal, with what it needs to be repeated. Append-only.

    `closing_permille` is what a certificate is compared with; never more than `overturn_permille`.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="suggestions")
    appeal_version = models.PositiveIntegerField()
    model_version = models.CharField(max_length=60)
    model_hash = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    route_ground = models.CharField(max_length=40)
    queue = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    priority = models.PositiveSmallIntegerField()
    overturn_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    closing_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    abstained = models.BooleanField()
    asks_for_a_person = models.BooleanField(default=False)
    abstain_reasons = models.JSONField(default=list)
    phrases = models.JSONField(default=list)
    features = models.JSONField(default=list)
    suggested_at = models.DateTimeField()

    class Meta:
        ordering = ("appeal_id", "appeal_version")
        indexes = (models.Index(fields=("suggested_at",), name="triage_suggestion_by_time"),)
        constraints = (
            models.UniqueConstraint(fields=("appeal", "appeal_version"), name="triage_is_recorded_once_per_version"),
            check(
                "triage_probability_is_a_probability",
                Q(overturn_permille__isnull=True) | Q(overturn_permille__lte=1000),
            ),
            check(
                "triage_is_no_surer_for_closing",
                Q(closing_permille__isnull=True) | Q(closing_permille__lte=F("overturn_permille")),
            ),
        )
