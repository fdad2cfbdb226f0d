"""How a version is made: its case, and the opinions of its consultation (办法 10, 11)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, on_insert, on_update, sealed
from rules.machine import RulemakingMachine, RuleState
from rules.models.rule import RuleVersion


class Rulemaking(Case, RulemakingMachine):
    """The making of one version, from its draft to its end; what the public reads of it stands in the version.

    `consulted_text` is the draft as it was put out last, `consultation_round` how often it was.
    """

    KIND = "rulemaking"
    REF_PREFIX = "rmk_"
    NUMBER_PREFIX = "G"
    OPENS_IN = (RuleState.DRAFT, RuleState.CONSULTATION, RuleState.PUBLICISED, RuleState.IN_FORCE)
    QUIET = frozenset({"rule.opinion_received", "rule.consultation_closed", "rule.parties_told"})

    rule_version = models.OneToOneField(RuleVersion, on_delete=models.PROTECT, related_name="making")
    consulted_text = models.JSONField(default=list, blank=True)
    consultation_round = models.PositiveSmallIntegerField(default=0, db_default=0)
    consultation_closed_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("making of a rule version")
        ordering = ("-created_at", "-id")
        constraints = (check("rulemaking_state_is_known", Q(state__in=RuleState.values)),)

    def takes_opinions(self, at: datetime) -> bool:
        """Whether everybody can comment on the draft at that moment."""
        start, end = self.rule_version.consulted_from, self.rule_version.consulted_until
        return self.state == RuleState.CONSULTATION and start is not None and end is not None and start <= at < end


class Disposition(models.TextChoices):
    ADOPTED = "ADOPTED", _("taken up")
    PARTLY = "PARTLY", _("taken up in part")
    REJECTED = "REJECTED", _("not taken up")


class Opinion(models.Model):
    """What somebody said of a draft, as they wrote it, with what became of it and why. Kept.

    `clause_number` is empty where it is about the whole. `contact` may be emptied later, nothing else.
    """

    id = models.BigAutoField(primary_key=True)
    making = models.ForeignKey(Rulemaking, on_delete=models.PROTECT, related_name="opinions")
    no = models.PositiveIntegerField()
    clause_number = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact = models.CharField(max_length=200, blank=True, default="")
    has_consented = models.BooleanField(default=False)
    source = models.CharField(max_length=64, blank=True, default="")
    submitted_at = models.DateTimeField()
    text_hash = models.CharField(max_length=64)
    disposition = models.CharField(max_length=10, choices=Disposition, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("opinion on a draft")
        ordering = ("making_id", "no")
        indexes = (models.Index(fields=("source", "submitted_at"), name="opinion_by_source"),)
        constraints = (
            models.UniqueConstraint(fields=("making", "no"), name="opinion_number_is_unique_in_consultation"),
            check("opinion_says_something", ~Q(text="")),
            check(
                "opinion_is_of_an_account_or_of_a_contact_who_consented",
                Q(author__isnull=False) | Q(has_consented=True),
            ),
            check(
                "opinion_is_answered_with_a_reason",
                Q(disposition="", reason="", answered_by=None, answered_at=None)
                | (
                    Q(disposition__in=Disposition.values, answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(reason="")
                ),
            ),
        )


MAKING_TRIGGERS = [
    kept("rules_rulemaking", "rulemaking_is_kept"),
    sealed(
        "rules_rulemaking",
        "rulemaking_is_of_one_version",
        "rule_version_id",
        once=("adopted_at consulted_text consultation_round",),
        also="NEW.consultation_round < OLD.consultation_round",
    ),
    kept("rules_opinion", "opinion_is_kept"),
    sealed(
        "rules_opinion",
        "opinion_stays_as_it_was_written",
        "making_id no clause_number text author_id has_consented source submitted_at text_hash",
        also="NEW.contact <> '' AND NEW.contact <> OLD.contact",
    ),
    on_insert(
        "rules_opinion",
        "opinion_comes_while_the_consultation_is_open",
        """NOT EXISTS (SELECT 1 FROM rules_rulemaking m JOIN rules_ruleversion v ON v.id = m.rule_version_id
            WHERE m.id = NEW.making_id AND m.state = 'CONSULTATION'
            AND v.consulted_from <= NEW.submitted_at AND NEW.submitted_at < v.consulted_until)""",
        problem="deadline-passed",
    ),
    on_update(
        "rules_opinion",
        "opinion_is_answered_before_adoption",
        """(NEW.disposition <> OLD.disposition OR NEW.reason <> OLD.reason) AND NOT EXISTS (
            SELECT 1 FROM rules_rulemaking m WHERE m.id = OLD.making_id AND m.state = 'CONSULTATION')""",
        problem="sealed",
    ),
    on_update(
        "rules_rulemaking",
        "rule_is_adopted_after_its_consultation",
        """NEW.state = 'ADOPTED' AND OLD.state <> 'ADOPTED' AND NOT EXISTS (
            SELECT 1 FROM rules_ruleversion v
            WHERE v.id = NEW.rule_version_id AND v.consulted_until <= NEW.adopted_at)""",
    ),
    on_update(
        "rules_rulemaking",
        "rule_is_adopted_after_every_opinion_is_answered",
        """NEW.state = 'ADOPTED' AND OLD.state <> 'ADOPTED' AND EXISTS (
            SELECT 1 FROM rules_opinion o WHERE o.making_id = NEW.id AND o.disposition = '')""",
    ),
]
