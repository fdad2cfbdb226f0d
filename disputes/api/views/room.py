"""Messages and offers over REST."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.errors import Invalid
from disputes import commands, inputs, queries
from disputes.api.outputs import EntryOutput, MessagesOutput, OfferOutput
from surfaces.api.pagination import limit_of
from surfaces.api.parsers import MAX_PATH_NUMBER
from surfaces.api.serializers import ReceiptOutput
from surfaces.api.views import Call, CommandView, ReadView, Reply


class MessagesView(ReadView, CommandView):
    """What is said in a dispute."""

    shows, gives, takes, status = MessagesOutput, EntryOutput, inputs.PostMessageInput, 201
    operation = {"GET": "readMessages", "POST": "postMessage"}
    filters = {
        "after": "Only entries with a higher `sequence`; 0 unless you say otherwise.",
        "lane": "`both` (unless you say otherwise), or `private`: between your side and the mediator.",
        "limit": "How many entries at most, 1 to 100; 50 unless you say otherwise.",
    }
    numbers = ("after",)

    def authorise(self, call: Call) -> None:
        queries.require_visible(call.actor, call.path["ref"])

    def read(self, call: Call) -> Reply:
        """The entries of a lane behind a number, in order: those that the socket pushes."""
        ref, lane, after = call.path["ref"], call.query.get("lane", "both").lower(), after_of(call)
        limit = limit_of(call.query.dict())
        items = queries.with_sentences(ref, queries.pictures_after(call.actor, ref, lane, after, limit))
        answer = {
            "lane": lane,
            "items": items,
            "next_after": items[-1]["sequence"] if items else after,
            "read": queries.read_marks_of(call.actor, ref, lane),
        }
        return Reply(self.rendered(self.shows, answer, call))

    def perform(self, call: Call) -> Reply:
        """Write a message. It is one message however often it is sent with the same `client_id`."""
        ref = call.path["ref"]
        message = commands.post_message(actor=call.actor, ref=ref, now=call.now, **call.values)
        return self.reply(entry_of(call, call.values["lane"], message.sequence), call)


class MessageReceiptView(ReadView):
    """The signed receipt of a message of your side; of its text it has the SHA-256 alone."""

    shows = ReceiptOutput
    filters = {"lane": MessagesView.filters["lane"]}

    def read(self, call: Call) -> Reply:
        lane, sequence = call.query.get("lane", "both").lower(), int(call.path["sequence"])
        receipt = queries.receipt_of_message_for(call.actor, call.path["ref"], lane, sequence, now=call.now)
        return self.shown(receipt, call)


class OffersView(ReadView, CommandView):
    """The offers of a dispute."""

    shows, is_list = OfferOutput, True
    gives, takes, status = OfferOutput, inputs.OfferInput, 201
    operation = {"GET": "readOffers", "POST": "makeOffer"}

    def authorise(self, call: Call) -> None:
        queries.require_visible(call.actor, call.path["ref"])

    def read(self, call: Call) -> Reply:
        """The offers that you may see, oldest first."""
        dispute = queries.dispute_for(call.actor, call.path["ref"])
        shown = queries.offers_shown_to(call.actor, dispute)
        return Reply({"items": self.rendered(self.shows, shown, call, many=True)}, version=dispute.version)

    def perform(self, call: Call) -> Reply:
        """Make an offer, which replaces the open one of your side."""
        terms = commands.Terms(**call.values)
        offer = commands.make_offer(actor=call.actor, ref=call.path["ref"], terms=terms, now=call.now)
        _dispute, shown = queries.dispute_of_offer(call.actor, offer.ref)
        return self.reply(shown, call)


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
