"""What mediators do: the queue, the burden, rulings and the determination."""

from typing import Any

from casework.api.views import Call, CommandView, ReadView, Reply
from casework.errors import FieldError, Invalid, NotAllowed
from disputes import commands, queries
from disputes.api import serializers as shapes
from disputes.api.outputs import DerivedOutput, DisputeOutput, DisputeQueueRowOutput
from disputes.api.views.base import DisputeCommandView, FactCommandView, no_of
from disputes.policies import is_mediator


class DisputeQueueView(ReadView):
    """The disputes that wait for a mediator and that you could take; none in which you have a conflict.

    In the order in which they are taken: by the time to join by, brought forward by what makes the case urgent.
    """

    shows, is_list = DisputeQueueRowOutput, True

    def read(self, call: Call) -> Reply:
        if not call.actor.has_role("mediator"):
            raise NotAllowed()
        return Reply({"items": self.rendered(self.shows, queries.queue_for(call.actor, now=call.now), call, many=True)})


class JoinNextDisputeView(CommandView):
    """Take the most urgent dispute that waits for you; 204 when there is none."""

    gives = DisputeOutput
    also = {204: None}

    def perform(self, call: Call) -> Reply:
        if not call.actor.has_role("mediator"):
            raise NotAllowed()
        dispute = commands.join_next_dispute(actor=call.actor, now=call.now)
        if dispute is None:
            return Reply(status=204)
        return self.reply(queries.dispute_for(call.actor, dispute.ref), call)


class JoinDisputeView(DisputeCommandView):
    """Take this dispute: it is yours to mediate; in the first round the time to show evidence begins."""

    def authorise(self, call: Call) -> None:
        if call.actor.has_role("mediator"):
            queries.require_joinable(call.actor, call.path["ref"])
            return
        super().authorise(call)
        raise NotAllowed()

    def perform(self, call: Call) -> Reply:
        commands.join_dispute(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.after(call)


class HandOverView(CommandView):
    """Another mediator holds the dispute from now on."""

    takes, status = shapes.HandOverInput, 204

    def perform(self, call: Call) -> Reply:
        commands.hand_over(actor=call.actor, ref=call.path["ref"], to_code=call.values["to"], now=call.now)
        return Reply()


class ShiftBurdenView(FactCommandView):
    """Lay the burden of a fact on another side, on a stated legal basis, with a new time; both sides are told."""

    takes, decides = shapes.ShiftBurdenInput, True

    def perform(self, call: Call) -> Reply:
        commands.shift_burden(**about_fact(call), **call.values)
        return self.after(call)


class RuleFactView(FactCommandView):
    """Find a fact proved or not, with reasons, on evidence that both sides saw and could answer."""

    takes, decides, status = shapes.RuleFactInput, True, 201

    def perform(self, call: Call) -> Reply:
        commands.rule_fact(**about_fact(call), **call.values)
        return self.after(call)


class ReopenEvidenceView(FactCommandView):
    """One fact goes back into the evidence phase, with a burden and a new time."""

    takes, decides = shapes.ShiftBurdenInput, True

    def perform(self, call: Call) -> Reply:
        commands.reopen_evidence(**about_fact(call), **call.values)
        return self.after(call)


class CloseEvidenceView(DisputeCommandView):
    """End the evidence phase, once nobody has anything more to show or to answer."""

    decides = True

    def perform(self, call: Call) -> Reply:
        commands.close_evidence(actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version)
        return self.after(call)


class DerivedView(ReadView):
    """What the burden table makes of the facts as they stand; for the mediator who holds the dispute."""

    shows = DerivedOutput
    operation = {"GET": "readDerived"}

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        if not is_mediator(call.actor, dispute):
            raise NotAllowed()
        derived = queries.derived_outcome(dispute)
        return Reply(self.rendered(self.shows, derived, call), version=dispute.version)


class DetermineView(DisputeCommandView):
    """Determine the dispute, fact by fact, in writing. A person's own session is needed: no API client decides."""

    takes, decides = shapes.DetermineInput, True

    def perform(self, call: Call) -> Reply:
        draft = shapes.DetermineInput.draft(call.values)
        try:
            commands.determine_dispute(
                actor=call.actor, ref=call.path["ref"], draft=draft, now=call.now, expected_version=call.version
            )
        except Invalid as refused:
            sentences = [row["fact"] for row in call.values["sentences"]]
            raise Invalid(errors=[_in_body(error, sentences) for error in refused.errors]) from None
        return self.after(call)


def _in_body(error: FieldError, facts: list[int]) -> FieldError:
    """The command names a sentence by its fact; the pointer names its place in the body, or the list that lacks it."""
    start = "/sentences/"
    if not error.pointer.startswith(start):
        return error
    fact = int(error.pointer.removeprefix(start))
    place = f"{start}{facts.index(fact)}/sentence" if fact in facts else "/sentences"
    return FieldError(place, error.code, error.message)


class PauseView(DisputeCommandView):
    """A court or the police has the matter: every clock stands still."""

    takes = shapes.PauseInput
    operation = {"POST": "pauseDispute"}

    def perform(self, call: Call) -> Reply:
        commands.pause_dispute(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self.after(call)


class ResumeView(DisputeCommandView):
    """The dispute goes on where it stood; every clock is later by exactly the pause."""

    operation = {"POST": "resumeDispute"}

    def perform(self, call: Call) -> Reply:
        commands.resume_dispute(actor=call.actor, ref=call.path["ref"], now=call.now)
        return self.after(call)


def about_fact(call: Call) -> dict[str, Any]:
    """Who decides about which fact, on the ground of which version."""
    return {
        "actor": call.actor,
        "ref": call.path["ref"],
        "fact_no": no_of(call),
        "now": call.now,
        "expected_version": call.version,
    }
