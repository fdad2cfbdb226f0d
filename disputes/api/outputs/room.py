"""The talk of a dispute and its offers as JSON."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from disputes.api.outputs.tables import ContentOutput
from disputes.described import ANSWER, OFFER
from disputes.policies import sees_offers
from surfaces.api.described import Output, Shown, columns
from surfaces.api.serializers import Computed


class EntryOutput(serializers.Serializer[Any]):
    """One entry of a lane. `kind` is `text`, `event` (then with `event` and `facts`) or `recall` (with `recalls`)."""

    type = serializers.CharField()
    sequence = serializers.IntegerField()
    lane = serializers.CharField()
    kind = serializers.CharField()
    client_id = serializers.CharField(default="", help_text="Yours alone.")
    sender = serializers.CharField(default="", help_text="The party's name, or an officer's code.")
    role = serializers.CharField(allow_null=True, default=None)
    side = serializers.CharField(allow_null=True, default=None)
    text = serializers.CharField(default="")
    mine = serializers.BooleanField(default=False)
    recalls = serializers.IntegerField(allow_null=True, default=None, help_text="The entry that this one takes back.")
    recalled = serializers.IntegerField(allow_null=True, default=None, help_text="The entry that took this one back.")
    event = serializers.CharField(allow_null=True, default=None)
    facts = ContentOutput(default=dict)
    at = Computed(lambda picture: datetime.fromisoformat(picture.get("sent_at") or picture["at"]), datetime | None)


class MessagesOutput(serializers.Serializer[Any]):
    """Some entries of a lane, in order. Ask again with `after` = `next_after`; nothing new answers an empty list."""

    lane = serializers.CharField()
    items = EntryOutput(many=True)
    next_after = serializers.IntegerField()
    read = serializers.DictField(child=serializers.IntegerField(), help_text="How far each side has read.")


class OfferAnswerOutput(Output):
    shown = columns(ANSWER)


class OfferOutput(Output):
    """Terms proposed by a side or the platform. They are not evidence, and who decides does not see the sides' own."""

    ref = serializers.CharField()
    shown = columns(OFFER, meets_claim="It gives what was claimed, and needs nobody's yes.")
    answers = Shown(
        OfferAnswerOutput,
        lambda row, call: row.answers.all() if sees_offers(call.actor, row.dispute) else (),
        many=True,
        help_text="The sides' own; empty for who decides.",
    )
