"""What only pages read: the course of a case, codes in place of names, what is paid and open of a claim."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models import Party, PartyKind, User
from casework.actor import Actor
from casework.models import Case, Event
from executors.measurement import Share
from executors.models import TAKES_MONEY, EntryKind, Executor, ExecutorPerson, Recourse, RecourseEntry, counts_by_person
from executors.policies import may_register_executor
from executors.queries.measurement import share_of
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


def parties_to_register(actor: Actor, name: str = "", *, most: int) -> list[Party]:
    """The newest parties of the kind executor that nobody registered yet, for whoever may register any of them; of that
    name, if one is given, or of a longer one.
    """
    if may_register_executor(actor) is not None:
        return []
    registered = Executor.objects.filter(party=OuterRef("pk"))
    rows = Party.objects.filter(~Exists(registered), kind=PartyKind.EXECUTOR)
    return list((rows.filter(name__icontains=name) if name else rows).order_by("-pk")[:most])


def money_on(rows: QuerySet[Recourse]) -> tuple[int, int, int]:
    """What was claimed by all of these, what came in, and what is neither paid nor given up; counted by the table."""
    entries = RecourseEntry.objects.filter(recourse__in=rows.order_by().values("pk"))
    claimed: int = rows.order_by().aggregate(n=Sum("claimed_minor"))["n"] or 0
    paid: int = entries.filter(kind__in=TAKES_MONEY).aggregate(n=Sum("amount_minor"))["n"] or 0
    given_up: int = entries.filter(kind=EntryKind.WRITE_OFF).aggregate(n=Sum("amount_minor"))["n"] or 0
    return claimed, paid, claimed - paid - given_up


def shares_by_executor(actor: Actor) -> tuple[dict[int, Share], Share]:
    """The overturn rate of each executor that this actor oversees, by primary key, and that of all together."""
    people = ExecutorPerson.objects.filter(executor__in=executors_for(actor).values("pk"))
    return _shares(dict(people.values_list("pk", "executor_id")))


def shares_by_person(executor: Executor) -> dict[int, Share]:
    """The overturn rate of each person of an executor that the reader has found, by primary key."""
    return _shares({person.pk: person.pk for person in executor.people.all()})[0]


def _shares(group_of: Mapping[int, int]) -> tuple[dict[int, Share], Share]:
    """The overturn rate of each group of people, and of all together."""
    groups = defaultdict[int, list[tuple[int, str, int, int]]](list)
    for row in counts_by_person(after=date.max):
        if row[0] in group_of:
            groups[group_of[row[0]]].append(row)
    return {pk: share_of(rows) for pk, rows in groups.items()}, share_of(chain(*groups.values()))
