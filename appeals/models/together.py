"""Which appeals were filed together. Each is an appeal like any other; what was filed once for all is said here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal, Ground
from casework.constraints import check
from casework.triggers import append_only, on_insert

MOST_TOGETHER = 500
"""So many notices are appealed in one filing at most."""


class AppealGroup(models.Model):
    """One filing over several notices of one party: who, when, and what was said for all of them. Append-only.

    It is no case: it has no state, no window and no decision, since each of its appeals has its own.
    """

    ref = models.CharField(max_length=40, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    party = models.ForeignKey("accounts.Party", models.PROTECT, related_name="+", verbose_name=_("appellant"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("filed at"))
    ground = models.CharField(_("ground"), max_length=24, choices=Ground)
    statement = models.TextField(_("statement"), max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = _("group of appeals")
        ordering = ("-filed_at", "-id")
        constraints = (check("appeal_group_ground_is_known", Q(ground__in=Ground.values)),)

    def __str__(self) -> str:
        return self.number


class GroupedAppeal(models.Model):
    """An appeal that was filed in a group, and its place there, from 1: the first is the lead case. Append-only."""

    group = models.ForeignKey(AppealGroup, models.PROTECT, db_index=False, related_name="members")
    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="grouped")
    no = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("group_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("group", "no"), name="grouped_appeal_number_is_unique"),
            check("appeal_group_is_of_500_at_most", Q(no__gte=1, no__lte=MOST_TOGETHER)),
        )


TOGETHER_TRIGGERS = [
    append_only("appeals_appealgroup", "appeal_group_is_append_only"),
    append_only("appeals_groupedappeal", "grouped_appeal_is_append_only"),
    on_insert(
        "appeals_groupedappeal",
        "grouped_appeal_was_filed_with_its_group",
        """NOT EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appealgroup g ON g.id = NEW.group_id
            WHERE a.id = NEW.appeal_id AND a.party_id = g.party_id AND a.filed_by_id = g.filed_by_id
            AND a.filed_at = g.filed_at AND a.ground = g.ground)""",
        problem="validation",
    ),
    # What is said once for many repeats itself, so that nothing but a person's own look at each is left.
    on_insert(
        "appeals_groupedappeal",
        "grouped_appeal_is_for_a_person",
        "EXISTS (SELECT 1 FROM appeals_appeal a WHERE a.id = NEW.appeal_id AND a.review <> 'human')",
        problem="validation",
    ),
]
