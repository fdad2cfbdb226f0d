"""The answers to the check list of required clauses (`rules.required`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, on_insert, on_update
from rules.models.rule import ON_RECORD, RuleVersion
from rules.required import BY_KEY, REQUIREMENTS, Requirement


class RequiredAnswer(models.Model):
    """Which clause of the version says what the law requires, or why none does."""

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="required_answers")
    key = models.CharField(max_length=30)
    clause_number = models.CharField(_("clause"), max_length=20, blank=True, default="")
    reason = models.TextField(_("why no clause says it"), blank=True, default="")

    class Meta:
        ordering = ("version_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="required_clause_is_answered_once"),
            check(
                "required_clause_is_named_or_it_is_said_why_not",
                Q(clause_number="") & ~Q(reason="") | ~Q(clause_number="") & Q(reason=""),
            ),
        )

    @property
    def requirement(self) -> Requirement | None:
        """None where a later release asks for it no more."""
        return BY_KEY.get(self.key)


def _keys(rows: tuple[Requirement, ...]) -> str:
    return ", ".join(f"'{each.key}'" for each in rows)


_ANSWERED = f"""(SELECT COUNT(*) FROM rules_requiredanswer a WHERE a.version_id = NEW.rule_version_id
    AND a.key IN ({_keys(REQUIREMENTS)})
    AND (a.reason <> '' OR EXISTS (SELECT 1 FROM rules_clause c WHERE c.version_id = a.version_id
        AND c.number = a.clause_number
        AND (c.is_major_interest OR a.key NOT IN ({_keys(tuple(r for r in REQUIREMENTS if r.prominent))})))))"""  # noqa: S608  our own constants

REQUIRED_TRIGGERS = [
    on_update(
        "rules_rulemaking",
        "rule_is_adopted_once_every_required_clause_is_answered",
        f"{_ANSWERED} < {len(REQUIREMENTS)}",
        only="NEW.state = 'ADOPTED' AND OLD.state <> 'ADOPTED'",
    ),
    append_only(
        "rules_requiredanswer",
        "required_clause_stays_answered_once_adopted",
        ON_RECORD.format(version="OLD.version_id"),
    ),
    on_insert(
        "rules_requiredanswer",
        "required_clause_is_not_answered_after_adoption",
        ON_RECORD.format(version="NEW.version_id"),
        problem="sealed",
    ),
]
