"""To whom a senior reviewer gave an appeal, and why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import given_to_somebody_present
from appeals.models.appeal import Appeal
from casework.constraints import check
from casework.triggers import append_only


class Assignment(models.Model):
    """One appeal was given to a reviewer, with a note; `taken_from` is who held it before. Append-only."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="assignments", db_index=False)  # the unique one
    no = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_from = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500)
    assigned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("assignment")
        ordering = ("appeal_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "no"), name="assignment_number_is_unique_in_appeal"),
            check("assignment_says_why", ~Q(note="")),
            check("assignment_is_to_another", Q(taken_from__isnull=True) | ~Q(taken_from=F("reviewer"))),
        )


ASSIGNMENT_TRIGGERS = [
    append_only("appeals_assignment", "assignment_is_append_only"),
    given_to_somebody_present("assignment_is_to_somebody_present", "appeals_assignment", "reviewer_id"),
]
