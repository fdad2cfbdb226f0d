"""Disputes: listed, opened and read."""

from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from casework.actor import ActorKind
from casework.errors import NotAllowed, UnknownReference
from disputes import commands, inputs, queries, records
from disputes.api.outputs import DisputeOutput, DisputeRowOutput
from disputes.lists import DISPUTES
from disputes.models import Dispute
from surfaces.api.narrowing import exactly, of_party
from surfaces.api.serializers import EventsOutput, LetterOutput, ReceiptOutput
from surfaces.api.views import Call, CommandView, FileView, ReadView, Reply
from surfaces.lists.api import DeclaredListView
from surfaces.serving import case_file


class DisputesView(DeclaredListView, CommandView):
    """Disputes."""

    listing, first = DISPUTES, "newest"
    narrows = {
        "order_ref": exactly("order_ref", "About this order."),
        "notice": exactly("notice__ref", "About the measure of this notice, by its `ref`."),
        "external_ref": exactly("notice__external_ref", "About the notice with this number in your own system."),
        "party": of_party("claimant", "respondent"),
    }
    shows, gives, takes, status = DisputeRowOutput, DisputeOutput, inputs.OpenDisputeInput, 201
    operation = {"GET": "listDisputes", "POST": "openDispute"}

    def rows(self, call: Call) -> QuerySet[Dispute]:
        """The disputes that you may see, newest first."""
        return queries.with_unread(self.listed(call), call.actor)

    def prepare(self, call: Call) -> records.OrderRecord:
        """The order as the platform's own system has it; a slow one holds no transaction open."""
        if call.actor.kind is not ActorKind.PARTY:
            raise NotAllowed()
        order = records.order_named(call.values["order_ref"])
        if order is None:
            raise UnknownReference.field(*commands.NO_SUCH_ORDER)
        return order

    def perform(self, call: Call) -> Reply:
        """Open a dispute about an order of yours."""
        claim = call.values["claim"]
        filing = commands.DisputeFiling(
            ground=call.values["ground"],
            remedy=claim["remedy"],
            amount_minor=claim["amount_minor"],
            statement=call.values["statement"],
            notice=call.values["notice"],
        )
        dispute = commands.open_dispute(actor=call.actor, order=call.prepared, filing=filing, now=call.now)
        return self.reply(queries.dispute_for(call.actor, dispute.ref), call)


class DisputeView(ReadView):
    """One dispute: whose turn it is, by when, and what you can do now."""

    shows, finds = DisputeOutput, queries.dispute_for


class DisputeEventsView(ReadView):
    """What happened to a dispute, in order, as the ledger has it; of offers only the sides read more than the hash."""

    shows = EventsOutput

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        items = queries.events_shown_to(call.actor, dispute)
        return Reply(self.rendered(self.shows, {"items": items, "head": dispute.head}, call))


class DisputeReceiptView(ReadView):
    """The signed receipt of one act of your side, by the `sequence` of its event: to keep, and to check without us."""

    shows = ReceiptOutput

    def read(self, call: Call) -> Reply:
        no = int(call.path["no"])
        return self.shown(queries.receipt_for(call.actor, call.path["ref"], no, now=call.now), call)


class DisputeLetterView(ReadView):
    """The letter of the newest determination, in the language you read."""

    shows = LetterOutput

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        return Reply(self.rendered(self.shows, queries.letter_of(call.actor, dispute), call))


class DisputeCaseFileView(FileView):
    """One archive to keep: a readable page, the dispute as JSON, its ledgers, room, letter and files, with hashes."""

    media = ("application/zip",)
    operation = {"GET": "disputeCaseFile"}

    def file(self, call: Call) -> HttpResponseBase:
        request, ref = self.request._request, call.path["ref"]
        return case_file(request, queries.write_case_file, actor=call.actor, ref=ref, now=call.now)
