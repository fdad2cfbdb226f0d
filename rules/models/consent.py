"""What parties agreed to in so many words (办法 16), and which versions do not apply to a party, in SQL."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.triggers import append_only, on_insert
from rules.models.rule import RuleVersion


class RuleConsent(models.Model):
    """A person agreed to a version for the party that they act for. There is no row for silence, and none is taken
    back: who does not accept a version after all leaves (办法 14).
    """

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="rule_consents")
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("consent to a rule version")
        ordering = ("-given_at", "-id")
        indexes = (models.Index(fields=("-given_at", "-id"), name="consent_newest"),)
        constraints = (
            models.UniqueConstraint(fields=("party", "version"), name="consent_is_one_per_party_and_version"),
        )

    def __str__(self) -> str:
        return f"{self.party} {self.version}"


CONSENT_TRIGGERS = [
    append_only("rules_ruleconsent", "consent_is_kept_as_it_was_given"),
    on_insert(
        "rules_ruleconsent",
        "consent_is_given_by_somebody_who_acts_for_the_party",
        """NOT EXISTS (SELECT 1 FROM accounts_membership m WHERE m.party_id = NEW.party_id
            AND m.user_id = NEW.given_by_id AND m.role IN ('owner', 'manager') AND m.started_at <= NEW.given_at
            AND (m.ended_at IS NULL OR m.ended_at > NEW.given_at))""",
        problem="validation",
    ),
    on_insert(
        "rules_ruleconsent",
        "consent_is_to_what_was_published_before",
        """NOT EXISTS (SELECT 1 FROM rules_ruleversion v WHERE v.id = NEW.version_id
            AND v.published_at <= NEW.given_at AND v.withdrawn_at IS NULL)""",
        problem="validation",
    ),
]


def _not_agreed(start: str) -> str:
    return f"""EXISTS (SELECT 1 FROM rules_ruleversion a JOIN accounts_party p ON p.id = n.party_id
    WHERE a.rule_id = v.rule_id AND a.published_at IS NOT NULL AND a.withdrawn_at IS NULL
    AND a.effective_from <= {start} AND (
        (a.consent = 'ASKED' AND a.binds IN ('EVERYBODY', p.kind) AND p.created_at <= a.published_at)
        OR (a.consent <> 'NEUTRAL' AND a.forced_by_id IS NULL AND EXISTS (SELECT 1 FROM rules_paidmembership m
            WHERE m.party_id = p.id AND m.rule_id = a.rule_id AND m.starts_at < a.effective_from
            AND n.conduct_at < m.until)))
    AND NOT EXISTS (SELECT 1 FROM rules_ruleconsent k JOIN rules_ruleversion w ON w.id = k.version_id
        WHERE k.party_id = p.id AND w.rule_id = a.rule_id AND w.effective_from >= a.effective_from
        AND k.given_at <= n.conduct_at))"""  # noqa: S608  our own tables


REJECTED_BY = f"""(EXISTS (SELECT 1 FROM rules_ruleexit x JOIN rules_ruleversion r ON r.id = x.rejected_id
    WHERE x.party_id = n.party_id AND r.rule_id = v.rule_id AND v.effective_from >= r.effective_from
    AND (x.withdrawn_at IS NULL OR n.conduct_at < x.withdrawn_at)) OR {_not_agreed("v.effective_from")})"""  # noqa: S608
"""SQL: that the party of notice `n` left rather than accept version `v` or one before it, or was asked to agree to one
of these, or is a member whose paid term began before it, and has not.
"""
KEPT_FOR = f"""(EXISTS (SELECT 1 FROM rules_ruleexit x WHERE x.party_id = n.party_id AND x.under_id = v.id
    AND (x.withdrawn_at IS NULL OR n.conduct_at < x.withdrawn_at))
    OR EXISTS (SELECT 1 FROM rules_ruleversion s JOIN accounts_party p ON p.id = n.party_id
    WHERE s.rule_id = v.rule_id AND s.effective_from = v.effective_to AND s.published_at IS NOT NULL
    AND s.withdrawn_at IS NULL AND n.conduct_at < s.old_until AND s.old_for IN ('EVERYBODY', p.kind)
    AND p.created_at <= s.published_at)
    OR {_not_agreed("v.effective_to")})"""  # noqa: S608  our own tables
"""SQL: that version `v` goes on for the party of notice `n`: it leaves under it, the next one gives it time, or it has
not agreed to the next one.
"""
