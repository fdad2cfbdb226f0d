"""The talk of a dispute and its offers as JSON."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from disputes.api.outputs.tables import ContentOutput
from disputes.choices import (
    Payer,
    Remedy,
    Side,
)
from disputes.models import (
    Offer,
    OfferState,
)
from disputes.policies import sees_offers
from surfaces.api.serializers import Code, Computed, Money, money


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


class OfferAnswerOutput(serializers.Serializer[Any]):
    side = Code(Side)
    accepted = serializers.BooleanField()
    answered_at = serializers.DateTimeField()


class OfferOutput(serializers.Serializer[Any]):
    """Terms proposed by a side or the platform. They are not evidence, and who decides does not see the sides' own."""

    ref = serializers.CharField()
    no = serializers.IntegerField()
    side = Code(Side)
    by_system = serializers.BooleanField()
    remedy = Code(Remedy)
    amount = Computed(lambda row: money(row.amount_minor, row.dispute.currency), Money(allow_null=True))
    goods_back = serializers.BooleanField()
    freight_payer = Code(Payer)
    note = serializers.CharField()
    meets_claim = serializers.BooleanField(help_text="It gives what was claimed, and needs nobody's yes.")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    state = Code(OfferState)
    ended_at = serializers.DateTimeField(allow_null=True)
    answers = serializers.SerializerMethodField(help_text="The sides' own; empty for who decides.")

    @extend_schema_field(OfferAnswerOutput(many=True))
    def get_answers(self, row: Offer) -> Any:
        shown = row.answers.all() if sees_offers(self.context["call"].actor, row.dispute) else ()
        return OfferAnswerOutput(shown, many=True).data
