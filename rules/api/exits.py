"""Exits on old terms over REST: the party opens, objects and stays; the platform calculates and pays."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from rules import commands, queries
from rules.arithmetic import KINDS
from rules.inputs import RequestExitInput
from rules.lists import EXITS
from rules.models import ExitCalculation, RuleConsent, RuleExit
from rules.verbs import actions_for
from surfaces.api.described import Output, columns
from surfaces.api.narrowing import due_before, of_party
from surfaces.api.serializers import ForReader, WebUrl
from surfaces.api.verbs import Actions
from surfaces.api.views import Call, CommandView, ListView, ReadView, Reply
from surfaces.lists.api import DeclaredListView


class RefundItemOutput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    label = serializers.CharField()  # type: ignore[assignment]
    paid_minor = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True)
    unused_days = serializers.IntegerField(allow_null=True)
    refund_minor = serializers.IntegerField()
    arithmetic = serializers.CharField()


class ExitCalculationOutput(Output):
    """What is refunded, and what the party said against it."""

    shown = columns(
        ExitCalculation,
        lambda e: (e.no, e.total_minor, e.reply, e.calculated_at, e.objected_at, e.objection),
    )
    items = RefundItemOutput(many=True, source="lines")


class ExitOutput(Output):
    """A party that leaves rather than accept a version; `under` is the version that goes on for it."""

    shown = columns(
        RuleExit,
        lambda r: (r.ref, r.number, r.version, r.state, r.due_at, r.owed_minor, r.paid_minor, r.paid_at, r.receipt),
    )
    web_url = WebUrl("rules:exit")
    party = serializers.CharField(source="party.ref")
    rule = serializers.CharField(source="rejected.rule.ref")
    rejected = serializers.CharField(source="rejected.number")
    under = serializers.CharField(source="under.number", allow_null=True, default=None)
    opened_at = serializers.DateTimeField(source="created_at")
    is_late = ForReader(lambda row, call: row.is_late(call.now), bool)
    calculations = ExitCalculationOutput(many=True, source="calculations.all")
    actions = Actions(actions_for, "exits/<str:ref>/")


class RequestExitView(CommandView):
    """Leave rather than accept this version: the one before it goes on for the party. It cannot be refused."""

    gives, takes, status = ExitOutput, RequestExitInput, 201

    def perform(self, call: Call) -> Reply:
        rule, number = call.path["ref"], call.path["no"]
        made = commands.request_exit(actor=call.actor, rule=rule, number=number, now=call.now, **call.values)
        return self.reply(queries.exit_for(call.actor, made.ref), call)


class ExitsView(DeclaredListView):
    """The exits that you may see, the newest first."""

    listing, first, shows = EXITS, "newest", ExitOutput
    narrows = {
        "party": of_party("party"),
        "due_before": due_before("answer_due_at", "The calculation is due before this time."),
    }


class ExitView(ReadView):
    """One exit, with its calculations."""

    shows, finds = ExitOutput, queries.exit_for


class AgreeToRuleInput(RequestExitInput):
    """The party that agrees; it can be left out by whoever speaks for one party only."""


class RuleConsentOutput(serializers.Serializer[Any]):
    """That a party agreed to a version: nobody does so by silence."""

    party = serializers.CharField(source="party.ref")
    rule = serializers.CharField(source="version.rule.ref")
    version_number = serializers.CharField(source="version.number")
    given_at = serializers.DateTimeField()


class ConsentsView(ListView, CommandView):
    """Agreements to a version of a rule."""

    shows, gives, takes, status = RuleConsentOutput, RuleConsentOutput, AgreeToRuleInput, 201
    order, synced_by = ("-given_at", "-pk"), "given_at"
    narrows = {"party": of_party("party")}
    operation = {"GET": "listRuleConsents", "POST": "agreeToRuleVersion"}

    def rows(self, call: Call) -> QuerySet[RuleConsent]:
        """Who agreed to this version, of the parties that you may see."""
        version = queries.version_by_number(call.path["ref"], call.path["no"])
        return queries.consents_for(call.actor).filter(version=version)

    def perform(self, call: Call) -> Reply:
        """Agree to this version, as an owner or manager of a party. It cannot be taken back; leaving stays possible."""
        rule, number = call.path["ref"], call.path["no"]
        given = commands.agree_to_version(actor=call.actor, rule=rule, number=number, now=call.now, **call.values)
        return self.reply(given, call)
