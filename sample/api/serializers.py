"""What a sandbox is asked, and what it answers."""

from typing import Any

from rest_framework import serializers

from sample.sandbox.cases import CHOICES
from surfaces.api.inputs import Choice, Input, Integer, Moment, Ref


class MoveClockInput(Input):
    to = Moment(help_text="Where it goes, for everybody in this sandbox: after `server_now`, two years ahead at most.")

    example = {"to": "2027-03-01T09:00:00+08:00"}


class ClockOutput(serializers.Serializer[Any]):
    """Where the clock stands. What falls due on its way happens in its order, each at its own time."""

    now = serializers.DateTimeField(help_text="What the clock says; also `server_now` of every answer.")
    ahead_seconds = serializers.IntegerField(help_text="How many seconds that is ahead of real time.")
    moves_to = serializers.DateTimeField(
        allow_null=True,
        help_text="Where it is on its way to; null once it is there and everything before is done.",
    )


class ProvokeCaseInput(Input):
    kind = Choice(
        CHOICES,
        help_text="`overturn`, `late_remedy` and `executor_incident` make a case of a `party`; "
        "`outage` is one of so many `hours` up to now; `decide_appeal` and `determine_dispute` have a reviewer decide, "
        "or a mediator go on with, a `case` of yours.",
    )
    party = Ref(required=False, help_text="A shop of yours that has an owner or a manager.")
    case = Ref(required=False, help_text="The appeal or dispute that staff are to go on with.")
    outcome = Choice(("OVERTURNED", "UPHELD"), required=False, help_text="Of `decide_appeal`, if not `OVERTURNED`.")
    hours = Integer(min_value=1, max_value=72, required=False, help_text="Of an `outage`; 4 if not said.")

    example = {"kind": "outage", "hours": 4}


class ProvokedCaseOutput(serializers.Serializer[Any]):
    """What there is now; null for what this kind does not make."""

    kind = serializers.ChoiceField(CHOICES, help_text="As it was asked for.")
    notice = serializers.CharField(allow_null=True, help_text="The reference of the notice.")
    appeal = serializers.CharField(allow_null=True, help_text="The reference of the appeal.")
    dispute = serializers.CharField(allow_null=True, help_text="The reference of the dispute.")
    moves_to = serializers.DateTimeField(allow_null=True, help_text="Where the clock is on its way to.")
