"""Notices that share the cause of another's error: each is reviewed again by a person; none falls by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import Trigger, changed, kept, sealed
from notices.machine import SiblingMachine, SiblingState
from notices.models.notice import Notice


class SharedCause(models.TextChoices):
    """What a notice shares with the one that was wrong."""

    TOOL = "TOOL", _("same tool and version")
    RULE = "RULE", _("same version of a rule")
    INSTRUCTION = "INSTRUCTION", _("same instruction")
    EXECUTOR = "EXECUTOR", _("same executor, now suspended")


class SiblingReview(SiblingMachine, Case):
    """One notice to be looked at again because of one cause. It stands until a person says otherwise."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "sibling", "sib_", "S"
    OPENS_IN = (SiblingState.OPEN,)

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="sibling_reviews")
    cause_kind = models.CharField(_("what it shares"), max_length=12, choices=SharedCause)
    cause_value = models.CharField(_("which one"), max_length=200)
    origin_ref = models.CharField(_("where the error was found"), max_length=40)
    origin_number = models.CharField(max_length=40)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reasons = models.TextField(_("reasons"), max_length=8000, blank=True, default="")

    class Meta:
        verbose_name = _("second look at a notice")
        verbose_name_plural = _("second looks at notices")
        ordering = ("created_at", "id")
        indexes = (models.Index(fields=("created_at", "id"), name="sibling_by_age"),)
        constraints = (
            check("sibling_state_is_known", Q(state__in=SiblingState.values)),
            check(
                "sibling_names_its_cause", Q(cause_kind__in=SharedCause.values) & ~Q(cause_value="") & ~Q(origin_ref="")
            ),
            models.UniqueConstraint(
                fields=("notice", "cause_kind", "cause_value", "origin_ref"),
                name="sibling_is_looked_at_once_per_error",
            ),
            models.UniqueConstraint(
                fields=("notice", "cause_kind", "cause_value"),
                condition=Q(state="OPEN"),
                name="sibling_is_open_once_per_cause",
            ),
            check(
                "sibling_is_kept_by_a_person_with_reasons",
                Q(state="OPEN", decided_at__isnull=True, decided_by__isnull=True, reasons="")
                | Q(state="KEPT", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reasons="")
                | Q(state="CORRECTED", decided_at__isnull=False) & ~Q(reasons="")
                | ~Q(state__in=SiblingState.values),
            ),
        )


SIBLING_TRIGGERS = [
    kept("notices_siblingreview", "sibling_review_is_kept"),
    sealed(
        "notices_siblingreview",
        "sibling_review_stays_what_it_is",
        "notice_id cause_kind cause_value origin_ref",
        also=f"OLD.state <> 'OPEN' AND {changed('state reasons decided_by_id')}",
    ),
    Trigger(
        name="sibling_is_corrected_only_where_the_notice_fell",
        table="notices_siblingreview",
        events=("UPDATE",),
        when="""NEW.state = 'CORRECTED' AND OLD.state = 'OPEN' AND NOT EXISTS (
            SELECT 1 FROM notices_notice n WHERE n.id = NEW.notice_id AND n.state = 'REVOKED')""",
    ),
    Trigger(
        name="sibling_is_looked_at_by_somebody_else",
        table="notices_siblingreview",
        events=("UPDATE",),
        when="""NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM notices_notice n
            LEFT JOIN executors_act a ON a.id = n.act_id
            WHERE n.id = NEW.notice_id AND (n.decided_by_id = NEW.decided_by_id OR EXISTS (
                SELECT 1 FROM executors_executorperson p
                WHERE p.executor_id = a.executor_id AND p.user_id = NEW.decided_by_id)))""",
        problem="conflict-of-interest",
    ),
]
