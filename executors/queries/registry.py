"""Reading executors, their people and mandates, and what they did: always what the actor may see."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from accounts.models import User
from casework.actor import Actor
from casework.compiled import compiled
from casework.errors import or_not_found
from executors import policies
from executors.models import Executor, ExecutorPerson


def executors_for(actor: Actor) -> QuerySet[Executor]:
    """The executors that this actor may see, with all that is agreed with each."""
    rows = Executor.objects.filter(policies.visible_to(actor)).select_related("party", "client")
    return rows.prefetch_related(
        "processing_terms",
        "sub_processors",
        "pay_terms",
        "people__team",
        "mandates__measures",
        "mandates__rules__rule",
        "mandates__categories",
    )


def executor_for(actor: Actor, ref: str) -> Executor:
    """Raises `NotFound`, also for an executor that is not theirs."""
    return or_not_found(executors_for(actor).filter(ref=ref).first())


def person_of(actor: Actor) -> ExecutorPerson | None:
    """Whom this actor is for an executor now; None for everybody who works for none."""
    return policies.person_of(actor)


def with_mandates(executor: Executor) -> Executor:
    """The same executor, its mandates loaded at once with what each allows."""
    prefetch_related_objects([executor], "mandates__measures", "mandates__rules", "mandates__categories")
    return executor


def people_for(actor: Actor) -> QuerySet[ExecutorPerson]:
    """The people of executors that this actor may see: their own self, a lead the own team."""
    rows = ExecutorPerson.objects.filter(policies.people_visible_to(actor))
    return rows.select_related("executor__party", "team").order_by("executor", "pk")


def officers_by_code(codes: Iterable[str]) -> dict[str, tuple[User, bool]]:
    """People by officer code, each with whether they work for an executor now; also those who have left, since they
    may have decided what is reported today.
    """
    wanted = set(codes) - {""}
    found = _officers(wanted) if wanted else []
    return {user.officer_code: (user, user.is_at_work) for user in found}  # type: ignore[attr-defined]


@compiled
def _officers(codes: Collection[str]) -> QuerySet[User]:
    at_work = ExecutorPerson.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
    return User.objects.filter(officer_code__in=codes).annotate(is_at_work=Exists(at_work))


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The names of these executors, by ref, for staff and the platform's back end."""
    return dict(Executor.objects.filter(ref__in=list(refs)).values_list("ref", "party__name"))
