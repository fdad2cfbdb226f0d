"""What a person of compliance let pass of what the lint of wording found."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only
from rules.wording.kinds import KINDS, Text


class WordingClearance(models.Model):
    """One kind of finding in exactly one text: with another letter in it, the text has to be cleared anew.

    A clearance says that a person read the words and answers for them, not that they are lawful.
    """

    text_hash = models.CharField(max_length=64)
    kind = models.CharField(_("kind of finding"), max_length=30)
    excerpt = models.TextField(_("the words found"))
    reason = models.TextField(_("why they may stand"))
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(_("cleared at"))

    class Meta:
        verbose_name = _("clearance of wording")
        ordering = ("-cleared_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("text_hash", "kind"), name="wording_is_cleared_once_per_text_and_kind"),
            check("wording_is_cleared_with_a_reason", ~models.Q(reason="")),
        )
        indexes = (models.Index(fields=("-cleared_at", "-id"), name="wording_clearances_by_age"),)

    @property
    def article(self) -> Text:
        return KINDS[self.kind].article if self.kind in KINDS else ""


WORDING_TRIGGERS = [append_only("rules_wordingclearance", "wording_clearance_is_append_only")]
