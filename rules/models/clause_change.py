"""What was put out for consultation, clause by clause, and why a clause reads otherwise now (办法 10, 11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, on_insert, on_update
from rules.models.languages import InBothLanguages, InLanguage
from rules.models.making import Opinion, Rulemaking


class ConsultedClause(InBothLanguages):
    """A clause as it was put out in one round of consultation. Append-only."""

    making = models.ForeignKey(Rulemaking, on_delete=models.PROTECT, db_index=False, related_name="consulted_clauses")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("clause"), max_length=20)
    title_zh = models.CharField(max_length=200, blank=True, default="")
    title_en = models.CharField(max_length=200, blank=True, default="")
    text_zh = models.TextField()
    text_en = models.TextField(blank=True, default="")
    is_major_interest = models.BooleanField(default=False)
    text_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("making_id", "round", "position")
        constraints = (
            models.UniqueConstraint(fields=("making", "round", "number"), name="consulted_clause_is_once_in_its_round"),
        )

    def __str__(self) -> str:
        return self.number

    title = InLanguage()
    text = InLanguage()


class ClauseChange(models.Model):
    """Why one clause reads otherwise than it was consulted on: an opinion that was taken up, or a correction of words.

    `text_hash` is of the text that it explains, empty where the clause was dropped; another text needs another one.
    """

    making = models.ForeignKey(Rulemaking, on_delete=models.PROTECT, db_index=False, related_name="clause_changes")
    round = models.PositiveSmallIntegerField()
    number = models.CharField(_("clause"), max_length=20)
    text_hash = models.CharField(max_length=64, blank=True, default="")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.TextField(_("what the correction mends"), blank=True, default="")
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    explained_at = models.DateTimeField()

    class Meta:
        verbose_name = _("explained change of a clause")
        ordering = ("making_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("making", "round", "number", "text_hash"), name="clause_change_is_explained_once"
            ),
            check(
                "clause_change_follows_an_opinion_or_a_correction",
                Q(opinion__isnull=False, correction="") | Q(opinion__isnull=True) & ~Q(correction=""),
            ),
        )


_AS_CONSULTED = """EXISTS (SELECT 1 FROM rules_consultedclause o WHERE o.making_id = NEW.id
    AND o.round = NEW.consultation_round AND o.number = c.number AND o.text_hash = c.text_hash
    AND o.title_zh = c.title_zh AND o.title_en = c.title_en AND o.is_major_interest = c.is_major_interest)"""
_EXPLAINED = """EXISTS (SELECT 1 FROM rules_clausechange e WHERE e.making_id = NEW.id
    AND e.round = NEW.consultation_round AND e.number = {number} AND e.text_hash = {text})"""

CLAUSE_CHANGE_TRIGGERS = [
    append_only("rules_consultedclause", "consulted_clause_stays_as_it_was_put_out"),
    append_only("rules_clausechange", "clause_change_is_append_only"),
    on_insert(
        "rules_clausechange",
        "clause_change_follows_an_opinion_that_was_taken_up",
        """NOT EXISTS (SELECT 1 FROM rules_opinion o WHERE o.id = NEW.opinion_id AND o.making_id = NEW.making_id
            AND o.disposition IN ('ADOPTED', 'PARTLY') AND o.clause_number IN (NEW.number, ''))""",
        only="NEW.opinion_id IS NOT NULL",
        problem="validation",
    ),
    on_update(
        "rules_rulemaking",
        "rule_is_adopted_as_consulted_on_or_with_every_change_explained",
        f"""EXISTS (SELECT 1 FROM rules_clause c WHERE c.version_id = NEW.rule_version_id
            AND NOT {_AS_CONSULTED} AND NOT {_EXPLAINED.format(number="c.number", text="c.text_hash")})
            OR EXISTS (SELECT 1 FROM rules_consultedclause d WHERE d.making_id = NEW.id
            AND d.round = NEW.consultation_round AND NOT EXISTS (SELECT 1 FROM rules_clause k
                WHERE k.version_id = NEW.rule_version_id AND k.number = d.number)
            AND NOT {_EXPLAINED.format(number="d.number", text="''")})""",  # noqa: S608  our own constants
        only="NEW.state = 'ADOPTED' AND OLD.state <> 'ADOPTED'",
    ),
]
