"""What an officer of the human line took down for somebody on the phone, and what the party said to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal
from casework.constraints import check
from casework.triggers import Trigger, kept, sealed


class TakenDown(models.TextChoices):
    APPEAL = "appeal", _("the appeal")
    DEMAND = "demand", _("the demand for a person")


class IdentifiedBy(models.TextChoices):
    """How the officer made sure who was on the phone."""

    NUMBER_ON_FILE = "number_on_file", _("the call was with the number that the platform has on file")
    ACCOUNT_DETAILS = "account_details", _("they answered questions about the account that an outsider cannot answer")
    DOCUMENT = "document", _("their identity document or licence was checked")


class AssistedFiling(models.Model):
    """One thing that an officer took down, for whom, and how they were identified; sealed.

    `caller` is empty for somebody who has no account here. The party answers once: `correction` says what is wrong or
    missing, and is empty where it is right.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="assisted")
    what = models.CharField(_("what was taken down"), max_length=8, choices=TakenDown)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    identified_by = models.CharField(_("how they were identified"), max_length=16, choices=IdentifiedBy)
    taken_at = models.DateTimeField(_("taken down at"))
    answered_at = models.DateTimeField(_("confirmed or corrected at"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.TextField(_("correction"), max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = _("filing on the phone")
        verbose_name_plural = _("filings on the phone")
        ordering = ("appeal_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "what"), name="assisted_filing_is_one_of_a_kind"),
            check("assisted_filing_says_how_the_caller_was_identified", Q(identified_by__in=IdentifiedBy.values)),
            check(
                "assisted_filing_is_answered_by_somebody_or_not_yet",
                Q(answered_at__isnull=True, answered_by__isnull=True, correction="")
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.appeal} {self.what}"


ASSISTED_TRIGGERS = [
    sealed(
        "appeals_assistedfiling",
        "assisted_filing_is_sealed",
        "appeal_id what officer_id caller_id identified_by taken_at",
        once=("answered_at answered_by_id correction",),
    ),
    kept("appeals_assistedfiling", "assisted_filing_is_kept"),
    Trigger(
        name="assisted_filing_is_for_somebody_of_the_party",
        table="appeals_assistedfiling",
        events=("INSERT",),
        when="""NEW.caller_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts_membership m
            JOIN appeals_appeal a ON a.party_id = m.party_id
            WHERE a.id = NEW.appeal_id AND m.user_id = NEW.caller_id AND m.ended_at IS NULL)""",
        problem="validation",
    ),
    Trigger(
        name="assisted_filing_is_by_its_officer",
        table="appeals_assistedfiling",
        events=("INSERT",),
        when="""NOT EXISTS (SELECT 1 FROM appeals_appeal a LEFT JOIN appeals_humandemand d ON d.appeal_id = a.id
            WHERE a.id = NEW.appeal_id AND (NEW.what = 'appeal' AND a.filed_by_id = NEW.officer_id
            OR NEW.what = 'demand' AND d.demanded_by_id = NEW.officer_id))""",
        problem="conflict-of-interest",
    ),
    # Whoever had to do with the measure, or judges the case, takes nothing down in it; and the other way round.
    Trigger(
        name="assisted_filing_is_by_nobody_who_judges_it",
        table="appeals_assistedfiling",
        events=("INSERT",),
        lock="PERFORM 1 FROM appeals_appeal WHERE id = NEW.appeal_id FOR UPDATE;",
        when="""EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appeal b ON b.notice_id = a.notice_id
            WHERE b.id = NEW.appeal_id AND (a.reviewer_id = NEW.officer_id OR a.first_reviewer_id = NEW.officer_id
            OR a.original_decider_id = NEW.officer_id OR EXISTS (SELECT 1 FROM appeals_firstview v
            WHERE v.appeal_id = a.id AND v.reviewer_id = NEW.officer_id)))""",
        problem="conflict-of-interest",
    ),
    Trigger(
        name="appeal_reviewer_took_nothing_down_in_it",
        table="appeals_appeal",
        events=("UPDATE",),
        only="NEW.reviewer_id IS NOT NULL",
        when="""COALESCE(NEW.reviewer_id, 0) <> COALESCE(OLD.reviewer_id, 0) AND EXISTS (SELECT 1
            FROM appeals_assistedfiling f JOIN appeals_appeal a ON a.id = f.appeal_id
            WHERE a.notice_id = NEW.notice_id AND f.officer_id = NEW.reviewer_id)""",
        problem="conflict-of-interest",
    ),
]
