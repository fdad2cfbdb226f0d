"""What the points of a party come to, as JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from casework.actor import ActorKind
from casework.canonical import moment
from casework.errors import NotAllowed
from notices import queries
from notices.models import Measure
from rules.models import ClauseTerm
from surfaces.api.described import Output
from surfaces.api.serializers import Computed
from surfaces.api.views import Call, ReadView, Reply


class PointsCost(serializers.Serializer[Any]):
    """What one measure costs; `counts` is false of what was taken back, has not begun or is paused by an appeal."""

    notice = serializers.CharField()
    number = serializers.CharField()
    measure = serializers.IntegerField(help_text=_("its number within the notice"))
    points = serializers.IntegerField()
    counts = serializers.BooleanField(help_text=_("whether it is part of `sum`"))
    ends_at = serializers.DateTimeField()


class PointsThreshold(serializers.Serializer[Any]):
    """A clause that applies from a sum of points on, as it reads."""

    points = serializers.IntegerField()
    is_reached = serializers.BooleanField(help_text=_("whether `sum` is that much"))
    rule = serializers.CharField()
    version = serializers.CharField()
    clause = serializers.CharField()
    text = serializers.CharField()


class PointsOutput(Output):
    party = Computed(lambda row: row.party.ref, str)
    sum = serializers.IntegerField(help_text=_("the points that count now"))
    costs = Computed(
        lambda row: [_cost(each, counts) for each, counts in row.costs],
        PointsCost(many=True),
        help_text=_("the newest 50 that have not ended"),
    )
    thresholds = Computed(
        lambda row: [_threshold(row, each) for each in row.thresholds],
        PointsThreshold(many=True),
        help_text=_("the sums from which a clause applies, the lowest first"),
    )


def _cost(row: Measure, counts: bool) -> dict[str, Any]:
    notice = {"notice": row.notice.ref, "number": row.notice.number, "measure": row.no}
    return notice | {"points": row.points.amount, "counts": counts, "ends_at": moment(row.ends_at)}  # type: ignore[union-attr,arg-type]


def _threshold(row: queries.Points, step: ClauseTerm) -> dict[str, Any]:
    where = {"rule": step.version.rule.code, "version": step.version.number, "clause": step.clause.number}
    return {"points": step.amount, "is_reached": step.amount <= row.sum, **where, "text": step.clause.text}


class PointsView(ReadView):
    """What your points come to: of each party for which you act the sum, what each notice cost and until when, and what
    follows at which sum. Counted from your notices; what was withdrawn, overturned or paused costs nothing.
    """

    shows, is_list = PointsOutput, True
    operation = {"GET": "readPoints"}

    def read(self, call: Call) -> Reply:
        if call.actor.kind is not ActorKind.PARTY:
            raise NotAllowed()
        return Reply({"items": self.rendered(self.shows, queries.points_for(call.actor, call.now), call, many=True)})
