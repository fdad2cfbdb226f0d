"""The values of clauses: what a rule version promises, as numbers that the clocks read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, on_insert, on_update, on_write
from rules.choices import OF_A_CLAUSE, Unit, phrase, within_bounds
from rules.models.rule import Clause, RuleVersion


class ClauseTerm(models.Model):
    """A promise of the procedure as one clause sets it, sealed with its version.

    The text of the clause says it in words (`phrase`), put there from this row at publication.
    """

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="terms")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="terms")
    key = models.CharField(_("promise"), max_length=40)
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)

    class Meta:
        ordering = ("version_id", "key")
        constraints = (
            models.UniqueConstraint(fields=("clause", "key"), name="clause_sets_each_value_once"),
            models.UniqueConstraint(
                fields=("version", "key"),
                condition=~Q(key__in=list(OF_A_CLAUSE)),
                name="promise_is_made_once_in_a_version",
            ),
            check("clause_term_is_within_its_bounds", within_bounds()),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.amount} {self.get_unit_display()}"

    def said(self, language: str) -> str:
        return phrase(self.amount, self.unit, language)


_PUBLISHED = "EXISTS (SELECT 1 FROM rules_ruleversion v WHERE v.id = {row}.version_id AND v.published_at IS NOT NULL)"

TERM_TRIGGERS = [
    append_only("rules_clauseterm", "clause_term_is_immutable_once_published", _PUBLISHED.format(row="OLD")),
    on_insert(
        "rules_clauseterm", "clause_term_is_not_added_after_publication", _PUBLISHED.format(row="NEW"), problem="sealed"
    ),
    on_write(
        "rules_clauseterm",
        "clause_term_is_of_the_version_of_its_clause",
        "NOT EXISTS (SELECT 1 FROM rules_clause c WHERE c.id = NEW.clause_id AND c.version_id = NEW.version_id)",
    ),
    # Otherwise two rules could promise different times for the same step, and no clock could keep both.
    on_update(
        "rules_ruleversion",
        "promise_is_made_by_one_rule_at_a_time",
        """EXISTS (SELECT 1 FROM rules_clauseterm t JOIN rules_clauseterm u ON u.key = t.key
            JOIN rules_ruleversion o ON o.id = u.version_id
            WHERE t.version_id = NEW.id AND t.key NOT IN ('points', 'points_last', 'points_threshold')
            AND o.rule_id <> NEW.rule_id AND o.published_at IS NOT NULL
            AND (o.effective_to IS NULL OR o.effective_to > NEW.effective_from)
            AND (NEW.effective_to IS NULL OR NEW.effective_to > o.effective_from))""",
        only="NEW.published_at IS NOT NULL AND OLD.published_at IS NULL",
        lock="PERFORM pg_advisory_xact_lock(hashtext('promise_is_made_by_one_rule_at_a_time'));",
        problem="validation",
    ),
]
