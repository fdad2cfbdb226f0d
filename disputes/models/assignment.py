"""To whom oversight gave a dispute, and why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import given_to_somebody_present
from casework.constraints import check
from casework.triggers import append_only
from disputes.models.cases import Dispute


class DisputeAssignment(models.Model):
    """One dispute was given to a mediator, with a note; `taken_from` is who held it before. Append-only."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="assignments", db_index=False)  # the unique one
    no = models.PositiveSmallIntegerField()
    mediator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_from = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=500)
    assigned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("assignment of a dispute")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="assignment_number_is_unique_in_dispute"),
            check("dispute_assignment_says_why", ~Q(note="")),
            check("dispute_assignment_is_to_another", Q(taken_from__isnull=True) | ~Q(taken_from=F("mediator"))),
        )


ASSIGNMENT_TRIGGERS = [
    append_only("disputes_disputeassignment", "dispute_assignment_is_append_only"),
    given_to_somebody_present("dispute_assignment_is_to_somebody_present", "disputes_disputeassignment", "mediator_id"),
]
