"""What is owed in the end, and what the platform pays first."""

from casework.api.views import Call, Reply
from disputes import commands, queries
from disputes.api import serializers as shapes
from disputes.api.outputs import AdvanceOutput
from disputes.api.views.base import DisputeCommandView, no_of


class ReportObligationView(DisputeCommandView):
    """Whoever owes it says that it is done; it counts once the other side or the platform confirms."""

    takes = shapes.ReportObligationInput

    def perform(self, call: Call) -> Reply:
        commands.report_obligation(
            actor=call.actor, ref=call.path["ref"], no=no_of(call), note=call.values["note"], now=call.now
        )
        return self.after(call)


class ConfirmObligationView(DisputeCommandView):
    """It is done; when nothing else is owed the dispute is closed."""

    def perform(self, call: Call) -> Reply:
        commands.confirm_obligation(actor=call.actor, ref=call.path["ref"], no=no_of(call), now=call.now)
        return self.after(call)


class FailObligationView(DisputeCommandView):
    """The platform found, with the reason, that it cannot be had."""

    takes = shapes.FailObligationInput

    def perform(self, call: Call) -> Reply:
        commands.fail_obligation(
            actor=call.actor, ref=call.path["ref"], no=no_of(call), note=call.values["note"], now=call.now
        )
        return self.after(call)


class AdvancesView(DisputeCommandView):
    """The platform paid a side first; it says nothing about who is right."""

    takes, gives, status = shapes.AdvanceInput, AdvanceOutput, 201
    operation = {"POST": "advancePayment"}

    def perform(self, call: Call) -> Reply:
        advance = commands.advance_payment(actor=call.actor, ref=call.path["ref"], now=call.now, **call.values)
        return self._shown(call, advance.no)

    def _shown(self, call: Call, no: int) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        return self.reply(next(a for a in dispute.advances.all() if a.no == no), call, version=dispute.version)


class SettleAdvanceView(AdvancesView):
    """How much of an advance came back; the rest is the platform's own."""

    takes, status = shapes.SettleAdvanceInput, 200
    operation = {"POST": "settleAdvance"}

    def perform(self, call: Call) -> Reply:
        recovered = call.values["recovered_minor"]
        commands.settle_advance(
            actor=call.actor, ref=call.path["ref"], no=no_of(call), recovered_minor=recovered, now=call.now
        )
        return self._shown(call, no_of(call))
