"""What an officer of the human line took down in a dispute for somebody on the phone, and what that side said to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.triggers import on_insert, on_update
from disputes.choices import ACTS_OF_A_SIDE, TAKEN_DOWN_ON_THE_PHONE, Side
from disputes.models.cases import Dispute
from helpline import callers


class TakenDown(models.TextChoices):
    DISPUTE = "dispute", _("the dispute")
    DEMAND = "demand", _("the demand for a person")


class AssistedFiling(callers.AssistedFiling):
    """One thing that an officer took down in a dispute, for one side. Only that side and staff read who and how."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="assisted")
    side = models.CharField(max_length=10, choices=Side)
    what = models.CharField(_("what was taken down"), max_length=8, choices=TakenDown)

    class Meta(callers.AssistedFiling.Meta):
        ordering = ("dispute_id", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("dispute", "side", "what"), name="dispute_assisted_filing_is_one_of_a_kind"
            ),
            *callers.checks_of_filings("dispute_assisted_filing"),
        )


def _named(types: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in types)


ASSISTED_TRIGGERS = [
    *callers.triggers_of_filings(
        "dispute_assisted_filing",
        table="disputes_assistedfiling",
        about="dispute_id side what",
        party="""SELECT CASE NEW.side WHEN 'CLAIMANT' THEN d.claimant_id WHEN 'RESPONDENT' THEN d.respondent_id END
            FROM disputes_dispute d WHERE d.id = NEW.dispute_id""",
        taken="""SELECT 1 FROM disputes_dispute d LEFT JOIN disputes_humandemand h
            ON h.dispute_id = d.id AND h.side = NEW.side
            WHERE d.id = NEW.dispute_id AND (NEW.what = 'demand' AND h.demanded_by_id = NEW.officer_id
            OR NEW.what = 'dispute' AND NEW.side = 'CLAIMANT' AND d.opened_by_id = NEW.officer_id)""",
    ),
    # Whoever acted for a side, for the platform or as the mediator takes nothing down in it; and the other way round.
    on_insert(
        "disputes_assistedfiling",
        "dispute_assisted_filing_is_by_nobody_who_handles_it",
        f"""EXISTS (SELECT 1 FROM disputes_dispute d JOIN accounts_user u ON u.id = NEW.officer_id
            WHERE d.id = NEW.dispute_id AND (u.id = d.mediator_id OR u.id = d.first_mediator_id
            OR EXISTS (SELECT 1 FROM accounts_membership m
                WHERE m.user_id = u.id AND (m.party_id = d.claimant_id OR m.party_id = d.respondent_id))
            OR EXISTS (SELECT 1 FROM casework_event e WHERE e.case_kind = 'dispute' AND e.case_id = d.id
                AND e.actor_kind = 'staff' AND e.actor_ref = u.ref
                AND e.type NOT IN ({_named(TAKEN_DOWN_ON_THE_PHONE)}))))""",  # noqa: S608  our own constants
        lock="PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR UPDATE;",
        problem="conflict-of-interest",
    ),
    on_update(
        "disputes_dispute",
        "dispute_mediator_took_nothing_down_in_it",
        """COALESCE(NEW.mediator_id, 0) <> COALESCE(OLD.mediator_id, 0) AND EXISTS (SELECT 1
            FROM disputes_assistedfiling f WHERE f.dispute_id = NEW.id AND f.officer_id = NEW.mediator_id)""",
        only="NEW.mediator_id IS NOT NULL",
        problem="conflict-of-interest",
    ),
    on_insert(
        "casework_event",
        "whoever_took_a_dispute_down_does_not_act_for_the_platform",
        """EXISTS (SELECT 1 FROM disputes_assistedfiling f JOIN accounts_user u ON u.id = f.officer_id
            WHERE f.dispute_id = NEW.case_id AND u.ref = NEW.actor_ref)""",
        only=f"NEW.case_kind = 'dispute' AND NEW.actor_kind = 'staff' AND NEW.type IN ({_named(ACTS_OF_A_SIDE)})",
        problem="conflict-of-interest",
    ),
]
