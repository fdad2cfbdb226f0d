"""The demand for a person, by a side itself or by an officer of the human line for somebody on the phone."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import people_of
from casework.actor import Actor
from casework.canonical import moment
from casework.errors import Invalid, require
from casework.firing import command, locked
from disputes.choices import Side
from disputes.commands.callers import record_assisted, said_of
from disputes.commands.locking import lock_dispute, move
from disputes.commands.offers import PROPOSAL
from disputes.commands.open import call_in, end_offer
from disputes.machine import TALKING_CLOCKS, DisputeState
from disputes.models import Dispute, HumanDemand, Offer, OfferState, TakenDown
from disputes.policies import may_demand_human, may_take_down_in, side_of
from helpline.callers import Caller, check_caller

DEMAND = Actor.system("demand")


@command
def demand_human(*, actor: Actor, ref: str, now: datetime, caller: Caller | None = None) -> Dispute:
    """Records an irrevocable demand for a person. The system's open proposal lapses and it can make no other.

    Where no mediator was called in yet, one is, at once. What is paused is called in once it goes on.

    A second demand of the same side changes nothing. With a `caller` the actor is an officer of the human line who
    takes it down for the side that calls; it has the same effect at once.
    Raises `NotFound`, `NotAllowed`, `NotYourTurn`, and of a caller `Invalid`.
    """
    person = None
    if caller is None:
        dispute = lock_dispute(actor, ref)
        require(may_demand_human(actor, dispute))
        side = side_of(actor, dispute)
        assert side is not None
    else:
        dispute = locked(Dispute, Q(), ref)
        require(may_take_down_in(actor, dispute))
        side, party = _side_that_calls(dispute, caller)
        person = check_caller(caller, people_of(party))
    if HumanDemand.objects.filter(dispute=dispute, side=side).exists():
        return dispute
    for offer in Offer.objects.filter(dispute=dispute, by_system=True, state=OfferState.OPEN):
        end_offer(offer, OfferState.LAPSED, now=now)
        move(
            dispute,
            "lapse_offer",
            actor=PROPOSAL,
            now=now,
            facts={"offer": offer.no, "why": "human-demanded"},
            cancels=(f"dispute.offer:{offer.no}", f"dispute.reminder:offer-{offer.no}:4"),
        )
    HumanDemand.objects.create(dispute=dispute, side=side, demanded_by_id=actor.person, via=actor.via, demanded_at=now)
    facts = {"side": side} | said_of(caller)
    if dispute.state == DisputeState.NEGOTIATING:  # the person comes now: a mediator, by the promised time
        call_in(dispute, actor=DEMAND, now=now, why="demanded")
    changes = _called_in_after(dispute, now) if dispute.paused_from == DisputeState.NEGOTIATING else {}
    move(dispute, "demand_human", actor=actor, now=now, facts=facts, human_demanded=True, **changes)
    if caller is not None:
        record_assisted(dispute, TakenDown.DEMAND, side, caller, person, actor=actor, now=now)
    return dispute


def _called_in_after(dispute: Dispute, now: datetime) -> dict[str, Any]:
    """What makes a paused dispute go on with the platform: its clocks are then later by the pause, as any other."""
    assert dispute.paused_at is not None
    due = dispute.promised["mediator_join_time"].ends(dispute.paused_at)
    clocks = [clock for clock in dispute.paused_clocks if clock["kind"] not in (*TALKING_CLOCKS, "dispute.reminder")]
    joining = {"kind": "dispute.assign", "key": "", "due": moment(due), "provisional": False, "calendar": ""}
    return {
        "paused_from": str(DisputeState.ESCALATED),
        "paused_clocks": [*clocks, joining],
        "platform_due_at": due,
        "escalated_at": now,
    }


def _side_that_calls(dispute: Dispute, caller: Caller) -> tuple[Side, int]:
    for side, party in ((Side.CLAIMANT, dispute.claimant), (Side.RESPONDENT, dispute.respondent)):
        if party is not None and party.ref == caller.party:
            return side, party.pk
    raise Invalid.field("/party", "unknown", _("Say which side is calling."))
