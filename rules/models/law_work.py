"""What rests on a law that changed, one row for each thing that somebody has to look at."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import kept, sealed
from rules.machine import WorkMachine, WorkState
from rules.models.languages import InBothLanguages, InLanguage
from rules.models.law import LawArticle


class RestsOn(models.TextChoices):
    """What can rest on a law."""

    GROUND = "GROUND", _("ground of the burden table")
    RULE = "RULE", _("clause of a rule")
    REQUIRED = "REQUIRED", _("required item of the rules")
    WORDING = "WORDING", _("forbidden wording")
    SENTENCE = "SENTENCE", _("sentence of pages, letters or refusals")


class LawWork(WorkMachine, Case, InBothLanguages):
    """One ground, clause, required item or sentence that rests on a law with a new version or number."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "law_work", "lwk_", "B"
    OPENS_IN = (WorkState.OPEN,)

    law = models.ForeignKey(LawArticle, on_delete=models.PROTECT, related_name="work")
    kind = models.CharField(_("what rests on it"), max_length=10, choices=RestsOn)
    key = models.CharField(_("entry"), max_length=80)
    title_zh = models.TextField(_("what it says (Chinese)"))
    title_en = models.TextField(_("what it says (English)"))
    remark = models.TextField(_("what was done"), blank=True, default="")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("work about a changed law")
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("-created_at", "-id"), name="law_work_newest"),)
        constraints = (
            check("law_work_state_is_known", Q(state__in=WorkState.values)),
            check("law_work_kind_is_known", Q(kind__in=RestsOn.values)),
            check(
                "law_work_is_settled_by_somebody_in_words",
                ~Q(state=WorkState.SETTLED) & Q(settled_by=None, remark="")
                | Q(state=WorkState.SETTLED, settled_by__isnull=False) & ~Q(remark=""),
            ),
            models.UniqueConstraint(fields=("law", "kind", "key"), name="law_work_is_listed_once"),
        )

    title = InLanguage()


LAW_WORK_TRIGGERS = [
    kept("rules_lawwork", "law_work_is_kept"),
    sealed("rules_lawwork", "law_work_stays_what_it_is_about", "law_id kind key title_zh title_en"),
]
