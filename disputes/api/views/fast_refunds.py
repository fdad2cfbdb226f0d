"""A merchant's consent to fast refunds: its versions, another one, its end."""

from disputes import commands, inputs, queries
from disputes.api.outputs import FastRefundOptInOutput
from surfaces.api.views import Call, CommandView, ReadView, Reply


class FastRefundOptInsView(ReadView, CommandView):
    """The versions of your shop's consent to fast refunds."""

    shows, is_list = FastRefundOptInOutput, True
    gives, takes, status = FastRefundOptInOutput, inputs.FastRefundOptInInput, 201
    operation = {"GET": "readFastRefundOptIns", "POST": "optInToFastRefunds"}

    def authorise(self, call: Call) -> None:
        queries.opt_ins_of(call.actor, call.path["ref"])

    def read(self, call: Call) -> Reply:
        """Every version of your shop's consent to fast refunds, newest first; the one without an end is in force."""
        _party, rows = queries.opt_ins_of(call.actor, call.path["ref"])
        return Reply({"items": self.rendered(self.shows, rows, call, many=True)})

    def perform(self, call: Call) -> Reply:
        """Your shop pays fast refunds up to this sum in a case, in disputes that are opened from now on."""
        ref = call.path["ref"]
        return self.reply(
            commands.opt_in_to_fast_refunds(actor=call.actor, party_ref=ref, now=call.now, **call.values), call
        )


class EndFastRefundOptInView(CommandView):
    """Your shop pays no fast refunds in disputes that are opened from now on; what was offered before stands."""

    status = 204
    operation = {"POST": "optOutOfFastRefunds"}

    def authorise(self, call: Call) -> None:
        queries.opt_ins_of(call.actor, call.path["ref"])

    def perform(self, call: Call) -> Reply:
        commands.opt_out_of_fast_refunds(actor=call.actor, party_ref=call.path["ref"], now=call.now)
        return Reply()
