"""Legal holds over REST, for compliance. What two people sign of a run is a change (`rules.api.changes`)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from retention import commands, queries
from retention.inputs import PutHoldInput
from retention.lists import HOLDS
from retention.machine import HoldState
from retention.models import LegalHold
from retention.verbs import actions_for
from surfaces.api.serializers import Action, Code
from surfaces.api.verbs import VerbView, shown_actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class LegalHoldOutput(serializers.Serializer[Any]):
    """Nothing of one party or case ends while this is in force."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(HoldState)
    about = serializers.CharField(help_text="Reference of the party, or number of the case.")
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    lifted_reason = serializers.CharField(help_text="Why it was lifted; empty while it is in force.")
    opened_at = serializers.DateTimeField(source="created_at")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: LegalHold) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(actions_for(call.actor, row, now=call.now), "legal-holds/<str:ref>/", ref=row.ref)


class HoldsView(DeclaredListView, CommandView):
    """Legal holds."""

    listing, first, shows = HOLDS, "newest", LegalHoldOutput
    takes, gives, status = PutHoldInput, LegalHoldOutput, 201
    operation = {"GET": "listLegalHolds", "POST": "putHold"}

    def rows(self, call: Call) -> QuerySet[LegalHold]:
        """The legal holds that you may see, the newest first."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Hold a party or a case: nothing of it ends before the hold does."""
        return self.reply(commands.put_hold(actor=call.actor, now=call.now, **call.values), call)


class HoldView(ReadView):
    """One legal hold."""

    shows = LegalHoldOutput
    operation = {"GET": "readLegalHold"}

    def read(self, call: Call) -> Reply:
        return self.shown(queries.hold_for(call.actor, call.path["ref"]), call)


class HoldVerbView(VerbView):
    """A verb on one hold; answers it as it is afterwards."""

    gives = LegalHoldOutput

    def case_of(self, call: Call) -> LegalHold:
        return queries.hold_for(call.actor, call.path["ref"])
