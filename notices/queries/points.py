"""What a party's points come to: counted from its notices, so that what falls takes its points back at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Party
from accounts.queries import parties_of
from casework.actor import Actor
from notices.models import Measure, Notice
from notices.points import counting, points_now, with_points
from notices.policies import visible_to
from rules.applying import versions_for
from rules.choices import POINTS_THRESHOLD
from rules.models import ClauseTerm


@dataclass(frozen=True, slots=True)
class Points:
    """The sum of one party, what cost points and whether it counts now, and the clauses that apply from a sum on."""

    party: Party
    sum: int
    costs: Sequence[tuple[Measure, bool]]
    thresholds: Sequence[ClauseTerm]

    @property
    def next(self) -> ClauseTerm | None:
        """The first step that the sum has not reached."""
        return next((each for each in self.thresholds if each.amount > self.sum), None)

    @property
    def missing(self) -> int:
        """How many points there are up to that step; 0 where none follows."""
        return 0 if self.next is None else self.next.amount - self.sum

    @property
    def reached(self) -> ClauseTerm | None:
        """The last step that the sum has reached."""
        return next((each for each in reversed(self.thresholds) if each.amount <= self.sum), None)


def points_for(actor: Actor, now: datetime) -> list[Points]:
    """Of each of the actor's own parties."""
    return [points_of(actor, party, now) for party, _role in parties_of(actor)]


def points_that_matter(actor: Actor, now: datetime) -> list[Points]:
    """As `points_for`, of parties that something was deducted from."""
    deducted = set(
        with_points(now).filter(notice__party__in=list(actor.parties)).values_list("notice__party", flat=True)
    )
    return (
        [points_of(actor, party, now) for party, _role in parties_of(actor) if party.pk in deducted] if deducted else []
    )


def points_of(actor: Actor, party: Party, now: datetime) -> Points:
    """Of one party. The sum is of all its notices; what makes it is listed as far as the actor may see it."""
    seen = Notice.objects.filter(visible_to(actor), party=party)
    count = set(counting(now).filter(notice__party=party).values_list("pk", flat=True))
    rows = with_points(now).filter(notice__in=seen)
    costs = list(rows.select_related("points", "notice", "type_version").order_by("-id")[:MOST])
    thresholds = ClauseTerm.objects.filter(key=POINTS_THRESHOLD, version__in=versions_for(now, [party.pk]))
    steps = list(thresholds.select_related("clause", "version__rule").order_by("amount", "pk"))
    return Points(party, points_now(party.pk, now), [(each, each.pk in count) for each in costs], steps)


MOST = 50
"""So many of the newest measures that cost points are listed."""
