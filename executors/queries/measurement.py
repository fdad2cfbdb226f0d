"""Measures executors and their people: overturn rates by what was wrong, second looks, and the suspension test.

Nothing is said under thirty. What does not belong here: the arithmetic (executors.measurement).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from casework.actor import Actor, ActorKind
from casework.errors import NotFound, or_not_found
from executors.measurement import Share, SuspensionTest
from executors.models import (
    ActOutcome,
    DoubleReview,
    ErrorClass,
    Executor,
    ExecutorPerson,
    counted_outcomes,
    outcome_sequence_of,
)
from executors.policies import people_visible_to, person_of, visible_to

PERIOD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SuspensionTestState:
    """The state of an executor's suspension test: how much evidence of how much that suspends, counted since when."""

    accepted: float
    false_alarm: float
    since: datetime | None
    decided: int
    overturned: int
    evidence: float
    needed: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The overturn rate among decided appeals and disputes, in all and by what was wrong, beside everybody's.

    `second_looks` is the share of drawn acts in which somebody who knew nothing of the outcome would do the same.
    `test` is said of an executor as a whole, to whoever oversees it; None of a person.
    """

    executor: Executor
    person: ExecutorPerson | None
    overturned: Share
    recent: Share
    by_class: Sequence[tuple[ErrorClass, Share]]
    pool: Share
    second_looks: Share
    test: SuspensionTestState | None

    @property
    def is_shown(self) -> bool:
        return self.overturned.is_shown


def quality_for(
    actor: Actor, executor: str | None = None, *, person: str | None = None, now: datetime | None = None
) -> Quality:
    """How an executor (by ref) or one of its people (by code) does, as far as this actor may know; else how they do.

    Somebody who works for an executor sees themselves, a lead the team's people; the executor as a whole is seen by the
    platform and by its leads. Raises `NotFound` alike for missing and foreign.
    """
    if person is not None or executor is None:
        who = _person(actor, person)
        return _quality(who.executor, who, Q(act__person=who), actor=actor, now=now)
    row = Executor.objects.filter(visible_to(actor), ref=executor).select_related("party").first()
    me = person_of(actor)
    if row is None or (me is not None and not me.is_lead and not row.is_individual):
        raise NotFound()
    return _quality(row, None, Q(act__executor=row), actor=actor, now=now)


def suspension_test_of(executor: Executor) -> SuspensionTestState:
    """Returns the state of the executor's suspension test."""
    since = executor.state_since if executor.state == "REINSTATED" else None
    course = outcome_sequence_of(ActOutcome.objects.filter(act__executor=executor), since=since)
    test = SuspensionTest(accepted=settings.EXECUTOR_ACCEPTED_ERROR, false_alarm=settings.EXECUTOR_FALSE_ALARM)
    evidence = [1.0, *test.evidence(course)][-1]
    decided, overturned = len(course) - course.count(None), course.count(True)
    return SuspensionTestState(test.accepted, test.false_alarm, since, decided, overturned, evidence, test.needed)


def _person(actor: Actor, code: str | None) -> ExecutorPerson:
    if code is None:
        return or_not_found(person_of(actor))
    return or_not_found(
        ExecutorPerson.objects.filter(people_visible_to(actor), code=code).select_related("executor__party").first()
    )


def _quality(
    executor: Executor, person: ExecutorPerson | None, which: Q, *, actor: Actor, now: datetime | None
) -> Quality:
    counted = counted_outcomes(ActOutcome.objects.filter(which))
    overturned = counted.filter(overturned=True).select_related("act").prefetch_related("act__incident__findings")
    wrong = [_in_what(row) for row in overturned]
    decided = counted.count()
    recent = counted if now is None else counted.filter(decided_at__gt=now - PERIOD)
    drawn = DoubleReview.objects.filter(which, given_at__isnull=False)
    oversees = actor.kind is not ActorKind.PARTY
    return Quality(
        executor=executor,
        person=person,
        overturned=Share(len(wrong), decided),
        recent=_share(recent),
        by_class=[(kind, Share(wrong.count(kind), decided)) for kind in ErrorClass],
        pool=_share(counted_outcomes(ActOutcome.objects.all())),
        second_looks=Share(drawn.filter(same_measure=True).count(), drawn.count()),
        test=suspension_test_of(executor) if person is None and oversees else None,
    )


def _in_what(row: ActOutcome) -> str:
    """In what it was wrong: as compliance found, and until then as the decision said."""
    incident = getattr(row.act, "incident", None)
    found = [] if incident is None else sorted(incident.findings.all(), key=lambda finding: finding.round)
    return str(found[-1].error_class if found else row.error_class)


def _share(rows: QuerySet[ActOutcome]) -> Share:
    return Share(rows.filter(overturned=True).count(), rows.count())
