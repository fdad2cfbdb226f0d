"""Counsel's signatures and work about changed laws over REST: signatures are public, work is the platform's."""

from django.db.models import QuerySet
from rest_framework import serializers

from casework.actor import Actor
from casework.errors import or_not_found
from rules import commands, queries
from rules.counsel import counsel_signatures
from rules.inputs import SignAsCounselInput
from rules.lists import LAW_WORK, SIGNATURES
from rules.models import CounselSignature, LawWork
from rules.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class SignatureOutput(Output):
    """Counsel signed the text with this SHA-256; a text that reads otherwise has no signature."""

    shown = columns(
        CounselSignature,
        lambda c: (
            *(c.ref, c.number, c.version, c.state, c.subject, c.key, c.text_sha256, c.remark),
            c.withdrawn_reason,
        ),
        key="The code of a ground, a rule's code and number, or a law and place in it.",
        text_sha256="Of the text that was signed.",
        remark="What counsel says of it, for everybody.",
    )
    officer = serializers.CharField(source="signed_by.officer_code", help_text="Code of the officer, never a name.")
    signed_at = serializers.DateTimeField(source="created_at")


class SignatureCaseOutput(SignatureOutput):
    actions = Actions(actions_for, "counsel-signatures/<str:ref>/")


class LawWorkOutput(Output):
    """Something that rests on a law with a new version or number, for somebody to look at."""

    shown = columns(
        LawWork,
        lambda w: (w.ref, w.number, w.version, w.state, w.law.renumbered_from, w.kind, w.key, w.title, w.remark),
        renumbered_from="The number that the place had before; empty where it kept it.",
        remark="What was done about it; empty while it waits.",
    )
    law = serializers.CharField(source="law.key", help_text="Code of the law that changed, and the place in it.")
    opened_at = serializers.DateTimeField(source="created_at")
    actions = Actions(actions_for, "law-work/<str:ref>/")


def _signature(_actor: Actor | None, ref: str) -> CounselSignature:
    return or_not_found(counsel_signatures().filter(ref=ref).first())


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


class CounselSignatureView(ReadView):
    """One signature of counsel. Public."""

    shows, is_public, finds = SignatureCaseOutput, True, _signature


class LawWorkListView(DeclaredListView):
    """What rests on laws that changed, the newest first."""

    listing, first, shows = LAW_WORK, "newest", LawWorkOutput
    operation = {"GET": "listLawWork"}


class LawWorkView(ReadView):
    """One thing that rests on a law that changed."""

    shows, finds = LawWorkOutput, queries.law_work_one
