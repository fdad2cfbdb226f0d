"""Rules, their versions and clauses.

A published version is immutable, held by triggers; only its end may be set once, when the next version follows.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.names import name_triggers, validate_name
from casework.triggers import Trigger, changed, sealed
from rules.models.languages import InBothLanguages


class PlatformRule(InBothLanguages):
    ref = models.CharField(max_length=40, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_name])
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)

    class Meta:
        verbose_name = _("platform rule")
        verbose_name_plural = _("platform rules")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.in_language("name")


class RuleVersion(InBothLanguages):
    """One version of a rule, in force from `effective_from` to `effective_to` (exclusive; open when None)."""

    rule = models.ForeignKey(PlatformRule, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version"), max_length=40, validators=[validate_name])
    effective_from = models.DateTimeField(_("in force from"))
    effective_to = models.DateTimeField(_("in force until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    summary_zh = models.TextField(_("what changed (Chinese)"), blank=True)
    summary_en = models.TextField(_("what changed (English)"), blank=True)
    text_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        ordering = ("rule", "-effective_from")
        constraints = (
            models.UniqueConstraint(fields=("rule", "number"), name="rule_version_number_is_unique"),
            models.UniqueConstraint(fields=("rule", "effective_from"), name="rule_version_starts_once"),
            check(
                "rule_version_ends_after_it_starts",
                Q(effective_to__isnull=True) | Q(effective_to__gt=models.F("effective_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def summary(self) -> str:
        return self.in_language("summary")

    def is_in_force(self, at: datetime) -> bool:
        """Whether conduct at that moment is judged by this version."""
        return self.is_published and self.effective_from <= at and (self.effective_to is None or at < self.effective_to)


class Clause(InBothLanguages):
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("clause"), max_length=20)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    text_zh = models.TextField(_("text (Chinese)"))
    text_en = models.TextField(_("text (English)"))
    is_major_interest = models.BooleanField(_("shown prominently"), default=False)
    text_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "number"), name="clause_number_is_unique_in_version"),
            check("clause_has_chinese_text", ~Q(text_zh="")),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.number}"

    @property
    def title(self) -> str:
        return self.in_language("title")

    @property
    def text(self) -> str:
        return self.in_language("text")


OVERLAPS = """EXISTS (SELECT 1 FROM rules_ruleversion o
    WHERE o.rule_id = NEW.rule_id AND o.id <> NEW.id AND o.published_at IS NOT NULL
    AND (o.effective_to IS NULL OR o.effective_to > NEW.effective_from)
    AND (NEW.effective_to IS NULL OR NEW.effective_to > o.effective_from))"""

RULE_TRIGGERS = [
    *name_triggers("rules_platformrule", "code", "rule_code_fits_an_address"),
    *name_triggers("rules_ruleversion", "number", "rule_version_number_fits_an_address"),
    Trigger(
        name="rule_versions_do_not_overlap",
        table="rules_ruleversion",
        events=("INSERT", "UPDATE"),
        when=f"NEW.published_at IS NOT NULL AND {OVERLAPS}",
        lock="PERFORM 1 FROM rules_platformrule WHERE id = NEW.rule_id FOR UPDATE;",
        problem="validation",
    ),
    sealed(
        "rules_ruleversion",
        "rule_version_is_immutable_once_published",
        once=("published_at rule_id number effective_from text_hash summary_zh summary_en",),
        also=f"OLD.published_at IS NOT NULL AND OLD.effective_to IS NOT NULL AND {changed('effective_to')}",
    ),
    Trigger(
        name="rule_version_is_kept_once_published",
        table="rules_ruleversion",
        events=("DELETE",),
        when="OLD.published_at IS NOT NULL",
        problem="sealed",
    ),
    Trigger(
        name="clause_is_immutable_once_published",
        table="rules_clause",
        events=("UPDATE", "DELETE"),
        when="EXISTS (SELECT 1 FROM rules_ruleversion v WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)",
        problem="sealed",
    ),
    Trigger(
        name="clause_is_not_added_after_publication",
        table="rules_clause",
        events=("INSERT",),
        when="EXISTS (SELECT 1 FROM rules_ruleversion v WHERE v.id = NEW.version_id AND v.published_at IS NOT NULL)",
        problem="sealed",
    ),
]
