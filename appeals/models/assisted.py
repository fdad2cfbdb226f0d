"""What an officer of the human line took down for somebody on the phone, and what the party said to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import Appeal
from casework.triggers import on_insert, on_update
from helpline import callers


class TakenDown(models.TextChoices):
    APPEAL = "appeal", _("the appeal")
    DEMAND = "demand", _("the demand for a person")


class AssistedFiling(callers.AssistedFiling):
    """One thing that an officer took down in an appeal."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="assisted")
    what = models.CharField(_("what was taken down"), max_length=8, choices=TakenDown)

    class Meta(callers.AssistedFiling.Meta):
        ordering = ("appeal_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("appeal", "what"), name="assisted_filing_is_one_of_a_kind"),
            *callers.checks_of_filings("assisted_filing"),
        )


ASSISTED_TRIGGERS = [
    *callers.triggers_of_filings(
        "assisted_filing",
        table="appeals_assistedfiling",
        about="appeal_id what",
        party="SELECT a.party_id FROM appeals_appeal a WHERE a.id = NEW.appeal_id",
        taken="""SELECT 1 FROM appeals_appeal a LEFT JOIN appeals_humandemand d ON d.appeal_id = a.id
            WHERE a.id = NEW.appeal_id AND (NEW.what = 'appeal' AND a.filed_by_id = NEW.officer_id
            OR NEW.what = 'demand' AND d.demanded_by_id = NEW.officer_id)""",
    ),
    # Whoever had to do with the measure, or judges the case, takes nothing down in it; and the other way round.
    on_insert(
        "appeals_assistedfiling",
        "assisted_filing_is_by_nobody_who_judges_it",
        """EXISTS (SELECT 1 FROM appeals_appeal a JOIN appeals_appeal b ON b.notice_id = a.notice_id
            WHERE b.id = NEW.appeal_id AND (a.reviewer_id = NEW.officer_id OR a.first_reviewer_id = NEW.officer_id
            OR a.original_decider_id = NEW.officer_id OR EXISTS (SELECT 1 FROM appeals_firstview v
            WHERE v.appeal_id = a.id AND v.reviewer_id = NEW.officer_id)))""",
        lock="PERFORM 1 FROM appeals_appeal WHERE id = NEW.appeal_id FOR UPDATE;",
        problem="conflict-of-interest",
    ),
    on_update(
        "appeals_appeal",
        "appeal_reviewer_took_nothing_down_in_it",
        """COALESCE(NEW.reviewer_id, 0) <> COALESCE(OLD.reviewer_id, 0) AND EXISTS (SELECT 1
            FROM appeals_assistedfiling f JOIN appeals_appeal a ON a.id = f.appeal_id
            WHERE a.notice_id = NEW.notice_id AND f.officer_id = NEW.reviewer_id)""",
        only="NEW.reviewer_id IS NOT NULL",
        problem="conflict-of-interest",
    ),
]
