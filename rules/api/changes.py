"""Changes of catalogues over REST: a client proposes, people enter, sign and refuse."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rules import queries
from rules.commands import propose_owner
from rules.inputs import ProposeOwnerInput
from rules.lists import CHANGES
from rules.machine import ChangeState
from rules.models import CatalogueChange, Subject
from rules.verbs import change_actions_for
from surfaces.api.serializers import Action, Code
from surfaces.api.verbs import VerbView, shown_actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class CatalogueChangeOutput(serializers.Serializer[Any]):
    """A new version of a catalogue's entry; nothing changes before a person signs what another entered."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(ChangeState)
    subject = Code(Subject)
    key = serializers.CharField(help_text="which entry: instrument and article, or the code of the kind of measure")
    said = serializers.JSONField(help_text="the values as proposed")
    reason = serializers.CharField()
    refused_reason = serializers.CharField()
    opened_at = serializers.DateTimeField(source="created_at")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: CatalogueChange) -> list[dict[str, Any]]:
        call = self.context["call"]
        actions = change_actions_for(call.actor, row, now=call.now)
        return shown_actions(actions, "catalogue-changes/<str:ref>/", ref=row.ref)


class ChangesView(DeclaredListView):
    """The changes of catalogues that you may see, the newest first."""

    listing, first, shows = CHANGES, "newest", CatalogueChangeOutput
    operation = {"GET": "listCatalogueChanges"}


class ChangeView(ReadView):
    """One change of a catalogue."""

    shows = CatalogueChangeOutput
    operation = {"GET": "readCatalogueChange"}

    def read(self, call: Call) -> Reply:
        return self.shown(queries.change_for(call.actor, call.path["ref"]), call)


class ProposeOwnerView(CommandView):
    """Ask that a member of a party becomes another owner: its owners are told, two people of the platform sign."""

    takes, gives, status = ProposeOwnerInput, CatalogueChangeOutput, 202
    operation = {"POST": "proposeOwner"}

    def perform(self, call: Call) -> Reply:
        made = propose_owner(actor=call.actor, party=call.path["ref"], now=call.now, **call.values)
        return self.reply(made, call)


class ChangeVerbView(VerbView):
    """A verb on one change; answers it as it is afterwards."""

    gives = CatalogueChangeOutput

    def case_of(self, call: Call) -> CatalogueChange:
        return queries.change_for(call.actor, call.path["ref"])
