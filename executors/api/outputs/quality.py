"""How often acts of an executor were overturned, as JSON."""

from typing import Any

from rest_framework import serializers

from executors.models import ErrorClass
from executors.queries.measurement import SuspensionTestState
from surfaces.api.described import Output, columns
from surfaces.api.serializers import Coded, Computed, coded


class ShareOutput(serializers.Serializer[Any]):
    """A share of decided acts with its 95 % interval. Under thirty only their number is said."""

    of = serializers.IntegerField()
    found = Computed(lambda share: share.found if share.is_shown else None, int | None)
    rate = serializers.FloatField(source="value", allow_null=True)
    low = Computed(lambda share: None if share.interval is None else share.interval[0], float | None)
    high = Computed(lambda share: None if share.interval is None else share.interval[1], float | None)


class ErrorShareOutput(serializers.Serializer[Any]):
    error_class = Computed(lambda row: coded(row[0], ErrorClass), Coded())
    share = Computed(lambda row: ShareOutput(row[1]).data, ShareOutput())


class SuspensionTestOutput(Output):
    """Where the test stands that suspends at `needed`: how often it errs, and since when it counts."""

    shown = columns(
        SuspensionTestState,
        lambda t: (t.accepted, t.false_alarm, t.since, t.decided, t.overturned, t.evidence, t.needed),
    )


class QualityOutput(serializers.Serializer[Any]):
    """How often decided appeals overturned what was done, in what, beside everybody's; of a person without the test."""

    executor = serializers.CharField(source="executor.ref")
    person = serializers.CharField(source="person.code", default=None, allow_null=True)
    overturned = ShareOutput()
    recent = ShareOutput(help_text="Of the last 90 days.")
    by_error_class = ErrorShareOutput(many=True, source="by_class")
    everybody = ShareOutput(source="pool")
    second_looks = ShareOutput(help_text="Of the acts drawn by chance: those a second reader would have done the same.")
    test = SuspensionTestOutput(allow_null=True)
