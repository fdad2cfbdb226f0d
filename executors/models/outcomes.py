"""Outcomes of acts: what decided appeals and disputes said of them, and what blind second looks say. Append-only."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from executors.models.acts import Act


class ErrorClass(models.TextChoices):
    """In what an act was wrong."""

    WRONG_FACT = "WRONG_FACT", _("wrong fact")
    WRONG_RULE = "WRONG_RULE", _("wrong rule")
    DISPROPORTIONATE = "DISPROPORTIONATE", _("too heavy")
    PROCEDURE = "PROCEDURE", _("wrong procedure")
    TECHNICAL = "TECHNICAL", _("technical error")


class OutcomeSource(models.TextChoices):
    APPEAL = "appeal", _("decided appeal")
    DISPUTE = "dispute", _("decided dispute")
    CORRECTION = "correction", _("correction by the platform")


class ActOutcome(models.Model):
    """One decision about one act: it stood, or it was overturned, wholly or partly, and in what it was wrong.

    `by_person` is false where the system granted an appeal: since the system never upholds, such outcomes know only one
    answer, open an incident, and count in no rate. So do corrections: the platform chose itself what to withdraw.
    """

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="outcomes")
    source = models.CharField(_("said by"), max_length=12, choices=OutcomeSource)
    source_ref = models.CharField(max_length=40)
    event = models.ForeignKey("casework.Event", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"))
    by_person = models.BooleanField(_("decided by a person"))
    overturned = models.BooleanField(_("overturned"))
    error_class = models.CharField(_("in what it was wrong"), max_length=16, choices=ErrorClass, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("decided_at", "id")
        indexes = (
            models.Index(fields=("act", "decided_at"), name="act_outcome_by_act"),
            models.Index(fields=("decided_at", "id"), name="act_outcome_by_time"),
        )
        constraints = (
            models.UniqueConstraint(fields=("act", "event"), name="outcome_is_recorded_once_per_decision"),
            check("outcome_source_is_known", Q(source__in=OutcomeSource.values)),
            check(
                "outcome_overturned_says_in_what",
                Q(overturned=False, error_class="") | Q(overturned=True, error_class__in=ErrorClass.values),
            ),
        )


NOT_THE_EXECUTOR_S = ("NOT_IMPROPER", "TOOL", "RULE")
"""The findings that take an overturned act out of the executor's count."""


DECIDED_BY_PERSON = Q(by_person=True) & ~Q(source=OutcomeSource.CORRECTION)


def decided_outcomes(rows: QuerySet[ActOutcome], *, since: datetime | None = None) -> QuerySet[ActOutcome]:
    """What persons decided when they were asked, in the order of decision, about acts done since that moment.

    An act that was overturned before is not counted again.
    """
    before = ActOutcome.objects.filter(act=OuterRef("act"), overturned=True).filter(
        DECIDED_BY_PERSON,
        Q(decided_at__lt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__lt=OuterRef("pk")),
    )
    rows = rows.filter(DECIDED_BY_PERSON, ~Exists(before)).order_by("decided_at", "pk")
    return rows if since is None else rows.filter(act__acted_at__gte=since)


def counted_outcomes(rows: QuerySet[ActOutcome]) -> QuerySet[ActOutcome]:
    """What a rate is made of: the decided outcomes that are not excused.

    Excused is an act that was overturned through no fault of the executor (not improper, the tool, the rule): it is
    neither an error nor a success.
    """
    return decided_outcomes(rows).exclude(overturned=True, act__incident__finding__in=NOT_THE_EXECUTOR_S)


def outcome_sequence_of(
    rows: QuerySet[ActOutcome], *, since: datetime | None = None, after: ActOutcome | None = None
) -> list[tuple[int, bool | None]]:
    """Returns what the test sees, in order, each with its primary key: overturned or not; None for what is excused,
    which keeps its place.
    """
    rows = decided_outcomes(rows, since=since)
    if after is not None:
        later = Q(decided_at__gt=after.decided_at) | Q(decided_at=after.decided_at, pk__gt=after.pk)
        rows = rows.filter(later, decided_at__gte=after.decided_at)  # redundant, but an index follows it
    found = rows.values_list("pk", "overturned", "act__incident__finding")
    return [(pk, None if overturned and why in NOT_THE_EXECUTOR_S else overturned) for pk, overturned, why in found]


class DoubleReview(models.Model):
    """A second look at an act drawn by chance when it was done, by somebody who knows nothing of what became of it."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="double_review")
    drawn_at = models.DateTimeField(_("drawn at"))
    given_at = models.DateTimeField(_("given at"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    same_measure = models.BooleanField(_("would have taken the same measure"), null=True, blank=True)
    error_class = models.CharField(_("in what it was wrong"), max_length=16, choices=ErrorClass, blank=True, default="")
    note = models.CharField(_("why"), max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = _("second look at an act")
        ordering = ("drawn_at", "id")
        indexes = (
            models.Index(fields=("drawn_at", "id"), condition=Q(given_at__isnull=True), name="second_look_waiting"),
        )
        constraints = (
            check(
                "second_look_says_the_same_or_in_what_it_differs",
                Q(given_at__isnull=True, reviewer__isnull=True, same_measure__isnull=True, error_class="")
                | Q(given_at__isnull=False, reviewer__isnull=False)
                & ~Q(note="")
                & (Q(same_measure=True, error_class="") | Q(same_measure=False, error_class__in=ErrorClass.values)),
            ),
        )
