"""Lists what waits for somebody, in every kind of case at once."""

from typing import Any

from rest_framework import serializers

from casework.todo import Todo
from surfaces.api.serializers import Computed, page_address
from surfaces.api.views import Call, ReadView, Reply
from webhooks.todo import cards_for

PAGES = {
    "notice": "notices:detail",
    "appeal": "appeals:detail",
    "dispute": "disputes:room",
    "incident": "executors:incident",
    "instruction": "executors:instruction",
    "infringement": "infringements:detail",
}


def page_of(card: Todo) -> str:
    """The page on which it is done."""
    if card.case == "rule":
        return page_address("rules:agree", card.ref, card.number)
    return page_address(PAGES[card.case], card.ref)


class TodoOutput(serializers.Serializer[Any]):
    case = serializers.CharField(
        help_text="`notice`, `appeal`, `dispute`, `incident`, `instruction` or `rule`; `ref` is its reference."
    )
    kind = serializers.CharField()
    ref = serializers.CharField()
    number = serializers.CharField()
    verb = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    subject = serializers.CharField()
    href = serializers.CharField()
    web_url = Computed(page_of, str, help_text="The page on which it is done, complete.")
    unread = serializers.IntegerField(help_text="Messages of others in this dispute that you have not read; else 0.")


class TodoView(ReadView):
    """What waits for you in every kind of case, most urgent first."""

    shows, is_list = TodoOutput, True

    def read(self, call: Call) -> Reply:
        cards = cards_for(call.actor, now=call.now)
        return Reply({"items": self.rendered(self.shows, cards, call, many=True)})
