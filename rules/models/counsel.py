"""Counsel's signatures: each under one very text, of a ground, a rule version or a law, for everybody to see."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, on_insert, sealed
from rules.machine import SignatureMachine, SignatureState


class Signed(models.TextChoices):
    """What counsel signs."""

    GROUND = "GROUND", _("ground of the burden table")
    RULE_VERSION = "RULE_VERSION", _("rule version")
    LAW_ARTICLE = "LAW_ARTICLE", _("text of a law")


class CounselSignature(SignatureMachine, Case):
    """Somebody with the role of counsel signed the text with this SHA-256; another text has no signature.

    `key` names what was signed: the code of a ground, rule and number of a version, instrument and place of a law.
    """

    KIND, REF_PREFIX, NUMBER_PREFIX = "counsel_signature", "sgn_", "G"
    OPENS_IN = (SignatureState.GIVEN,)

    subject = models.CharField(_("what is signed"), max_length=20, choices=Signed)
    key = models.CharField(_("entry"), max_length=80)
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    remark = models.TextField(_("remark of counsel"), blank=True, default="")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True, default="")

    class Meta:
        verbose_name = _("signature of counsel")
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("-created_at", "-id"), name="counsel_signature_newest"),
            models.Index(fields=("subject", "key", "text_sha256"), name="counsel_signature_by_text"),
        )
        constraints = (
            check("counsel_signature_state_is_known", Q(state__in=SignatureState.values)),
            check("counsel_signature_subject_is_known", Q(subject__in=Signed.values)),
            check(
                "counsel_signature_is_withdrawn_for_a_reason",
                ~Q(state=SignatureState.WITHDRAWN) & Q(withdrawn_reason="")
                | Q(state=SignatureState.WITHDRAWN) & ~Q(withdrawn_reason=""),
            ),
            models.UniqueConstraint(
                fields=("subject", "key", "text_sha256", "signed_by"),
                condition=Q(state=SignatureState.GIVEN),
                name="counsel_signs_a_text_once",
            ),
        )

    @property
    def is_given(self) -> bool:
        return bool(self.state == SignatureState.GIVEN)

    @property
    def state_note(self) -> str:
        return self.withdrawn_reason


COUNSEL_TRIGGERS = [
    kept("rules_counselsignature", "counsel_signature_is_kept"),
    sealed(
        "rules_counselsignature",
        "counsel_signature_stays_under_its_text",
        "subject key text_sha256 remark signed_by_id",
    ),
    on_insert(
        "rules_counselsignature",
        "counsel_signature_is_by_counsel",
        """NOT EXISTS (SELECT 1 FROM accounts_staffrole r WHERE r.user_id = NEW.signed_by_id
            AND r.role = 'counsel' AND r.ended_at IS NULL)""",
    ),
    on_insert(
        "rules_counselsignature",
        "counsel_signature_of_a_rule_is_under_its_text",
        """NOT EXISTS (SELECT 1 FROM rules_ruleversion v JOIN rules_platformrule p ON p.id = v.rule_id
            WHERE p.code || ' ' || v.number = NEW.key AND v.text_hash = NEW.text_sha256
            AND v.published_at IS NOT NULL)""",
        only="NEW.subject = 'RULE_VERSION'",
    ),
    on_insert(
        "rules_counselsignature",
        "counsel_signature_of_a_law_is_under_its_text",
        """NOT EXISTS (SELECT 1 FROM rules_lawarticle a WHERE a.instrument || ' ' || a.article = NEW.key
            AND a.text_sha256 = NEW.text_sha256 AND a.change_id IS NOT NULL)""",
        only="NEW.subject = 'LAW_ARTICLE'",
    ),
]
