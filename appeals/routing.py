"""By which rule of routing an appeal goes: worked out from its row in the statement that lists it, so that nothing is
stored beside a case that could be out of step with the rules, and a rule that is tried is asked as one in force.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan

from appeals.machine import TABS
from appeals.models import IN_FORCE, SHARED_HOURS, Appeal, AppealItem, RoutingRule
from casework.actor import Actor

KEPT, THEIRS, EVERYBODYS = 0, 1, 2
"""How a case stands to a reviewer: kept for others for now, for them by a rule, for whoever comes."""
LOOKED_AT = 2_000
"""What a rule keeps for somebody is looked for among so many of the most urgent."""


def by_first_rule(said: Any, rules: Q = IN_FORCE) -> Subquery:
    """What the first of these rules that fits an appeal says of it; null where none fits."""
    items = AppealItem.objects.filter(appeal=OuterRef(OuterRef("pk"))).order_by().values("appeal")
    stake = Subquery(items.annotate(stake=Sum("measure__amount_minor")).values("stake"))
    fits = Q(ground="") | Q(ground=OuterRef("ground"))
    fits &= Q(language="") | Q(language=OuterRef("language"))
    fits &= Q(amount_over=None) | Q(amount_over__lt=stake)
    due = ExpressionWrapper(OuterRef("decide_due_at"), DateTimeField())
    found = RoutingRule.objects.alias(due=due).filter(rules, fits).order_by("place", "id")
    return Subquery(found.annotate(said=said).values("said")[:1])


def with_draft(draft: RoutingRule) -> Q:
    """The rules as they are once the draft is in force: it takes the place of the one that has its place."""
    return (IN_FORCE & ~Q(place=draft.place)) | Q(pk=draft.pk)


def serves(actor: Actor) -> Q:
    """The rules that keep cases for this reviewer: for their team, if for one, and for a skill that they have."""
    return (Q(team=None) | Q(team=actor.team_id)) & Q(skill__in=["", *actor.skills])


def standing_for(actor: Actor, *, now: datetime) -> Coalesce:
    """`KEPT`, `THEIRS` or `EVERYBODYS`. What a rule keeps for others is kept until its hours before it is due."""
    kept = reduce(or_, (Q(shared_hours=h, due__gt=now + timedelta(hours=h)) for h in SHARED_HOURS))
    said = Case(When(serves(actor), then=Value(THEIRS)), When(kept, then=Value(KEPT)), default=Value(EVERYBODYS))
    return Coalesce(by_first_rule(said), Value(EVERYBODYS))


def offered_to(actor: Actor, *, now: datetime) -> Q:
    """The appeals that no rule keeps for others. A rule says what is offered, and forbids nothing: that is for laws."""
    return Q(GreaterThan(standing_for(actor, now=now), KEPT))


def routed_to(actor: Actor, *, now: datetime) -> Q:
    """The waiting appeals that a rule keeps for this reviewer, of the `LOOKED_AT` most urgent: by their keys, since
    with all conditions at once PostgreSQL works out the rule of everything that waits.
    """
    if not RoutingRule.objects.filter(IN_FORCE, serves(actor)).exists():
        return Q(pk=None)
    waiting = Appeal.objects.filter(waits_on__in=[tab.name for tab in TABS.values() if tab.can_be_taken])
    near = list(waiting.order_by("urgent_at", "id").values_list("pk", flat=True)[:LOOKED_AT])
    theirs = Appeal.objects.filter(Exact(standing_for(actor, now=now), THEIRS), pk__in=near).order_by()
    return Q(pk__in=list(theirs.values_list("pk", flat=True)))


RULE = by_first_rule(F("pk"))
"""The key of the rule by which an appeal goes."""
