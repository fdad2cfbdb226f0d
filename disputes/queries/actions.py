"""What an actor can do with a dispute at this moment, from the machine and the policies; surfaces draw from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.roles import CAN_FILE
from casework import outages
from casework.actor import Actor, ActorKind
from casework.machine import verbs_open_to
from disputes.machine import BEFORE_MEDIATOR, FINAL, PERSON_DEMANDABLE
from disputes.models import Dispute, Obligation, ObligationState, OfferState, PullState
from disputes.policies import (
    MAY_PAY,
    may_act_for_side,
    may_answer_dispute,
    may_answer_offer,
    may_demand_human,
    may_make_offer,
    may_mediate,
    may_pause,
    may_request_review,
    may_stage,
    may_talk,
    may_withdraw_dispute,
    may_withdraw_offer,
    pays,
    role_on_side,
    side_of,
)
from disputes.queries.cases import offers_shown_to
from disputes.windows import answer_closes, window_closes
from disputes.words import Side


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that this actor can do now, by when, which role it needs, and about which fact or offer."""

    name: str
    due_at: datetime | None = None
    needs_role: str = ""
    needs_if_match: bool = False
    fact: int | None = None
    offer: str = ""
    obligation: int | None = None


def actions_for(actor: Actor, dispute: Dispute, *, now: datetime) -> list[Action]:
    """What this actor can do with the dispute now, from the machine and the policies; absent means not possible."""
    return list(_actions(actor, dispute, now=now))


def _actions(actor: Actor, dispute: Dispute, *, now: datetime) -> Iterator[Action]:
    verbs = set(verbs_open_to(dispute))
    side = side_of(actor, dispute)
    if side is not None:
        yield from _side_actions(actor, dispute, side, verbs, now)
    if may_talk(actor, dispute) is None and dispute.state not in FINAL:
        yield Action("message")
    if actor.kind is ActorKind.STAFF:
        yield from _mediator_actions(actor, dispute, verbs)


def _side_actions(actor: Actor, dispute: Dispute, side: Side, verbs: set[str], now: datetime) -> Iterator[Action]:
    role = "manager" if side is not Side.PLATFORM else ""
    acts = may_act_for_side(actor, dispute) is None
    if "answer" in verbs and dispute.answered_at is None and may_answer_dispute(actor, dispute) is None:
        yield Action("answer", due_at=answer_closes(dispute), needs_role=role)
    if "escalate" in verbs and acts and (dispute.answered_at is not None or now >= dispute.escalate_from):
        yield Action("escalate", needs_role=role)
    if not dispute.human_demanded and dispute.state in PERSON_DEMANDABLE:
        if may_demand_human(actor, dispute) is None:
            yield Action("demand-human")
    yield from _proof_actions(actor, dispute, side, verbs, role, now)
    if "make_offer" in verbs and may_make_offer(actor, dispute) is None:
        yield Action("offer", needs_role=role if role_on_side(actor, dispute) in CAN_FILE else "finance")
    for offer in offers_shown_to(actor, dispute):
        if offer.state != OfferState.OPEN or any(a.side == side for a in offer.answers.all()):
            continue
        if may_answer_offer(actor, dispute, offer, accepts=True) is None:
            yield Action(
                "accept-offer",
                due_at=offer.expires_at,
                offer=offer.ref,
                needs_role=accept_role(dispute, side, offer.remedy),
            )
        if may_answer_offer(actor, dispute, offer, accepts=False) is None:
            yield Action("refuse-offer", due_at=offer.expires_at, offer=offer.ref, needs_role=role)
        if may_withdraw_offer(actor, dispute, offer) is None:
            yield Action("withdraw-offer", offer=offer.ref, needs_role=accept_role(dispute, side, offer.remedy))
    if "withdraw" in verbs and side is Side.CLAIMANT and may_withdraw_dispute(actor, dispute) is None:
        yield Action("withdraw", needs_role=role)
    yield from _after_actions(actor, dispute, side, verbs, role, now)


def accept_role(dispute: Dispute, side: Side, remedy: str) -> str:
    """Which role may offer or accept this for a side: a party's money is its owner's or finance's to promise."""
    return "finance" if pays(dispute, remedy, side) else "manager"


