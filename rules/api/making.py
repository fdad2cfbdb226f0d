"""Versions in the making over REST: proposed by a client, entered, adopted and publicised by people."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.errors import NotAllowed, NotFound
from rules import queries
from rules.machine import RuleState
from rules.models import Rulemaking
from rules.verbs import making_actions_for
from surfaces.api.serializers import Action, Code
from surfaces.api.verbs import VerbView, shown_actions
from surfaces.api.views import Call, ReadView, Reply


class RulemakingOutput(serializers.Serializer[Any]):
    """A version that waits for two people: one enters it, another adopts it. Then it is publicised."""

    ref = serializers.CharField(help_text="of its making, not of the rule")
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = Code(RuleState)
    rule = serializers.CharField(source="rule_version.rule.ref")
    code = serializers.CharField(source="rule_version.rule.code")
    rule_version = serializers.CharField(source="rule_version.number")
    effective_from = serializers.DateTimeField(
        source="rule_version.effective_from", help_text="as intended, until it is publicised"
    )
    published_at = serializers.DateTimeField(source="rule_version.published_at", allow_null=True)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(Action(many=True))
    def get_actions(self, row: Rulemaking) -> list[dict[str, Any]]:
        call = self.context["call"]
        return shown_actions(making_actions_for(call.actor, row, now=call.now), "rulemakings/<str:ref>/", ref=row.ref)


def _seen(call: Call) -> Rulemaking:
    """The version, as a member of staff or its client may see it; nobody else learns whether there is one."""
    try:
        return queries.making_for(call.actor, call.path["ref"])
    except NotAllowed:
        raise NotFound() from None


class RulemakingView(ReadView):
    """One version in the making."""

    shows = RulemakingOutput

    def read(self, call: Call) -> Reply:
        return self.shown(_seen(call), call)


class RulemakingVerbView(VerbView):
    """A verb on one version in the making; answers it as it is afterwards."""

    gives = RulemakingOutput

    def case_of(self, call: Call) -> Rulemaking:
        return _seen(call)
