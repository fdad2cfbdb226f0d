"""Questions of readers about a clause, and their answers (办法 8(2))."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import kept, sealed
from rules.models.rule import Clause


class Explanation(models.Model):
    """A reader's question about a clause and the answer; whoever has its address reads it, since `ref` is no guess.

    `contact` is how a reader without an account is reached; it may be emptied once it is no longer needed.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="explanations", verbose_name=_("clause"))
    language = models.CharField(max_length=10, default="zh-hans")
    question = models.TextField(_("question"), max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.CharField(_("how to reach the reader"), max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=4000, blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question about a clause")
        verbose_name_plural = _("questions about clauses")
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(answered_at__isnull=True), name="explanation_waiting"),
            models.Index(fields=("-answered_at", "id"), name="explanation_answered"),
        )
        constraints = (
            check("explanation_is_due_after_it_was_asked_for", Q(due_at__gt=models.F("asked_at"))),
            check(
                "explanation_is_given_in_words_by_somebody_or_not_yet",
                Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def is_late(self, at: datetime) -> bool:
        return self.answered_at is None and at > self.due_at


EXPLANATION_TRIGGERS = [
    sealed(
        "rules_explanation",
        "explanation_stays_what_was_asked_and_answered",
        "ref number clause_id language question asked_by_id asked_at due_at",
        once=("answered_at answer answered_by_id",),
    ),
    kept("rules_explanation", "explanation_is_kept"),
]
