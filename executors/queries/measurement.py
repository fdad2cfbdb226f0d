"""Measures executors and their people: overturn rates by what was wrong, second looks, and the suspension test.

Nothing is said under thirty. What does not belong here: the arithmetic (executors.measurement).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from casework.actor import Actor, ActorKind
from casework.clock import BEIJING
from casework.errors import NotFound, or_not_found
from executors.measurement import Share, SuspensionTest
from executors.models import (
    DoubleReview,
    ErrorClass,
    Executor,
    ExecutorPerson,
    counts_by_person,
    course_of,
    trusted_since,
)
from executors.policies import people_visible_to, person_of, visible_to

PERIOD = timedelta(days=90)
"""What is recent: so many days in Beijing, today among them."""


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
        return _quality(who.executor, who, actor=actor, now=now)
    row = Executor.objects.filter(visible_to(actor), ref=executor).select_related("party").first()
    me = person_of(actor)
    if row is None or (me is not None and not me.is_lead and not row.is_individual):
        raise NotFound()
    return _quality(row, None, actor=actor, now=now)


def suspension_test_of(executor: Executor) -> SuspensionTestState:
    """Returns the state of the executor's suspension test."""
    test = SuspensionTest(accepted=settings.EXECUTOR_ACCEPTED_ERROR, false_alarm=settings.EXECUTOR_FALSE_ALARM)
    course, _kept = course_of(executor, test)
    return SuspensionTestState(
        accepted=test.accepted,
        false_alarm=test.false_alarm,
        since=trusted_since(executor),
        decided=course.of,
        overturned=course.overturned,
        evidence=course.evidence,
        needed=test.needed,
    )


def _person(actor: Actor, code: str | None) -> ExecutorPerson:
    if code is None:
        return or_not_found(person_of(actor))
    return or_not_found(
        ExecutorPerson.objects.filter(people_visible_to(actor), code=code).select_related("executor__party").first()
    )


def _quality(executor: Executor, person: ExecutorPerson | None, *, actor: Actor, now: datetime | None) -> Quality:
    after = date.min if now is None else (now - PERIOD).astimezone(BEIJING).date()
    counts = counts_by_person(after=after)
    who = {person.pk} if person is not None else set(executor.people.values_list("pk", flat=True))
    wrong, recent = Counter[str](), Counter[bool]()
    for pk, kind, n, n_recent in counts:
        if pk in who:
            wrong[kind] += n
            recent[kind != ""] += n_recent
    decided = wrong.total()
    drawn = DoubleReview.objects.filter(Q(act__executor=executor) if person is None else Q(act__person=person))
    looks = drawn.filter(given_at__isnull=False).aggregate(n=Count("pk"), same=Count("pk", filter=Q(same_measure=True)))
    oversees = actor.kind is not ActorKind.PARTY
    return Quality(
        executor=executor,
        person=person,
        overturned=Share(decided - wrong[""], decided),
        recent=Share(recent[True], recent.total()),
        by_class=[(kind, Share(wrong[kind], decided)) for kind in ErrorClass],
        pool=share_of(counts),
        second_looks=Share(looks["same"], looks["n"]),
        test=suspension_test_of(executor) if person is None and oversees else None,
    )


def share_of(counts: Iterable[tuple[int, str, int, int]]) -> Share:
    """The overturn rate of these counts together."""
    found = Counter[bool]()
    for _person, kind, n, _recent in counts:
        found[kind != ""] += n
    return Share(found[True], found.total())
