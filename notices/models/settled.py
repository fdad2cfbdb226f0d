"""What was settled by an overturn, what rests on what, and the laws that make an overturn hold."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, on_insert
from notices.models.notice import Notice


class SettledFinding(models.Model):
    """One finding that was overturned: this object of this party did not breach this clause at that time. Append-only.

    The clause is one of a rule, whatever its version, or an article of a law; with neither it was an agreement's. A
    later notice that says the same again is refused unless it names this decision, and what is new.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="settled_findings")
    party = models.ForeignKey("accounts.Party", on_delete=models.PROTECT, related_name="+")
    party_number = models.CharField(_("number in the platform's own system"), max_length=100, blank=True, default="")
    party_key = models.CharField(max_length=64, blank=True, default="")
    """The hash of a merchant's name, by which it is known under another client; nothing of a consumer's."""
    object_ref = models.CharField(_("object number"), max_length=100)
    object_label = models.CharField(_("object"), max_length=200)
    rule = models.ForeignKey(
        "rules.PlatformRule", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    instrument = models.CharField(max_length=40, blank=True, default="")
    clause_number = models.CharField(_("clause"), max_length=20)
    clause_hash = models.CharField(max_length=64)
    conduct_from = models.DateTimeField()
    conduct_until = models.DateTimeField()
    cause = models.CharField(_("what decided it"), max_length=64)
    cause_number = models.CharField(max_length=40, blank=True, default="")
    reasons = models.TextField(_("reasons"), blank=True, default="")
    settled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("settled finding")
        ordering = ("-settled_at", "-id")
        indexes = (
            models.Index(fields=("party_number",), condition=~Q(party_number=""), name="settled_by_party_number"),
            models.Index(fields=("party_key",), condition=~Q(party_key=""), name="settled_by_party_key"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "object_ref", "clause_hash", "clause_number"), name="finding_is_settled_once"
            ),
            check("settled_finding_covers_a_time", Q(conduct_from__lt=F("conduct_until"))),
        )


def overturn_of(notice: Notice | None) -> SettledFinding | None:
    """The newest decision that revoked a measure of the notice; None where none did, or there is no notice."""
    return None if notice is None else notice.settled_findings.first()


class Ground(models.Model):
    """An earlier notice to the same party on which a later one rests. Append-only."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, db_index=False, related_name="grounds")
    earlier = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="resting")

    class Meta:
        ordering = ("notice_id", "earlier_id")
        constraints = (
            models.UniqueConstraint(fields=("notice", "earlier"), name="notice_rests_on_another_once"),
            check("notice_rests_on_one_before_it", Q(earlier_id__lt=F("notice_id"))),
        )


SAME_PARTY = """(f.party_id = n.party_id OR f.party_number <> '' AND EXISTS (SELECT 1 FROM accounts_party p
    WHERE p.id = n.party_id AND p.external_ref = f.party_number))"""
SAME_CLAUSE = """(EXISTS (SELECT 1 FROM rules_clause c JOIN rules_ruleversion v ON v.id = c.version_id
        WHERE c.id = NEW.clause_id AND v.rule_id = f.rule_id
        AND (c.number = f.clause_number OR c.text_hash = f.clause_hash))
    OR EXISTS (SELECT 1 FROM rules_lawarticle a WHERE a.id = NEW.law_article_id
        AND f.instrument <> '' AND a.instrument = f.instrument AND a.article = f.clause_number)
    OR NEW.kind = 'AGREEMENT' AND f.rule_id IS NULL AND f.instrument = '' AND NEW.text_hash = f.clause_hash)"""
ANSWERS_IT = """(n.contradicts_id = f.notice_id AND n.decided_by_id IS NOT NULL AND n.what_is_new <> ''
    AND EXISTS (SELECT 1 FROM notices_exhibit e WHERE e.notice_id = n.id AND NOT EXISTS (
        SELECT 1 FROM notices_exhibit was WHERE was.notice_id = f.notice_id AND was.sha256 = e.sha256)))"""

SETTLED_TRIGGERS = [
    append_only("notices_settledfinding", "settled_finding_is_append_only"),
    append_only("notices_ground", "ground_is_append_only"),
    on_insert(
        "notices_settledfinding",
        "finding_is_settled_by_an_overturn",
        """NOT EXISTS (SELECT 1 FROM notices_measure m JOIN notices_notice n ON n.id = m.notice_id
            WHERE n.id = NEW.notice_id AND n.party_id = NEW.party_id AND m.object_ref = NEW.object_ref
            AND m.state = 'REVOKED')""",
    ),
    on_insert(
        "notices_ground",
        "notice_rests_on_one_of_its_party",
        """NOT EXISTS (SELECT 1 FROM notices_notice n JOIN notices_notice o ON o.party_id = n.party_id
            WHERE n.id = NEW.notice_id AND o.id = NEW.earlier_id AND o.state <> 'REVOKED')""",
        problem="validation",
    ),
    # Measures and exhibits are stored before the bases, so that the notice is whole when it is asked.
    on_insert(
        "notices_basis",
        "settled_finding_is_not_made_again",
        f"""EXISTS (SELECT 1 FROM notices_notice n JOIN notices_settledfinding f ON {SAME_PARTY}
            JOIN notices_measure m ON m.notice_id = n.id AND m.object_ref = f.object_ref
            WHERE n.id = NEW.notice_id AND n.conduct_at >= f.conduct_from AND n.conduct_at <= f.conduct_until
            AND {SAME_CLAUSE} AND NOT {ANSWERS_IT})""",  # noqa: S608  our own constants
        only=f"""EXISTS (SELECT 1 FROM notices_notice n JOIN notices_settledfinding f ON {SAME_PARTY}
            WHERE n.id = NEW.notice_id)""",  # noqa: S608  our own constants
        problem="settled-before",
    ),
]
