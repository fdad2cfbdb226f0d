"""What the platform takes back from executors. The harmed party never sees any of it."""

from django.db.models import QuerySet

from casework.api.views import Call, CommandView, ListView, ReadView, Reply
from executors import commands, queries
from executors.api import outputs
from executors.api import serializers as shapes
from executors.api.views.base import RecourseCommandView
from executors.models import Recourse


class RecoursesView(ListView, CommandView):
    """The claims that you may see, newest first; or claim, for an incident whose harmed party was made whole."""

    shows, gives, takes, status = outputs.RecourseOutput, outputs.RecourseOutput, shapes.ClaimRecourseInput, 201
    operation = {"GET": "listRecourses", "POST": "claimRecourse"}

    def rows(self, call: Call) -> QuerySet[Recourse]:
        return queries.recourses_for(call.actor)

    def perform(self, call: Call) -> Reply:
        values = call.values
        recourse = commands.claim_recourse(
            actor=call.actor,
            incident_ref=values["incident"],
            amount_minor=values["amount_minor"],
            currency=values["currency"],
            words=values["words"],
            now=call.now,
        )
        return self.reply(queries.recourse_for(call.actor, recourse.ref), call)


class RecourseView(ReadView):
    """One claim with its ledger."""

    shows = outputs.RecourseOutput

    def read(self, call: Call) -> Reply:
        return self.shown(queries.recourse_for(call.actor, call.path["ref"]), call)


class DisputeRecourseView(RecourseCommandView):
    """The executor disputes the claim, with the reasons."""

    takes, decides = shapes.DisputeRecourseInput, True

    def perform(self, call: Call) -> Reply:
        commands.dispute_recourse(
            actor=call.actor,
            ref=call.path["ref"],
            reasons=call.values["reasons"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)


class PartPaymentView(RecourseCommandView):
    """A part of the claim was paid; the rest stays open."""

    takes, decides = shapes.PaymentInput, True
    operation = {"POST": "recordPartPayment"}

    def perform(self, call: Call) -> Reply:
        commands.record_part_payment(
            actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version, **call.values
        )
        return self.after(call)


class SettleRecourseView(RecourseCommandView):
    """The claim is settled; nothing of it is open any more."""

    takes, decides = shapes.SettleInput, True

    def perform(self, call: Call) -> Reply:
        commands.settle_recourse(
            actor=call.actor, ref=call.path["ref"], now=call.now, expected_version=call.version, **call.values
        )
        return self.after(call)


class WriteOffView(RecourseCommandView):
    """The platform gives up what is still open, with the reason."""

    takes, decides = shapes.WriteOffInput, True
    operation = {"POST": "writeOffRecourse"}

    def perform(self, call: Call) -> Reply:
        commands.write_off_recourse(
            actor=call.actor,
            ref=call.path["ref"],
            reason=call.values["reason"],
            now=call.now,
            expected_version=call.version,
        )
        return self.after(call)
