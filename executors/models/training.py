"""Curricula, tests, and the certification that a passed test gives.

A certification counts while its rule version does.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from executors.models.registry import ExecutorPerson
from rules.models import InBothLanguages, InLanguage


class Curriculum(InBothLanguages):
    """What to know of one rule version at one level, with its test. Fixed once published; the newest `no` is taught."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    rule_version = models.ForeignKey("rules.RuleVersion", on_delete=models.PROTECT, related_name="curricula")
    level = models.PositiveSmallIntegerField(_("level"))
    no = models.PositiveSmallIntegerField(_("edition"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True, default="")
    material_zh = models.TextField(_("what to know (Chinese)"))
    material_en = models.TextField(_("what to know (English)"), blank=True, default="")
    hours = models.PositiveSmallIntegerField(_("hours of training"))
    pass_percent = models.PositiveSmallIntegerField(_("per cent to pass"))
    valid_days = models.PositiveSmallIntegerField(_("days that a certification lasts"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    text_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        ordering = ("rule_version", "level", "-no")
        constraints = (
            models.UniqueConstraint(fields=("rule_version", "level", "no"), name="curriculum_edition_is_unique"),
            check("curriculum_has_a_level", Q(level__gte=1, level__lte=3)),
            check("curriculum_teaches_something", ~Q(title_zh="") & ~Q(material_zh="")),
            check("curriculum_takes_half_to_pass", Q(pass_percent__gte=50, pass_percent__lte=100)),
            check("curriculum_certifies_for_a_time", Q(valid_days__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.title} L{self.level}"

    title = InLanguage()
    material = InLanguage()


class Question(InBothLanguages):
    """One question with its options [{zh, en}], the right one (from 0), and why that one."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="questions")
    no = models.PositiveSmallIntegerField()
    text_zh = models.CharField(_("question (Chinese)"), max_length=1000)
    text_en = models.CharField(_("question (English)"), max_length=1000, blank=True, default="")
    options = models.JSONField(_("options"))
    right = models.PositiveSmallIntegerField(_("right option"))
    explanation_zh = models.CharField(_("why (Chinese)"), max_length=1000)
    explanation_en = models.CharField(_("why (English)"), max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("curriculum_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("curriculum", "no"), name="question_number_is_unique"),
            check("question_asks_and_explains", ~Q(text_zh="") & ~Q(explanation_zh="")),
        )

    text = InLanguage()
    explanation = InLanguage()

    def option_texts(self, language: str) -> list[str]:
        wanted = "en" if language.startswith("en") else "zh"
        options: list[dict[str, Any]] = self.options
        return [str(option.get(wanted) or option["zh"]) for option in options]


class Attempt(models.Model):
    """A person's attempt at a test: answers {number: option} are kept as they are given; finished, it is fixed."""

    ref = models.CharField(max_length=40, unique=True, editable=False)
    person = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, related_name="attempts")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField(_("begun at"))
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("per cent right"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "curriculum"),
                condition=Q(finished_at__isnull=True),
                name="attempt_is_open_once_per_person_and_curriculum",
                violation_error_code="not-your-turn",
            ),
            check(
                "attempt_finished_has_a_result",
                Q(finished_at__isnull=True, score__isnull=True, passed__isnull=True, evidence_hash="")
                | Q(finished_at__gte=F("started_at"), score__lte=100, passed__isnull=False) & ~Q(evidence_hash=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.started_at:%Y-%m-%d %H:%M}"


class Certification(models.Model):
    """A person's certification for one rule version at one level, by a passed test, until it expires or is withdrawn.

    It counts only while its rule version is in force: it begins with a version that takes effect later, and lapses by
    itself when the version is replaced.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    person = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, related_name="certifications")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="certifications")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="certification")
    rule_version = models.ForeignKey("rules.RuleVersion", on_delete=models.PROTECT, related_name="certifications")
    level = models.PositiveSmallIntegerField(_("level"))
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=500, blank=True, default="")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ("-issued_at", "-id")
        constraints = (
            check("certification_expires_after_it_is_issued", Q(expires_at__gt=F("issued_at"))),
            check(
                "certification_is_withdrawn_for_a_reason",
                Q(withdrawn_at__isnull=True, withdrawn_because="", withdrawn_by__isnull=True)
                | Q(withdrawn_at__gte=F("issued_at")) & ~Q(withdrawn_because=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.rule_version} L{self.level}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether it lets its holder act at that moment."""
        return (
            self.issued_at <= at < self.expires_at
            and (self.withdrawn_at is None or at < self.withdrawn_at)
            and self.rule_version.is_in_force(at)
        )


def certification_in_force(at: datetime) -> Q:
    """The certifications that let their holder act at that moment."""
    version = Q(rule_version__published_at__isnull=False, rule_version__effective_from__lte=at) & (
        Q(rule_version__effective_to__isnull=True) | Q(rule_version__effective_to__gt=at)
    )
    live = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    return Q(issued_at__lte=at, expires_at__gt=at) & live & version
