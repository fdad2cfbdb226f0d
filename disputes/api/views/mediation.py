"""Reads for mediators: the queue, of which they can take the first, and what the table derives."""

from casework.errors import NotAllowed
from disputes import commands, queries
from disputes.api.outputs import DerivedOutput, DisputeOutput, DisputeQueueRowOutput
from disputes.policies import is_mediator
from surfaces.api.views import Call, CommandView, ReadView, Reply


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


class DerivedView(ReadView):
    """What the burden table makes of the facts as they stand; for the mediator who holds the dispute."""

    shows = DerivedOutput

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        if not is_mediator(call.actor, dispute):
            raise NotAllowed()
        derived = queries.derived_outcome(dispute)
        return Reply(self.rendered(self.shows, derived, call), version=dispute.version)
