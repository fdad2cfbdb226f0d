"""Counsel's signatures and work about changed laws over REST: signatures are public, work is the platform's."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.errors import or_not_found
from rules import commands, queries
from rules.counsel import counsel_signatures
from rules.inputs import SignAsCounselInput
from rules.lists import LAW_WORK, SIGNATURES
from rules.machine import SignatureState, WorkState
from rules.models import CounselSignature, LawWork, RestsOn, Signed
from rules.verbs import signature_actions_for, work_actions_for
from surfaces.api.serializers import Action, Code
from surfaces.api.verbs import VerbView, shown_actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class SignatureOutput(serializers.Serializer[Any]):
    """Counsel signed the text with this SHA-256; a text that reads otherwise has no signature."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(SignatureState)
    subject = Code(Signed)
    key = serializers.CharField(help_text="The code of a ground, a rule's code and number, or a law and place in it.")
    text_sha256 = serializers.CharField(help_text="Of the text that was signed.")
    officer = serializers.CharField(source="signed_by.officer_code", help_text="Code of the officer, never a name.")
    signed_at = serializers.DateTimeField(source="created_at")
    remark = serializers.CharField(help_text="What counsel says of it, for everybody.")
    withdrawn_reason = serializers.CharField()


class SignatureCaseOutput(SignatureOutput):
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: CounselSignature) -> list[dict[str, Any]]:
        call = self.context["call"]
        if call.actor is None:
            return []
        actions = signature_actions_for(call.actor, row, now=call.now)
        return shown_actions(actions, "counsel-signatures/<str:ref>/", ref=row.ref)


class LawWorkOutput(serializers.Serializer[Any]):
    """Something that rests on a law with a new version or number, for somebody to look at."""

    ref = serializers.CharField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(WorkState)
    law = serializers.CharField(source="law.key", help_text="Code of the law that changed, and the place in it.")
    renumbered_from = serializers.CharField(
        source="law.renumbered_from", help_text="The number that the place had before; empty where it kept it."
    )
    kind = Code(RestsOn)
    key = serializers.CharField()
    title = serializers.CharField()
    remark = serializers.CharField(help_text="What was done about it; empty while it waits.")
    opened_at = serializers.DateTimeField(source="created_at")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: LawWork) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(work_actions_for(call.actor, row, now=call.now), "law-work/<str:ref>/", ref=row.ref)


class SignaturesView(DeclaredListView, CommandView):
    """Signatures of counsel."""

    listing, first, shows = SIGNATURES, "newest", SignatureCaseOutput
    takes, gives, status = SignAsCounselInput, SignatureCaseOutput, 201
    public_methods = frozenset({"GET"})
    operation = {"GET": "listCounselSignatures", "POST": "signAsCounsel"}

    def rows(self, call: Call) -> QuerySet[CounselSignature]:
        """Every signature of counsel, withdrawn ones too, the newest first. Public."""
        return self.listed(call)

    def perform(self, call: Call) -> Reply:
        """Sign, as counsel, the text that has this hash; a text that reads otherwise by now is refused."""
        return self.reply(commands.sign_as_counsel(actor=call.actor, now=call.now, **call.values), call)


class SignatureView(ReadView):
    """One signature of counsel. Public."""

    shows, is_public = SignatureCaseOutput, True
    operation = {"GET": "readCounselSignature"}

    def read(self, call: Call) -> Reply:
        return self.shown(or_not_found(counsel_signatures().filter(ref=call.path["ref"]).first()), call)


class SignatureVerbView(VerbView):
    """A verb on one signature; answers it as it is afterwards."""

    gives = SignatureCaseOutput

    def case_of(self, call: Call) -> CounselSignature:
        return or_not_found(counsel_signatures().filter(ref=call.path["ref"]).first())


class LawWorkListView(DeclaredListView):
    """What rests on laws that changed, the newest first."""

    listing, first, shows = LAW_WORK, "newest", LawWorkOutput
    operation = {"GET": "listLawWork"}


class LawWorkView(ReadView):
    """One thing that rests on a law that changed."""

    shows = LawWorkOutput
    operation = {"GET": "readLawWork"}

    def read(self, call: Call) -> Reply:
        return self.shown(queries.law_work_one(call.actor, call.path["ref"]), call)


class LawWorkVerbView(VerbView):
    """A verb on one of them; answers it as it is afterwards."""

    gives = LawWorkOutput

    def case_of(self, call: Call) -> LawWork:
        return queries.law_work_one(call.actor, call.path["ref"])
