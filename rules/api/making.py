"""Versions in the making over REST: proposed by a client, entered, adopted and publicised by people."""

from typing import Any

from rest_framework import serializers

from casework.actor import Actor
from casework.errors import NotAllowed, NotFound
from rules import queries
from rules.machine import RuleState
from rules.models import Rulemaking
from rules.verbs import actions_for
from surfaces.api.serializers import Code
from surfaces.api.verbs import Actions
from surfaces.api.views import ReadView


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
    actions = Actions(actions_for, "rulemakings/<str:ref>/")


def _seen(actor: Actor, ref: str) -> Rulemaking:
    """The version, as a member of staff or its client may see it; nobody else learns whether there is one."""
    try:
        return queries.making_for(actor, ref)
    except NotAllowed:
        raise NotFound() from None


class RulemakingView(ReadView):
    """One version in the making."""

    shows, finds = RulemakingOutput, _seen
