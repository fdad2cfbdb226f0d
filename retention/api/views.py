"""Legal holds and retention runs over REST, for compliance. What two people sign is a change (`rules.api.changes`)."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from retention import commands, queries
from retention.inputs import PutHoldInput
from retention.lists import HOLDS, RUNS
from retention.machine import HoldState, RunState
from retention.models import LegalHold, RetentionRun
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


class DestroyedOutput(serializers.Serializer[Any]):
    """One part of the certificate: how many records ended when, and which."""

    at = serializers.DateTimeField()
    records = serializers.IntegerField(source="facts.ended", help_text="How many ended.")
    keys = serializers.CharField(source="facts.keys", help_text="SHA-256 of their keys, sorted, one to a line.")
    event = serializers.CharField(source="hash", help_text="Hash of the event in the ledger.")


class RetentionRunOutput(serializers.Serializer[Any]):
    """Records of one class that ended for good after two people signed: the certificate of what was destroyed."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(RunState)
    record_class = serializers.CharField(help_text="Code of the class of records.")
    change = serializers.CharField(source="change.ref", help_text="What two people signed.")
    through = serializers.DateTimeField(help_text="The records whose time was over at this moment.")
    due = serializers.IntegerField(help_text="How many records were signed for.")
    ended = serializers.IntegerField(help_text="How many have ended so far; those held since are left out.")
    opened_at = serializers.DateTimeField(source="created_at")


class CertificateOutput(RetentionRunOutput):
    destroyed = serializers.SerializerMethodField()

    @extend_schema_field(DestroyedOutput(many=True, help_text="The certificate, part by part."))
    def get_destroyed(self, row: RetentionRun) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = DestroyedOutput(queries.destroyed_by(row), many=True).data
        return found


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


class RunsView(DeclaredListView):
    """The retention runs that you may see, the newest first."""

    listing, first, shows = RUNS, "newest", RetentionRunOutput
    operation = {"GET": "listRetentionRuns"}


class RunView(ReadView):
    """One retention run, with the certificate of what was destroyed."""

    shows = CertificateOutput
    operation = {"GET": "readRetentionRun"}

    def read(self, call: Call) -> Reply:
        return self.shown(queries.run_for(call.actor, call.path["ref"]), call)
