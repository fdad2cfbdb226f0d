"""What the sides say to one another and propose: messages and offers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.api.pagination import limit_of
from casework.api.parsers import MAX_PATH_NUMBER
from casework.api.views import Call, CommandView, ReadView, Reply
from casework.errors import Invalid
from disputes import commands, queries
from disputes.api import serializers as shapes
from disputes.api.outputs import DisputeOutput, EntryOutput, MessagesOutput, OfferOutput
from disputes.api.views.base import DisputeCommandView


class MessagesView(ReadView, CommandView):
    """The entries of a lane behind a number, in order; or write one. The same entries as the socket's."""

    shows, gives, takes, status = MessagesOutput, EntryOutput, shapes.PostMessageInput, 201
    operation = {"GET": "readMessages", "POST": "postMessage"}
    filters = {
        "after": "Only entries with a higher `sequence`; 0 unless you say otherwise.",
        "lane": "`both` (unless you say otherwise), or `private`: between your side and the mediator.",
        "limit": "How many entries at most, 1 to 100; 50 unless you say otherwise.",
    }

    def authorise(self, call: Call) -> None:
        queries.dispute_for(call.actor, call.path["ref"])

    def read(self, call: Call) -> Reply:
        ref, lane, after = call.path["ref"], call.query.get("lane", "both"), after_of(call)
        limit = limit_of(call.query.dict())
        items = queries.with_words(ref, queries.pictures_after(call.actor, ref, lane, after, limit))
        answer = {
            "lane": lane,
            "items": items,
            "next_after": items[-1]["sequence"] if items else after,
            "read": queries.read_marks_of(call.actor, ref, lane),
        }
        return Reply(self.rendered(self.shows, answer, call))

    def perform(self, call: Call) -> Reply:
        ref = call.path["ref"]
        message = commands.post_message(actor=call.actor, ref=ref, now=call.now, **call.values)
        return self.reply(entry_of(call, call.values["lane"], message.sequence), call)


class MessageCommandView(DisputeCommandView):
    """A verb on one message of a lane."""

    takes = shapes.LaneInput

    def place(self, call: Call) -> dict[str, Any]:
        return {
            "actor": call.actor,
            "ref": call.path["ref"],
            "lane": call.values["lane"],
            "sequence": int(call.path["sequence"]),
            "now": call.now,
        }


class RecallMessageView(MessageCommandView):
    """Take your own message back within ten minutes; a mark stays. Answers the mark."""

    gives, status = EntryOutput, 201

    def perform(self, call: Call) -> Reply:
        mark = commands.recall_message(**self.place(call))
        return self.reply(entry_of(call, call.values["lane"], mark.sequence), call)


class ReportMessageView(MessageCommandView):
    """Report somebody's message as abusive; staff will look at it."""

    gives, status = None, 204

    def perform(self, call: Call) -> Reply:
        commands.report_message(**self.place(call))
        return Reply()


class OffersView(ReadView, DisputeCommandView):
    """The offers that you may see, oldest first; or make one, which replaces the open one of your side."""

    shows, is_list = OfferOutput, True
    gives, takes, status = OfferOutput, shapes.OfferInput, 201
    operation = {"GET": "readOffers", "POST": "makeOffer"}

    def read(self, call: Call) -> Reply:
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        shown = queries.offers_shown_to(call.actor, dispute)
        return Reply({"items": self.rendered(self.shows, shown, call, many=True)}, version=dispute.version)

    def perform(self, call: Call) -> Reply:
        terms = commands.Terms(**call.values)
        offer = commands.make_offer(actor=call.actor, ref=call.path["ref"], terms=terms, now=call.now)
        _dispute, shown = queries.dispute_of_offer(call.actor, offer.ref)
        return self.reply(shown, call)


class OfferCommandView(CommandView):
    """A verb on one offer; answers the dispute as it is afterwards."""

    gives = DisputeOutput

    def authorise(self, call: Call) -> None:
        queries.dispute_of_offer(call.actor, call.path["ref"])

    def after(self, call: Call) -> Reply:
        dispute, _offer = queries.dispute_of_offer(call.actor, call.path["ref"])
        return self.reply(dispute, call)


class AcceptOfferView(OfferCommandView):
    """Accept: the dispute ends on these terms. The platform's proposal needs both sides."""

    def perform(self, call: Call) -> Reply:
        commands.accept_offer(actor=call.actor, offer_ref=call.path["ref"], now=call.now)
        return self.after(call)


class RefuseOfferView(OfferCommandView):
    """Refuse; the dispute goes on."""

    def perform(self, call: Call) -> Reply:
        commands.refuse_offer(actor=call.actor, offer_ref=call.path["ref"], now=call.now)
        return self.after(call)


class WithdrawOfferView(OfferCommandView):
    """Take your own offer back before it is accepted."""

    def perform(self, call: Call) -> Reply:
        commands.withdraw_offer(actor=call.actor, offer_ref=call.path["ref"], now=call.now)
        return self.after(call)


def after_of(call: Call) -> int:
    """Behind which entry to begin. Raises `Invalid`."""
    text = call.query.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MAX_PATH_NUMBER):
        raise Invalid.field("/after", "out-of-range", _("after must be the number of an entry, or 0."))
    return int(text)


def entry_of(call: Call, lane: str, sequence: int) -> dict[str, Any]:
    """One entry as the actor reads it."""
    (picture,) = queries.pictures_after(call.actor, call.path["ref"], lane, sequence - 1, 1)
    return picture