def _proof_actions(
    actor: Actor, dispute: Dispute, side: Side, verbs: set[str], role: str, now: datetime
) -> Iterator[Action]:
    if "submit_evidence" not in verbs:
        return
    stages, acts = may_stage(actor, dispute) is None, may_act_for_side(actor, dispute) is None
    spans = outages.ledger()
    for fact in sorted(dispute.facts.all(), key=lambda f: f.no):
        answers = [s for s in fact.submissions.all() if s.side != side and s.answered_at is None]
        can_answer = any(s.answerable_until >= now for s in answers)
        closes = window_closes(fact, spans)
        early = dispute.state in BEFORE_MEDIATOR
        produces = not fact.is_settled and (early or (closes is not None and now <= closes))
        due = closes if produces else max((s.answerable_until for s in answers), default=None)
        if produces or can_answer:
            if stages:
                yield Action("evidence", due_at=due, needs_role="staff", fact=fact.no)
            if acts:
                yield Action("submit-evidence", due_at=due, needs_role=role, fact=fact.no)
            holds = any(step.holds for step in fact.row.steps.all())
            asked = any(p.side == side and p.state == PullState.ASKED for p in fact.pulls.all())
            if acts and holds and not asked:
                yield Action("platform-records", due_at=due, needs_role=role, fact=fact.no)
        if acts and can_answer:
            yield Action("nothing-to-add", fact=fact.no, needs_role=role)
        if (
            acts
            and not fact.is_settled
            and "admit_fact" in verbs
            and (side is not Side.PLATFORM or dispute.respondent_id is None)
        ):
            yield Action("admit", fact=fact.no, needs_role=role)
    if acts and "object_to_evidence" in verbs:
        yield Action("object", needs_role=role)


def _after_actions(
    actor: Actor, dispute: Dispute, side: Side, verbs: set[str], role: str, now: datetime
) -> Iterator[Action]:
    if may_request_review(actor, dispute) is None and (side is not Side.PLATFORM or dispute.respondent_id is None):
        accepted = dispute.claimant_accepted_at if side is Side.CLAIMANT else dispute.respondent_accepted_at
        if accepted is None and _may_still_be_reviewed(dispute, now):
            yield Action("request-review", due_at=dispute.review_closes_at, needs_role=role)
        if "accept_determination" in verbs and accepted is None:
            yield Action("accept-determination", needs_role=role)
    if "follow_obligation" in verbs:
        for row in sorted(dispute.obligations.all(), key=lambda o: o.no):
            if not _is_owed(row) or may_act_for_side(actor, dispute) is not None:
                continue
            if row.debtor == side and row.state == ObligationState.OWED:
                yield Action("report-obligation", due_at=row.due_at, needs_role=role, obligation=row.no)
            if row.creditor == side or side is Side.PLATFORM:
                yield Action("confirm-obligation", needs_role=role, obligation=row.no)


def _may_still_be_reviewed(dispute: Dispute, now: datetime) -> bool:
    """Read from the row: the machine's own condition is about the copy in which the second round has begun."""
    in_time = dispute.review_closes_at is None or now <= dispute.review_closes_at
    return dispute.state == "DETERMINED" and dispute.round == 1 and in_time


def _is_owed(row: Obligation) -> bool:
    return row.state in (ObligationState.OWED, ObligationState.REPORTED) and row.due_at is not None


def _mediator_actions(actor: Actor, dispute: Dispute, verbs: set[str]) -> Iterator[Action]:
    mediates = may_mediate(actor, dispute) is None if actor.user_id is not None else False
    if mediates:
        for fact in sorted(dispute.facts.all(), key=lambda f: f.no):
            if "shift_burden" in verbs and not fact.is_settled:
                yield Action("shift-burden", needs_if_match=True, fact=fact.no)
            open_now = dispute.state == "EVIDENCE" and not (fact.awaits_ruling or fact.is_settled)
            if "rule_fact" in verbs and not open_now and fact.state != "ADMITTED":
                yield Action("rule", needs_if_match=True, fact=fact.no)
            if "reopen_evidence" in verbs and not fact.is_settled:
                yield Action("reopen-evidence", needs_if_match=True, fact=fact.no)
        if "close_evidence" in verbs:
            yield Action("close-evidence", needs_if_match=True)
        if "determine" in verbs and all(f.is_settled for f in dispute.facts.all()):
            yield Action("determine", due_at=dispute.platform_due_at, needs_if_match=True)
        if "make_offer" in verbs:
            yield Action("propose")
    if may_pause(actor, dispute) is None:
        if "pause" in verbs:
            yield Action("pause")
        if dispute.state == "PAUSED":
            yield Action("resume")


def who_may(actor: Actor, dispute: Dispute, role: str) -> bool:
    """Whether this actor's role in its party is one of those that a button needs."""
    mine = role_on_side(actor, dispute)
    wanted = {"manager": CAN_FILE, "finance": MAY_PAY}.get(role)
    return wanted is None or mine in wanted
