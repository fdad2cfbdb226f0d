"""The appraisal of goods by a testing body: who tests what, who pays first, and through whose hands the goods went."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.constraints import check
from casework.triggers import append_only, kept, on_insert, on_update, sealed
from disputes.choices import Side
from disputes.models.cases import Dispute


class AppraisalState(models.TextChoices):
    PROPOSED = "PROPOSED", _("proposed")
    REFUSED = "REFUSED", _("refused")
    REPLACED = "REPLACED", _("replaced")
    UNDER_WAY = "UNDER_WAY", _("under way")
    REPORTED = "REPORTED", _("reported")
    CALLED_OFF = "CALLED_OFF", _("called off")


class Appraisal(models.Model):
    """One appraisal (实施条例 47): by a body on which both sides agreed, or which an authority designated.

    Sealed but for who agreed and how it went. `pays_first` says who advances the cost; who bears it in the end follows
    from what is determined.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="appraisals")
    no = models.PositiveSmallIntegerField()
    body = models.CharField(_("testing body"), max_length=200)
    item = models.CharField(_("what is tested"), max_length=300)
    question = models.CharField(_("question"), max_length=500)
    authority = models.CharField(_("designated by, with the number"), max_length=200, blank=True, default="")
    pays_first = models.CharField(_("pays first"), max_length=10, choices=Side)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    claimant_agreed_at = models.DateTimeField(null=True, blank=True)
    respondent_agreed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=AppraisalState, default=AppraisalState.PROPOSED)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.CharField(_("number of the report"), max_length=200, blank=True, default="")
    findings = models.CharField(_("what it found, or why it was called off"), max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = _("appraisal")
        ordering = ("dispute_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("dispute", "no"), name="appraisal_number_is_unique_in_dispute"),
            models.UniqueConstraint(
                fields=("dispute",),
                condition=Q(state__in=[AppraisalState.PROPOSED, AppraisalState.UNDER_WAY]),
                name="appraisal_is_open_once_per_dispute",
            ),
            check(
                "appraisal_names_body_item_question_and_who_pays_first",
                ~Q(body="") & ~Q(item="") & ~Q(question="") & Q(pays_first__in=Side.values),
            ),
            check(
                "appraisal_is_by_a_body_agreed_on_or_designated",
                Q(
                    state__in=[AppraisalState.PROPOSED, AppraisalState.REFUSED, AppraisalState.REPLACED],
                    begun_at__isnull=True,
                )
                | Q(
                    state__in=[AppraisalState.UNDER_WAY, AppraisalState.REPORTED, AppraisalState.CALLED_OFF],
                    begun_at__isnull=False,
                )
                & (~Q(authority="") | Q(claimant_agreed_at__isnull=False, respondent_agreed_at__isnull=False)),
            ),
            check(
                "appraisal_that_ended_says_what_came_of_it",
                Q(state=AppraisalState.REPORTED, ended_at__isnull=False) & ~Q(report="") & ~Q(findings="")
                | Q(state=AppraisalState.CALLED_OFF, ended_at__isnull=False) & ~Q(findings="")
                | Q(state__in=[AppraisalState.PROPOSED, AppraisalState.UNDER_WAY], ended_at__isnull=True)
                | Q(state__in=[AppraisalState.REFUSED, AppraisalState.REPLACED], ended_at__isnull=False),
            ),
        )


class CustodyStep(models.Model):
    """The goods went from one pair of hands to another, in this condition, under this seal. Append-only."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="custody")
    no = models.PositiveSmallIntegerField()
    from_holder = models.CharField(_("from"), max_length=200)
    to_holder = models.CharField(_("to"), max_length=200)
    condition = models.CharField(_("when, condition and seal"), max_length=500)
    recorded_by_ref = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("appraisal_id", "no")
        constraints = (
            models.UniqueConstraint(fields=("appraisal", "no"), name="custody_step_number_is_unique_in_appraisal"),
            check("custody_step_says_from_whom_to_whom_how", ~Q(from_holder="") & ~Q(to_holder="") & ~Q(condition="")),
        )


APPRAISAL_TRIGGERS = [
    sealed(
        "disputes_appraisal",
        "appraisal_stands_as_it_was_proposed",
        "dispute_id no body item question authority pays_first",
        also="OLD.ended_at IS NOT NULL",
    ),
    kept("disputes_appraisal", "appraisal_is_kept"),
    append_only("disputes_custodystep", "custody_step_is_append_only"),
    on_insert(
        "disputes_custodystep",
        "custody_step_is_of_an_appraisal_under_way",
        """NOT EXISTS (SELECT 1 FROM disputes_appraisal a
            WHERE a.id = NEW.appraisal_id AND a.state = 'UNDER_WAY')""",
    ),
    on_update(
        "disputes_dispute",
        "dispute_waits_only_for_an_appraisal_under_way",
        """NEW.state = 'APPRAISING' AND OLD.state <> 'APPRAISING' AND NOT EXISTS (
            SELECT 1 FROM disputes_appraisal a WHERE a.dispute_id = NEW.id AND a.state = 'UNDER_WAY')""",
    ),
    on_update(
        "disputes_dispute",
        "dispute_goes_on_only_after_its_appraisal",
        """OLD.state = 'APPRAISING' AND NEW.state <> 'APPRAISING' AND EXISTS (
            SELECT 1 FROM disputes_appraisal a WHERE a.dispute_id = NEW.id AND a.state = 'UNDER_WAY')""",
    ),
]
