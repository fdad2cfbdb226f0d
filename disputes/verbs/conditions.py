"""Conditions of the verbs of a dispute: their parts, when they are open, and who may where the part decides.

Functions of `casework.verbs.Verb`, all with its signatures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.roles import CAN_FILE
from casework.actor import Actor
from casework.errors import CaseError
from disputes import policies
from disputes.choices import ObjectionGround, Side
from disputes.machine import BEFORE_MEDIATOR, DisputeState, FactState
from disputes.models import (
    AppraisalState,
    Dispute,
    EvidenceKind,
    FactAtIssue,
    IdentityState,
    Obligation,
    ObligationState,
    Offer,
    OfferState,
    PullState,
    Submission,
)
from disputes.policies import pays, role_on_side, side_of
from disputes.queries import offers_shown_to
from disputes.terms import terms_claimed
from disputes.windows import adding_closes, window_closes
from operations import outages

# — what verbs are about —


@dataclass(frozen=True, slots=True)
class SideFact:
    """A fact at issue for one side now: whether it can show something or say that it has nothing more, until when."""

    fact: FactAtIssue
    can_show: bool
    can_answer: bool
    due_at: datetime | None

    @property
    def no(self) -> int:
        return self.fact.no


def facts_of_side(actor: Actor, dispute: Dispute, now: datetime) -> Iterable[SideFact]:
    side, spans = side_of(actor, dispute), outages.ledger()
    is_early = dispute.state in BEFORE_MEDIATOR
    for fact in all_facts(actor, dispute, now):
        waiting = [s for s in fact.submissions.all() if s.side != side and s.answered_at is None]
        adding = adding_closes(fact, side, spans) if dispute.state == DisputeState.EVIDENCE else None
        until = max((at for at in (*(s.answerable_until for s in waiting), adding) if at is not None), default=None)
        closes = window_closes(fact, spans)
        can_produce = not fact.is_settled and (is_early or (closes is not None and now <= closes))
        yield SideFact(
            fact,
            can_show=can_produce or (until is not None and now <= until),
            can_answer=(adding is not None and now <= adding)
            or any(now <= s.answerable_until and _answers(dispute, side, s) for s in waiting),
            due_at=closes if can_produce else until,
        )


def _answers(dispute: Dispute, side: Side | None, submission: Submission) -> bool:
    """Whether this side's word ends the time to answer: between two parties neither the platform's nor to it."""
    return dispute.respondent_id is None or Side.PLATFORM not in (side, submission.side)


def all_facts(actor: Actor, dispute: Dispute, now: datetime) -> list[FactAtIssue]:
    return sorted(dispute.facts.all(), key=lambda fact: fact.no)


def facts_to_object_to(actor: Actor, dispute: Dispute, now: datetime) -> list[FactAtIssue]:
    """The facts about which something is on file to which this side has not made every objection."""
    side = side_of(actor, dispute)
    facts = {
        item.fact.no: item.fact
        for item in dispute.evidence.all()
        if item.submission_id is not None
        and (item.side != side or item.kind == EvidenceKind.RECORD)
        and len([o for o in item.objections.all() if o.side == side]) < len(ObjectionGround)
    }
    return [facts[no] for no in sorted(facts)]


def open_offers(actor: Actor, dispute: Dispute, now: datetime) -> list[Offer]:
    """The offers that this side has not answered; for the mediator, the platform's own proposal."""
    side = side_of(actor, dispute)
    return [
        offer
        for offer in offers_shown_to(actor, dispute)
        if offer.state == OfferState.OPEN and all(answer.side != side for answer in offer.answers.all())
    ]


def owed_now(actor: Actor, dispute: Dispute, now: datetime) -> list[Obligation]:
    open_states = (ObligationState.OWED, ObligationState.REPORTED)
    rows = [row for row in dispute.obligations.all() if row.state in open_states and row.due_at is not None]
    return sorted(rows, key=lambda row: row.no)


# — when it is time —


def can_be_missing(actor: Actor, dispute: Dispute, now: datetime, row: Obligation) -> bool:
    """Whether it can be said not to have arrived: it is due and nobody said so yet, or it is said to be done."""
    is_due = row.due_at is not None and row.due_at <= now and row.not_received_at is None
    return row.state == ObligationState.REPORTED or is_due


