"""What only pages read: the course of a case, codes in place of names, what is paid and open of a claim."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Party, PartyKind, User
from casework.actor import Actor
from casework.models import Case, Event
from executors.measurement import Share
from executors.models import (
    TAKES_MONEY,
    ActOutcome,
    EntryKind,
    Executor,
    ExecutorPerson,
    Recourse,
    RecourseEntry,
    counted_outcomes,
)
from executors.policies import may_register_executor
from executors.queries.registry import executors_for


def events_of(row: Case) -> QuerySet[Event]:
    """What happened to a case that the reader has found already."""
    return Event.objects.filter(case_kind=row.KIND, case_id=row.pk).order_by("sequence")


def codes_of(refs: Iterable[str]) -> dict[str, str]:
    """The codes by which pages call these people, by their refs: officers', and those of people of executors."""
    wanted = set(refs)
    officers = User.objects.filter(ref__in=wanted).exclude(officer_code="")
    people = ExecutorPerson.objects.filter(user__ref__in=wanted).order_by("pk")
    return dict(officers.values_list("ref", "officer_code")) | dict(people.values_list("user__ref", "code"))


def parties_to_register(actor: Actor) -> list[Party]:
    """The parties of the kind executor that nobody registered yet, for whoever may register any of them."""
    if may_register_executor(actor) is not None:
        return []
    return list(Party.objects.filter(kind=PartyKind.EXECUTOR, executor__isnull=True).order_by("name", "pk"))


def money_on(rows: QuerySet[Recourse]) -> tuple[int, int, int]:
    """What was claimed by all of these, what came in, and what is neither paid nor given up; counted by the table."""
    entries = RecourseEntry.objects.filter(recourse__in=rows.order_by().values("pk"))
    claimed: int = rows.order_by().aggregate(n=Sum("claimed_minor"))["n"] or 0
    paid: int = entries.filter(kind__in=TAKES_MONEY).aggregate(n=Sum("amount_minor"))["n"] or 0
    given_up: int = entries.filter(kind=EntryKind.WRITE_OFF).aggregate(n=Sum("amount_minor"))["n"] or 0
    return claimed, paid, claimed - paid - given_up


def shares_by_executor(actor: Actor) -> tuple[dict[int, Share], Share]:
    """The overturn rate of each executor that this actor oversees, by primary key, and that of all together."""
    rows = counted_outcomes(ActOutcome.objects.filter(act__executor__in=executors_for(actor).values("pk")))
    return _shares(rows, "act__executor_id")


def shares_by_person(executor: Executor) -> dict[int, Share]:
    """The overturn rate of each person of an executor that the reader has found, by primary key."""
    return _shares(counted_outcomes(ActOutcome.objects.filter(act__executor=executor)), "act__person_id")[0]


def _shares(rows: QuerySet[ActOutcome], by: str) -> tuple[dict[int, Share], Share]:
    counted = rows.order_by().values_list(by).annotate(n=Count("pk"), wrong=Count("pk", filter=Q(overturned=True)))
    shares = {pk: Share(wrong, n) for pk, n, wrong in counted}
    return shares, Share(sum(s.found for s in shares.values()), sum(s.of for s in shares.values()))
