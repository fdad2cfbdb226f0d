"""What a determination in effect says outside its dispute: of the measure, and of a third party's act behind it."""

from casework.models import Event
from disputes.choices import Remedy
from disputes.models import Determination, Dispute, DisputeOutcome, OfferState
from executors.commands import ActDecision

TAKES_EFFECT = ("dispute.carrying_out", "dispute.closed")
"""What was determined takes effect with the first of these: it is owed, or nothing is and the dispute ends."""


def in_effect(dispute: Dispute) -> tuple[Determination, Event] | None:
    """What was determined in the end, and the event with which it took effect.

    None before that, since a review can change it; and where both sides settled, be it during the review: then they
    ended it, and what had been determined never took effect.
    """
    events = Event.objects.filter(case_kind=Dispute.KIND, case_id=dispute.pk, type__in=TAKES_EFFECT)
    event = events.order_by("sequence").first()
    if event is None or dispute.offers.filter(state=OfferState.ACCEPTED).exists():
        return None
    newest = dispute.determinations.order_by("-round").first()
    return None if newest is None else (newest, event)


def lifted_by(event: Event) -> Dispute | None:
    """The dispute whose determination lifts the measure of its notice; None where none is lifted."""
    dispute = Dispute.objects.select_related("notice").get(pk=event.case_id)
    found = in_effect(dispute) if dispute.notice is not None else None
    return dispute if found is not None and found[0].remedy == Remedy.LIFT else None


def outcome_for_executor(event: Event) -> tuple[int, ActDecision] | None:
    """The act by its key, and what this dispute said of it; None where it says nothing, or the platform acted itself.

    It names the event with which the determination took effect, whichever of them is told, so that one dispute is one
    outcome. A claim upheld in part counts as overturned, as a measure that was reduced does: what was done was not
    right as it was done. Money, or a finding alone, in the claimant's favour says the same, and leaves the measure.
    """
    dispute = Dispute.objects.select_related("notice").get(pk=event.case_id)
    found = in_effect(dispute) if dispute.notice is not None else None
    if dispute.notice is None or dispute.notice.act_id is None or found is None:
        return None
    determination, effect = found
    overturned = determination.outcome != DisputeOutcome.NOT_SUPPORTED
    return dispute.notice.act_id, ActDecision(
        source="dispute",
        source_ref=dispute.ref,
        event=effect,
        decided_at=effect.effective_at,
        by_person=True,  # whatever the table derives from silence, a mediator determines
        overturned=overturned,
        # No finding says in what. `measure_justified` asks for the breach, the clause and the weight as one fact, on
        # purpose, and a platform that shows nothing loses it as well; `measure_taken` says only that there was a
        # measure. So it stands as the way it was taken, until compliance has found.
        error_class="PROCEDURE" if overturned else "",
        party_id=dispute.claimant_id,
        subject_number=dispute.notice.number,
        subject_ref=dispute.notice.ref,
        undoes=determination.remedy == Remedy.LIFT,
    )