def is_unanswered(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return dispute.answered_at is None


def can_be_escalated(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return dispute.answered_at is not None or now >= dispute.is_called_in_from


def is_for_a_side(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return side_of(actor, dispute) is not None


def claim_can_be_met(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return terms_claimed(dispute) is not None


def has_records(actor: Actor, dispute: Dispute, now: datetime, part: SideFact) -> bool:
    """The platform holds records about this fact, and they are not being fetched for this side already."""
    side = side_of(actor, dispute)
    holds = any(step.holds for step in part.fact.row.steps.all())
    return (
        part.can_show
        and holds
        and not any(p.side == side and p.state == PullState.ASKED for p in part.fact.pulls.all())
    )


def appraisal_waits_for_side(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    """Whether a test was proposed that this side has not agreed to yet."""
    agreed = "claimant_agreed_at" if side_of(actor, dispute) is Side.CLAIMANT else "respondent_agreed_at"
    return any(a.state == AppraisalState.PROPOSED and getattr(a, agreed) is None for a in dispute.appraisals.all())


def was_taken_down(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    """Whether something that an officer took down for this side waits for its word."""
    side = side_of(actor, dispute)
    return any(row.side == side and row.answered_at is None for row in dispute.assisted.all())


def identity_is_asked_for(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return any(row.state == IdentityState.ASKED for row in dispute.identity_requests.all())


def identity_can_be_asked_for(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return not identity_is_asked_for(actor, dispute, now)


def identity_was_given(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    rows = dispute.identity_requests.all()
    return any(row.state == IdentityState.GIVEN and row.purged_at is None for row in rows)


def has_not_accepted(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    is_claimant = side_of(actor, dispute) is Side.CLAIMANT
    return (dispute.claimant_accepted_at if is_claimant else dispute.respondent_accepted_at) is None


def can_be_reviewed(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    in_time = dispute.review_closes_at is None or now <= dispute.review_closes_at
    return dispute.round == 1 and in_time and has_not_accepted(actor, dispute, now)


def can_be_ruled(actor: Actor, dispute: Dispute, now: datetime, fact: FactAtIssue) -> bool:
    if dispute.state == DisputeState.EVIDENCE:
        adding = (adding_closes(fact, side) for side in Side)
        if not (fact.awaits_ruling or fact.is_settled) or any(at is not None and at > now for at in adding):
            return False  # somebody still has time
    return bool(fact.state != FactState.ADMITTED)


def is_unsettled(actor: Actor, dispute: Dispute, now: datetime, fact: FactAtIssue) -> bool:
    return not fact.is_settled


def facts_are_settled(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return all(fact.is_settled for fact in dispute.facts.all())


# — who may, about a part; and which role it takes —


def may_report(actor: Actor, dispute: Dispute, row: Obligation) -> CaseError | None:
    return policies.may_follow_obligation(actor, dispute, confirms=False, debtor=row.debtor, creditor=row.creditor)


def may_confirm(actor: Actor, dispute: Dispute, row: Obligation) -> CaseError | None:
    return policies.may_follow_obligation(actor, dispute, confirms=True, debtor=row.debtor, creditor=row.creditor)


def manager(actor: Actor, dispute: Dispute, *_part: object) -> str:
    """A party's manager; the platform's people need no role in a party."""
    return "manager" if side_of(actor, dispute) in (Side.CLAIMANT, Side.RESPONDENT) else ""


def agreeing_role(actor: Actor, dispute: Dispute) -> str:
    return "finance" if pays(dispute, dispute.claim_remedy, Side.RESPONDENT) else "manager"


def offering_role(actor: Actor, dispute: Dispute) -> str:
    return manager(actor, dispute) if role_on_side(actor, dispute) in CAN_FILE else "finance"


def paying_role(actor: Actor, dispute: Dispute, offer: Offer) -> str:
    """A party's money is its owner's or finance's to promise."""
    side = side_of(actor, dispute)
    return "finance" if side is not None and pays(dispute, offer.remedy, side) else manager(actor, dispute)


def was_determined(actor: Actor, dispute: Dispute, now: datetime) -> bool:
    return bool(dispute.determinations.all())
