"""What mediators read: the queue and what the table derives."""

from typing import Any

from rest_framework import serializers

from disputes.choices import (
    Remedy,
    Stake,
)
from disputes.models import (
    OpeningLanguage,
    OpeningQueue,
)
from disputes.triage import UrgencyReason
from surfaces.api.serializers import Amount, Code, Coded, Computed, codes


class DisputePlaceOutput(serializers.Serializer[Any]):
    """Why a dispute stands where it stands in the queue.

    `rule` is `ahead` where reasons brought it forward by `ahead_minutes`, `due` where nothing did; with `late`,
    `pressing`, `clock` (the law sets a time in days) and `unread` (its opening was not read yet) nothing that is due
    later stands before it.
    """

    rule = serializers.ChoiceField(choices=["late", "pressing", "clock", "unread", "ahead", "due"])
    ahead_minutes = Computed(lambda place: int(place.ahead.total_seconds() // 60), int)
    why = Computed(lambda place: codes(place.why, UrgencyReason), Coded(many=True))


class DisputeQueueRowOutput(serializers.Serializer[Any]):
    """What a mediator sees of a dispute before joining it; `language` is that of the claimant's own words."""

    ref = serializers.CharField()
    number = serializers.CharField()
    ground = serializers.CharField()
    amount = Amount()
    due_at = serializers.DateTimeField(allow_null=True)
    human_demanded = serializers.BooleanField()
    is_review = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    language = Code(OpeningLanguage, allow_null=True)
    queue = Code(OpeningQueue, allow_null=True)
    place = DisputePlaceOutput()


class DerivedOutput(serializers.Serializer[Any]):
    """What the burden table makes of the facts as they stand: `supported` is null while one is unsettled.

    Where a fact caps the claim, `amount_minor` is null and a person names a sum between the two bounds.
    """

    supported = serializers.BooleanField(allow_null=True)
    remedy = Code(Remedy, allow_null=True)
    amount_minor = serializers.IntegerField(allow_null=True)
    open_facts = serializers.ListField(child=serializers.IntegerField())
    for_claimant = serializers.ListField(child=serializers.IntegerField())
    against_claimant = serializers.ListField(child=serializers.IntegerField())
    barred_by = serializers.ListField(
        child=serializers.IntegerField(), help_text="The facts that let the claim fall; another against it may not."
    )
    limited_by = serializers.ListField(child=serializers.IntegerField(), help_text="The facts that cap the claim.")
    at_least_minor = serializers.IntegerField(allow_null=True)
    at_most_minor = serializers.IntegerField(allow_null=True)
    stakes = Computed(lambda derived: codes(derived.stakes, Stake), Coded(many=True))
