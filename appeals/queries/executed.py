"""What a decided appeal says of the act of a third party that it was about, in the words of executors."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from appeals.models import Appeal, DecidedBy, DecisionPoint, Ground, Outcome, Ruling
from appeals.policies import known_to
from casework.actor import Actor
from casework.models import Event
from executors.commands import ActDecision, MeasureDecided

BY_GROUND = {
    Ground.FACTS_WRONG: "WRONG_FACT",
    Ground.EVIDENCE_WRONG: "WRONG_FACT",
    Ground.AUTHORISED: "WRONG_FACT",
    Ground.RULE_NOT_APPLICABLE: "WRONG_RULE",
    Ground.DISPROPORTIONATE: "DISPROPORTIONATE",
}


def outcome_for_executor(event: Event) -> tuple[int, ActDecision] | None:
    """The act by its key, and what this decision said of it; None where the platform acted itself.

    A measure that was reduced counts as overturned: what was done was not right as it was done.
    """
    appeal = Appeal.objects.select_related("notice").get(pk=event.case_id)
    if appeal.notice.act_id is None:
        return None
    overturned = appeal.outcome != Outcome.UPHELD
    rulings = Ruling.objects.filter(decision__appeal=appeal).exclude(outcome=Outcome.UPHELD).select_related("measure")
    return appeal.notice.act_id, ActDecision(
        source="appeal",
        source_ref=appeal.ref,
        event=event,
        decided_at=event.effective_at,
        by_person=appeal.decided_by_kind == DecidedBy.HUMAN,
        overturned=overturned,
        error_class=_in_what(appeal, [r.outcome for r in rulings]) if overturned else "",
        party_id=appeal.party_id,
        subject_number=appeal.notice.number,
        subject_ref=appeal.notice.ref,
        rulings=[
            MeasureDecided(
                no=r.measure.no,
                measure_type=r.measure.type_id,
                fell=r.outcome == Outcome.OVERTURNED,
                ends_at=r.ends_at,
                amount_minor=r.amount_minor,
                currency=r.measure.currency,
            )
            for r in rulings
        ],
    )


def _in_what(appeal: Appeal, outcomes: Sequence[str]) -> str:
    """In what it was wrong, as far as the decision shows: too heavy where every measure that did not stand was reduced.

    Where one fell outright it says in what that was wrong. Compliance says it with reasons later.
    """
    points = DecisionPoint.objects.filter(decision__appeal=appeal)
    if points.filter(kind="fact", finding="not_established").exists():
        return "WRONG_FACT"
    if Outcome.OVERTURNED not in outcomes:
        return "DISPROPORTIONATE"
    return BY_GROUND.get(Ground(appeal.ground), "PROCEDURE")


def notices_known_to(actor: Actor) -> Q:
    """The notices of which this reviewer knows the case, or somebody the end: nobody looks blindly at their acts.

    Asked of each notice: those that wait for a look are few, those that were ever decided are not.
    """
    return Q(Exists(Appeal.objects.filter(known_to(actor), notice=OuterRef("pk"))))
