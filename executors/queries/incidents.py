"""Incidents and claims as their readers see them; and what an incident says of other acts, for apps above."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import or_not_found
from executors.models import (
    Act,
    ActCertification,
    ActOutcome,
    Compensation,
    DoubleReview,
    ErrorClass,
    Executor,
    ExecutorKind,
    FindingOutcome,
    Incident,
    IncidentFile,
    IncidentFinding,
    Recourse,
)
from executors.policies import double_reviews_visible_to, incidents_visible_to, recourses_visible_to
from files.models import Attachment


def incidents_for(actor: Actor) -> QuerySet[Incident]:
    """The incidents that this actor may see, newest first, with what a list says of one: eight tables, since to plan
    more of them takes the database longer than to read them.
    """
    rows = Incident.objects.filter(incidents_visible_to(actor)).select_related(
        "act__executor__party", "act__person", "act__mandate", "act__instruction", "outcome", "party"
    )
    return rows.prefetch_related(Prefetch("compensations", queryset=Compensation.objects.order_by("no")))


def incident_for(actor: Actor, ref: str) -> Incident:
    """An incident with all that stands on it. Raises `NotFound` alike for missing and foreign."""
    certified = ActCertification.objects.select_related("certification__rule_version__rule")
    rows = incidents_for(actor).select_related(
        "act__person__user", "explained_by__user", "contested_by__user", "recourse"
    )
    rows = rows.prefetch_related(
        Prefetch("act__certifications", queryset=certified),
        Prefetch("files", queryset=IncidentFile.objects.select_related("attachment", "added_by", "incident")),
        Prefetch("findings", queryset=IncidentFinding.objects.select_related("found_by")),
    )
    return or_not_found(rows.filter(ref=ref).first())


def incident_file(actor: Actor, ref: str, no: int) -> Attachment:
    """A file beside the explanation. Raises `NotFound` alike for missing and foreign."""
    files = IncidentFile.objects.filter(incident=incident_for(actor, ref), no=no).select_related("attachment")
    row = or_not_found(files.first())
    return row.attachment


def recourses_for(actor: Actor) -> QuerySet[Recourse]:
    """The claims that this actor may see, newest first, with their ledgers."""
    return (
        Recourse.objects.filter(recourses_visible_to(actor))
        .select_related("incident__act__person", "executor__party", "executor__client", "disputed_by__user")
        .prefetch_related("entries")
    )


def recourse_for(actor: Actor, ref: str) -> Recourse:
    """Raises `NotFound` alike for missing and foreign."""
    return or_not_found(recourses_for(actor).filter(ref=ref).first())


def masked(number: str) -> str:
    """A number so far that whoever has it before them knows it again, and nobody else finds out whose it is."""
    return f"{number[:1]}***{number[-2:]}" if len(number) > 4 else "***"


def error_classes() -> list[tuple[str, str]]:
    """In what an act can be wrong: the value and its words."""
    return [(str(each), str(each.label)) for each in ErrorClass]


def double_reviews_for(actor: Actor) -> QuerySet[DoubleReview]:
    """The drawn acts that wait for a blind second look by this actor, oldest first."""
    waiting = DoubleReview.objects.filter(double_reviews_visible_to(actor), given_at__isnull=True)
    return waiting.filter(act__outcomes__isnull=True).select_related("act__executor__party", "act__person")


def double_reviews_to_ask_of(actor: Actor) -> QuerySet[DoubleReview]:
    """As `double_reviews_for`, oldest first, with those whose `outcome` is known, which a reader of the first drops."""
    known = ActOutcome.objects.filter(act=OuterRef("act")).order_by().values("pk")[:1]
    waiting = DoubleReview.objects.filter(double_reviews_visible_to(actor), given_at__isnull=True)
    return waiting.annotate(outcome=Subquery(known)).order_by("drawn_at", "id")


# — what an incident or a suspension says of other acts —


@dataclass(frozen=True, slots=True)
class Cause:
    """What other measures may share with one that was wrong: a tool, a rule, an order, or who acted."""

    kind: str  # TOOL, RULE, INSTRUCTION, EXECUTOR
    value: str
    act_id: int | None
    origin_ref: str
    origin_number: str


def causes_of_incident(incident_id: int) -> Sequence[Cause]:
    """Why measures taken elsewhere must be looked at after this incident was found; none where only this act was wrong.

    A tool at fault reaches what was done with it; a rule, what rests on the same version; anything that was wrong on
    an order, what else was done on that order.
    """
    row = Incident.objects.select_related("act__instruction").get(pk=incident_id)
    act, found = row.act, []
    if row.finding == FindingOutcome.TOOL and act.tool_version:
        found.append(("TOOL", act.tool_version))
    if row.finding == FindingOutcome.RULE:
        found.append(("RULE", row.subject_ref))
    if row.finding != FindingOutcome.NOT_IMPROPER and act.instruction is not None:
        found.append(("INSTRUCTION", act.instruction.ref))
    return [Cause(kind, value, act.pk, row.ref, row.number) for kind, value in found]


def cause_of_suspension(executor_id: int) -> Cause:
    """Everything that a suspended executor did and that still stands is looked at."""
    row = Executor.objects.get(pk=executor_id)
    return Cause("EXECUTOR", row.ref, None, row.ref, row.number)


def acts_sharing(cause: Cause) -> QuerySet[Act]:
    """The other acts that share the cause; none for a rule, which notices know better."""
    shared = {
        "TOOL": {"tool_version": cause.value},
        "INSTRUCTION": {"instruction__ref": cause.value},
        "EXECUTOR": {"executor__ref": cause.value},
    }.get(cause.kind)
    if shared is None:
        return Act.objects.none()
    return Act.objects.filter(**shared).exclude(pk=cause.act_id or 0)


def acts_by_outward_name(name: str) -> QuerySet[Act]:
    """The acts behind which outsiders know this name: as `Act.outward_name`, for a list."""
    alone = Q(executor__kind=ExecutorKind.INDIVIDUAL)
    return Act.objects.filter((alone & Q(person__code=name)) | (~alone & Q(executor__party__name=name)))


def worked_for_executor_of(act: Act, user_id: int) -> bool:
    """Whether somebody works, or ever worked, for the executor that did this. A list prefetches its people."""
    return any(person.user_id == user_id for person in act.executor.people.all())


def acts_with_second_look_by(*users: int) -> QuerySet[Act]:
    """The acts to which one of these people gave a blind second look: they have said what they think of them."""
    if len(users) == 1:
        return Act.objects.filter(double_review__reviewer_id=users[0])
    return Act.objects.filter(double_review__reviewer_id__in=users)


def incidents_between(start: datetime, end: datetime) -> tuple[list[tuple[str, int]], Mapping[str, int]]:
    """For the yearly report: numbers with their words, of whoever it was, the last one that of payments; and what was
    paid in each currency.
    """
    found = Counter(
        IncidentFinding.objects.filter(found_at__gte=start, found_at__lt=end).values_list("outcome", flat=True)
    )
    payments = Compensation.objects.filter(recorded_at__gte=start, recorded_at__lt=end, amount_minor__gt=0)
    sums = payments.order_by("currency").values_list("currency").annotate(Sum("amount_minor"))
    acts = Act.objects.filter(acted_at__gte=start, acted_at__lt=end)
    opened = Incident.objects.filter(created_at__gte=start, created_at__lt=end)
    rows = [
        (_("Third parties that acted for the platform"), acts.values("executor").distinct().count()),
        (_("Acts of theirs that a decision overturned (incidents)"), opened.count()),
        *((_("Found: %(what)s") % {"what": each.label}, found[each]) for each in FindingOutcome),
        (_("Payments to harmed parties"), payments.count()),
    ]
    return rows, dict(sums)
