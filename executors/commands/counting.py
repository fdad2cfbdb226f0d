"""Keeps what is kept of outcomes (`executors.models.counts`) beside what it follows from.

An executor has a record once the worker counted everything of it. From then on each command adds what it changes, and
once a day the worker counts anew: what was written around the commands, as by a process of the version before during
an update, counts from then on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from casework.firing import command
from executors.measurement import Course, SuspensionTest
from executors.models import ActOutcome, Executor, OutcomeCount, OutcomeRecord, counted_by_day, course_of

EVERY = timedelta(days=1)


@contextmanager
def counting(act_id: int, executor_id: int) -> Iterator[None]:
    """What is written within about the outcomes of the act is counted. The caller has locked the act's executor."""
    if not OutcomeRecord.objects.filter(executor=executor_id).exists():
        yield
        return
    outcomes = ActOutcome.objects.filter(act=act_id)
    before = counted_by_day(outcomes)
    yield
    after = counted_by_day(outcomes)
    after.subtract(before)
    for (person, day, kind), n in sorted(after.items()):
        if n and not OutcomeCount.objects.filter(person=person, day=day, error_class=kind).update(n=F("n") + n):
            OutcomeCount.objects.create(person_id=person, day=day, error_class=kind, n=n)


def suspension_test() -> SuspensionTest:
    """The test with the platform's own parameters."""
    return SuspensionTest(accepted=settings.EXECUTOR_ACCEPTED_ERROR, false_alarm=settings.EXECUTOR_FALSE_ALARM)


def keep_course(executor: Executor) -> Course:
    """Follows the course of the test to where it is now, and keeps it. The caller has locked the executor."""
    course, kept = course_of(executor, suspension_test())
    if kept is not None:
        OutcomeRecord.objects.filter(executor=executor).update(**kept)
    return course


def forget_course(executor_id: int, *, from_time: datetime | None = None) -> None:
    """The course is followed from the beginning next time: something changed in it, or after that time in it."""
    rows = OutcomeRecord.objects.filter(executor=executor_id)
    if from_time is not None:
        rows = rows.filter(last__decided_at__gt=from_time)
    rows.update(last=None)


def count_outcomes(*, now: datetime) -> int:
    """Counts everything of the first executor of which that was never done, or not for a day. Returns 1 if any."""
    due = Q(outcome_record=None) | Q(outcome_record__counted_at__lt=now - EVERY)
    pk = Executor.objects.filter(due).order_by("pk").values_list("pk", flat=True).first()
    if pk is not None:
        count_outcomes_of(executor_id=pk, now=now)
    return int(pk is not None)


@command
def count_outcomes_of(*, executor_id: int, now: datetime) -> None:
    """Everything of the executor is counted from the beginning, and kept from now on."""
    executor = Executor.lock(Q(), pk=executor_id)
    OutcomeCount.objects.filter(person__executor=executor).delete()
    counted = counted_by_day(ActOutcome.objects.filter(act__executor=executor))
    OutcomeCount.objects.bulk_create(
        OutcomeCount(person_id=person, day=day, error_class=kind, n=n) for (person, day, kind), n in counted.items()
    )
    OutcomeRecord.objects.update_or_create(executor=executor, defaults={"counted_at": now, "last": None})
    keep_course(executor)
