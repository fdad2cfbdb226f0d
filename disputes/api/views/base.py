"""What the views of disputes share. What does not belong here: any address's own behaviour."""

from casework.api.views import Call, CommandView, Reply
from casework.errors import NotFound
from disputes import queries
from disputes.api.outputs import DisputeOutput, FactOutput


class DisputeCommandView(CommandView):
    """A verb on one dispute; answers the dispute as it is afterwards."""

    gives = DisputeOutput

    def authorise(self, call: Call) -> None:
        queries.dispute_for(call.actor, call.path["ref"])

    def after(self, call: Call) -> Reply:
        return self.reply(queries.dispute_for(call.actor, call.path["ref"]), call)


class FactCommandView(DisputeCommandView):
    """A verb on one fact at issue; answers the fact as it is afterwards, tagged with the dispute's version."""

    gives = FactOutput

    def after(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        fact = next((f for f in queries.facts_of(call.actor, dispute) if f.no == no_of(call)), None)
        if fact is None:
            raise NotFound()
        return self.reply(fact, call, version=dispute.version)


def no_of(call: Call) -> int:
    """The number in the address."""
    return int(call.path["no"])
