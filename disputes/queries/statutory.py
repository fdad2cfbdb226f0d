"""The sums that the law names in a dispute, each with its paragraph; a note for the mediator and both sides."""

from dataclasses import dataclass

from casework import clock
from disputes.models import Dispute
from disputes.statutory import StatutorySum, sums_of
from rules.paragraphs import Library, Paragraph


@dataclass(frozen=True, slots=True)
class StatutoryNote:
    """One sum as it is shown."""

    sum: StatutorySum
    paragraph: Paragraph


def statutory_notes(dispute: Dispute) -> list[StatutoryNote]:
    """The notes that the ground makes possible, computed from what the order came to; nothing follows from them."""
    sums = sums_of(
        claimant=dispute.order_says.acting(dispute.ground.claimant_role),
        respondent=dispute.ground.respondent_role,
        stakes=dispute.ground.stakes,
        bases_zh=[step.basis_zh for fact in dispute.facts.all() for step in fact.row.steps.all()],
        total_minor=dispute.order_amount_minor,
        currency=dispute.currency,
    )
    library = Library(clock.now())
    return [StatutoryNote(each, library.paragraphs(each.basis_zh)[0]) for each in sums]
