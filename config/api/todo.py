"""Lists what waits for somebody, in every kind of case at once."""

from typing import Any

from rest_framework import serializers

from surfaces.api.views import Call, ReadView, Reply
from webhooks.todo import cards_for


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
    unread = serializers.IntegerField(help_text="Messages of others in this dispute that you have not read; else 0.")


class TodoView(ReadView):
    """What waits for you in every kind of case, most urgent first."""

    shows, is_list = TodoOutput, True

    def read(self, call: Call) -> Reply:
        cards = cards_for(call.actor, now=call.now)
        return Reply({"items": self.rendered(self.shows, cards, call, many=True)})
