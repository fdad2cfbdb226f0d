"""What is kept of outcomes so that a rate and the test cost as much after a million decisions as after a thousand.

Both follow from the outcomes and the findings: the counts as `counted_by_day` says, the course of the test as
`outcome_sequence_of`. `executors.commands.counting` keeps them; of an executor without a record nothing is kept yet.
"""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from casework.clock import BEIJING
from casework.constraints import check
from executors.machine import ExecutorState
from executors.measurement import Course, Crossing, SuspensionTest
from executors.models.incidents import IncidentFinding
from executors.models.outcomes import ActOutcome, ErrorClass, counted_outcomes, outcome_sequence_of
from executors.models.registry import Executor, ExecutorPerson


class OutcomeRecord(models.Model):
    """Of the executor everything was counted at that moment, and is kept since; how far its test had come, if kept.

    The course is that up to the decision `last`, by these parameters, of what was done since that moment.
    """

    executor = models.OneToOneField(Executor, on_delete=models.PROTECT, related_name="outcome_record")
    counted_at = models.DateTimeField()
    last = models.ForeignKey(ActOutcome, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    since = models.DateTimeField(null=True)
    accepted = models.FloatField(null=True)
    false_alarm = models.FloatField(null=True)
    course = models.JSONField(null=True)

    class Meta:
        constraints = (
            check(
                "kept_course_says_how_it_was_followed",
                Q(last__isnull=True) | Q(accepted__isnull=False, false_alarm__isnull=False, course__isnull=False),
            ),
        )


class OutcomeCount(models.Model):
    """So many counted decisions of one day, in Beijing, about acts of one person; no `error_class`: the acts stood."""

    person = models.ForeignKey(ExecutorPerson, on_delete=models.PROTECT, db_index=False, related_name="outcome_counts")
    day = models.DateField()
    error_class = models.CharField(_("in what it was wrong"), max_length=16, choices=ErrorClass, blank=True, default="")
    n = models.PositiveIntegerField()

    class Meta:
        ordering = ("person_id", "day", "error_class")
        constraints = (
            models.UniqueConstraint(fields=("person", "day", "error_class"), name="outcomes_are_counted_once"),
            check("outcome_count_says_in_what", Q(error_class__in=["", *ErrorClass.values])),
        )


def counted_by_day(rows: QuerySet[ActOutcome]) -> Counter[tuple[int, date, str]]:
    """Counts these outcomes one by one: how many by person (primary key), day, and in what the act was wrong.

    In what it was wrong says the last finding, and until then the decision.
    """
    found = IncidentFinding.objects.filter(incident__act=OuterRef("act")).order_by("-round").values("error_class")[:1]
    in_what = Case(When(overturned=True, then=Coalesce(Subquery(found), F("error_class"))), default=Value(""))
    counted = counted_outcomes(rows).order_by().annotate(day=TruncDate("decided_at", tzinfo=BEIJING), in_what=in_what)
    per_day = counted.values_list("act__person_id", "day", "in_what").annotate(n=Count("pk"))
    return Counter({(person, day, kind): n for person, day, kind, n in per_day})


def counts_by_person(*, after: date) -> list[tuple[int, str, int, int]]:
    """Of each person (primary key), in what their acts were wrong, if at all: how many decisions, how many after that
    day. As kept; as long as not everything is, counted one by one.
    """
    outcomes = ActOutcome.objects.filter(act__executor=OuterRef("pk"))
    if Executor.objects.filter(Exists(outcomes), outcome_record=None).exists():
        every, recent = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
        for (person, day, kind), n in counted_by_day(ActOutcome.objects.all()).items():
            every[person, kind] += n
            recent[person, kind] += n if day > after else 0
        return [(person, kind, n, recent[person, kind]) for (person, kind), n in every.items()]
    kept = OutcomeCount.objects.order_by().values_list("person_id", "error_class")
    return list(kept.annotate(every=Sum("n"), recent=Coalesce(Sum("n", filter=Q(day__gt=after)), 0)))


def trusted_since(executor: Executor) -> datetime | None:
    """Returns when a person let it act again; what it did before was reviewed by then."""
    return executor.state_since if executor.state == ExecutorState.REINSTATED else None


def course_of(executor: Executor, test: SuspensionTest) -> tuple[Course, dict[str, Any] | None]:
    """The course of the executor's test until now, and as what it can be kept, if anything came since it was."""
    asked = {"since": trusted_since(executor), "accepted": test.accepted, "false_alarm": test.false_alarm}
    rows = OutcomeRecord.objects.select_related("last").filter(executor=executor, last__isnull=False)
    record = rows.filter(**asked).first()
    course, after = Course(), None
    if record is not None and record.course is not None:
        crossing = record.course["crossing"]
        course = Course(**record.course | {"crossing": Crossing(**crossing) if crossing else None})
        after = record.last
    outcomes = ActOutcome.objects.filter(act__executor=executor)
    found = outcome_sequence_of(outcomes, since=trusted_since(executor), after=after)
    test.follow(course, [overturned for _pk, overturned in found])
    return course, {**asked, "last": found[-1][0], "course": asdict(course)} if found else None
