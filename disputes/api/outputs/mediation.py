"""What mediators read: the queue and what the table derives."""

from typing import Any

from rest_framework import serializers

from disputes.choices import Remedy, Stake
from disputes.models import OpeningLanguage, OpeningQueue
from disputes.outcome import Derived
from disputes.queries import QueueRow
from disputes.triage import UrgencyReason
from surfaces.api.described import Output, columns
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


class DisputeQueueRowOutput(Output):
    """What a mediator sees of a dispute before joining it; `language` is that of the claimant's own words."""

    shown = columns(
        QueueRow, lambda r: (r.ref, r.number, r.ground, r.due_at, r.human_demanded, r.is_review, r.opened_at)
    )
    amount = Amount()
    language = Code(OpeningLanguage, allow_null=True)
    queue = Code(OpeningQueue, allow_null=True)
    place = DisputePlaceOutput()


class DerivedOutput(Output):
    """What the burden table makes of the facts as they stand: `supported` is null while one is unsettled.

    Where a fact caps the claim, `amount_minor` is null and a person names a sum between the two bounds.
    """

    remedy = Code(Remedy, allow_null=True)
    shown = columns(
        Derived,
        lambda d: (
            *(d.supported, d.amount_minor, d.open_facts, d.for_claimant, d.against_claimant, d.barred_by),
            *(d.limited_by, d.at_least_minor, d.at_most_minor),
        ),
        barred_by="The facts that let the claim fall; another against it may not.",
        limited_by="The facts that cap the claim.",
    )
    stakes = Computed(lambda derived: codes(derived.stakes, Stake), Coded(many=True))
