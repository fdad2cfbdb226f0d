"""Changes of catalogues over REST: a client proposes, people enter, sign and refuse."""

from rest_framework import serializers

from rules import queries
from rules.commands import propose_owner
from rules.inputs import ProposeOwnerInput
from rules.lists import CHANGES
from rules.models import CatalogueChange
from rules.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class CatalogueChangeOutput(Output):
    """A new version of a catalogue's entry; nothing changes before a person signs what another entered."""

    shown = columns(
        CatalogueChange,
        lambda c: (c.ref, c.number, c.version, c.state, c.subject, c.key, c.reason, c.refused_reason),
        key="which entry: instrument and article, or the code of the kind of measure",
    )
    said = serializers.JSONField(help_text="the values as proposed")
    opened_at = serializers.DateTimeField(source="created_at")
    actions = Actions(actions_for, "catalogue-changes/<str:ref>/")


class CatalogueChangesView(DeclaredListView):
    """The changes of catalogues that you may see, the newest first."""

    listing, first, shows = CHANGES, "newest", CatalogueChangeOutput


class CatalogueChangeView(ReadView):
    """One change of a catalogue."""

    shows, finds = CatalogueChangeOutput, queries.change_for


class ProposeOwnerView(CommandView):
    """Ask that a member of a party becomes another owner: its owners are told, two people of the platform sign."""

    takes, gives, status = ProposeOwnerInput, CatalogueChangeOutput, 202

    def perform(self, call: Call) -> Reply:
        made = propose_owner(actor=call.actor, party=call.path["ref"], now=call.now, **call.values)
        return self.reply(made, call)
