"""Notices that share the cause of another's error: each is reviewed again by a person; none falls by itself."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.models import Case
from casework.triggers import changed, kept, on_insert, on_update, sealed
from notices.machine import NoticeState, SiblingMachine, SiblingState
from notices.models.bases import Basis
from notices.models.notice import DetectionSource, Notice

NONE = Q(pk=None)
MOST_OF_TOOL = 20
"""Reviews that are open at once for one tool of the platform and one clause."""


class SharedCause(models.TextChoices):
    """What a notice shares with the one that was wrong."""

    TOOL = "TOOL", _("same tool and version")
    RULE = "RULE", _("same version of a rule")
    INSTRUCTION = "INSTRUCTION", _("same instruction")
    EXECUTOR = "EXECUTOR", _("same executor, now suspended")
    OWN_TOOL = "OWN_TOOL", _("same tool of the platform, same clause")
    OBJECT = "OBJECT", _("same object")
    LIKENESS = "LIKENESS", _("nearly the same facts")
    OFFICER = "OFFICER", _("same person, same clause")
    RESTS_ON = "RESTS_ON", _("rests on a notice that was revoked")
    PACE = "PACE", _("decided faster than anybody reads")
    UNOPENED = "UNOPENED", _("exhibits said to be opened, none opened here")
    SECOND_LOOK = "SECOND_LOOK", _("decided too hard, as reviewers concluded after a second look")


OF_A_MISTAKE = (SharedCause.OBJECT, SharedCause.LIKENESS, SharedCause.OFFICER)
"""What a notice shares with one in which a person was wrong."""
OF_AN_OFFICER = (SharedCause.PACE, SharedCause.UNOPENED)
"""What the platform states of an officer and cannot be, or is not on record: no error was found yet."""


class SiblingReview(SiblingMachine, Case):
    """One notice to be looked at again because of one cause. It stands until a person says otherwise."""

    KIND, REF_PREFIX, NUMBER_PREFIX = "sibling", "sib_", "S"
    OPENS_IN = (SiblingState.OPEN,)

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="sibling_reviews")
    cause_kind = models.CharField(_("what it shares"), max_length=12, choices=SharedCause)
    cause_value = models.CharField(_("which one"), max_length=200)
    clause = models.ForeignKey(
        "rules.Clause",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("clause"),
    )  # of its version, where the cause is a tool of the platform; indexed by what makes the review unique
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
            check(
                "sibling_by_tool_names_its_clause",
                Q(cause_kind="OWN_TOOL", clause__isnull=False) | ~Q(cause_kind="OWN_TOOL") & Q(clause__isnull=True),
            ),
            models.UniqueConstraint(
                fields=("clause", "cause_value", "notice"),
                condition=Q(cause_kind="OWN_TOOL"),
                name="sibling_by_tool_is_looked_at_once_per_clause",
            ),
            models.UniqueConstraint(
                fields=("cause_kind", "cause_value"),
                condition=Q(state=SiblingState.OPEN, cause_kind__in=OF_AN_OFFICER),
                name="officer_is_flagged_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("notice", "cause_kind", "cause_value"),
                condition=Q(state=SiblingState.OPEN),
                name="sibling_is_open_once_per_cause",
            ),
            check(
                "sibling_is_kept_by_a_person_with_reasons",
                Q(state=SiblingState.OPEN, decided_at__isnull=True, decided_by__isnull=True, reasons="")
                | Q(state=SiblingState.KEPT, decided_at__isnull=False, decided_by__isnull=False) & ~Q(reasons="")
                | Q(state=SiblingState.CORRECTED, decided_at__isnull=False) & ~Q(reasons="")
                | ~Q(state__in=SiblingState.values),
            ),
        )

    @property
    def clause_name(self) -> str:
        """The clause with its rule and version, where the cause is a tool of the platform."""
        if self.clause is None:
            return ""
        version = self.clause.version
        words = {"name": version.rule.name, "version": version.number, "clause": self.clause.number}
        return _("%(name)s %(version)s, clause %(clause)s") % words

    @property
    def shared(self) -> str:
        """Which tool, clause or rule version it shares; empty where the kind of the cause and its origin say all."""
        if self.clause is not None:
            return f"{self.cause_value} · {self.clause_name}"
        kinds = (SharedCause.TOOL, SharedCause.RULE, *OF_A_MISTAKE, *OF_AN_OFFICER)
        return self.cause_value if self.cause_kind in kinds else ""


def notices_of_tool(tool: str, clause_id: int) -> QuerySet[Any, Any]:
    """The notices in force that come from this tool and rest on this clause, by their keys, the newest first.

    One that was reduced, or is under appeal, a person has decided on or will. Read from the bases, so that the index
    of those of one clause gives the order and a few are found without reading the rest.
    """
    of_tool = Q(notice__detection_source=DetectionSource.MACHINE, notice__detection_tool=tool) | (
        ~Q(notice__detection_source=DetectionSource.MACHINE) & Q(notice__decision_tool=tool)
    )
    rows = Basis.objects.filter(of_tool, clause_id=clause_id, notice__state=NoticeState.IN_FORCE)
    return rows.order_by("-notice_id").values("notice_id").distinct()


def unseen_of_tool(tool: str, clause_id: int, but: Q = NONE) -> QuerySet[Any, Any]:
    """Those of them at which nobody looked, or is to look, because of this tool and clause; nor because of `but`."""
    looks = SiblingReview.objects.filter(
        Q(clause_id=clause_id) | but, notice=OuterRef("notice"), cause_kind=SharedCause.OWN_TOOL, cause_value=tool
    )
    return notices_of_tool(tool, clause_id).exclude(Exists(looks))


SIBLING_TRIGGERS = [
    kept("notices_siblingreview", "sibling_review_is_kept"),
    sealed(
        "notices_siblingreview",
        "sibling_review_stays_what_it_is",
        "notice_id cause_kind cause_value clause_id origin_ref",
        also=f"OLD.state <> 'OPEN' AND {changed('state reasons decided_by_id')}",
    ),
    on_insert(
        "notices_siblingreview",
        "sibling_by_tool_shares_tool_and_clause",
        """NOT EXISTS (SELECT 1 FROM notices_notice n JOIN notices_basis b ON b.notice_id = n.id
            WHERE n.id = NEW.notice_id AND b.clause_id = NEW.clause_id AND NEW.cause_value =
                CASE WHEN n.detection_source = 'MACHINE' THEN n.detection_tool ELSE n.decision_tool END)""",
        only="NEW.cause_kind = 'OWN_TOOL' AND NEW.clause_id IS NOT NULL",
        problem="validation",
    ),
    # Where an appeal or a dispute says it, the law is in the app that knows these.
    on_insert(
        "notices_siblingreview",
        "sibling_by_tool_follows_what_a_person_found",
        """NOT EXISTS (SELECT 1 FROM notices_siblingreview s
            WHERE s.ref = NEW.origin_ref AND s.state = 'CORRECTED' AND s.decided_by_id IS NOT NULL
            AND s.cause_kind = NEW.cause_kind AND s.cause_value = NEW.cause_value AND s.clause_id = NEW.clause_id)""",
        only="NEW.clause_id IS NOT NULL AND SUBSTR(NEW.origin_ref, 1, 4) NOT IN ('apl_', 'dsp_')",
        problem="validation",
    ),
    on_update(
        "notices_siblingreview",
        "sibling_is_corrected_only_where_the_notice_fell",
        """NEW.state = 'CORRECTED' AND OLD.state = 'OPEN' AND NOT EXISTS (
            SELECT 1 FROM notices_notice n WHERE n.id = NEW.notice_id AND n.state = 'REVOKED')""",
    ),
    on_update(
        "notices_siblingreview",
        "sibling_is_looked_at_by_somebody_else",
        """NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM notices_notice n
            LEFT JOIN executors_act a ON a.id = n.act_id
            WHERE n.id = NEW.notice_id AND (n.decided_by_id = NEW.decided_by_id OR EXISTS (
                SELECT 1 FROM executors_executorperson p
                WHERE p.executor_id = a.executor_id AND p.user_id = NEW.decided_by_id)))""",
        problem="conflict-of-interest",
    ),
]
