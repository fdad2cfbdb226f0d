"""Who may see what of executors, and do what to them. A denial is the coded error to raise; None means yes.

A platform's back end sees and manages the executors that it entrusted; compliance and administrators all; somebody who
works for an executor sees their own, and who leads a team that team's. Everybody else finds nothing.
"""

from django.db.models import Exists, OuterRef, Q

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, NotAllowed
from executors.models import Executor, ExecutorPerson

OVERSEES = (COMPLIANCE, ADMINISTRATOR)
NOBODY = Q(pk=None)


def person_of(actor: Actor) -> ExecutorPerson | None:
    """Whom this actor is for an executor now; None for everybody who works for none."""
    if actor.kind is not ActorKind.PARTY or actor.user_id is None:
        return None
    people = ExecutorPerson.objects.select_related("executor", "executor__party", "team")
    return people.filter(user_id=actor.user_id, ended_at__isnull=True).first()


def visible_to(actor: Actor) -> Q:
    """The executors that this actor may see."""
    if actor.kind is ActorKind.CLIENT:
        reads = actor.has_scope("executors:read") or actor.has_scope("executors:write")
        return Q(client_id=actor.client_id) if reads else NOBODY
    if actor.kind is ActorKind.SYSTEM or actor.has_role(*OVERSEES):
        return Q()
    if actor.kind is ActorKind.PARTY and actor.user_id is not None:
        mine = ExecutorPerson.objects.filter(executor=OuterRef("pk"), user_id=actor.user_id, ended_at__isnull=True)
        return Q(Exists(mine))
    return NOBODY


def people_visible_to(actor: Actor, *, path: str = "") -> Q:
    """The people of executors that this actor may see, for a query whose rows reach the person by `path`."""
    at = f"{path}__" if path else ""
    if actor.kind is ActorKind.CLIENT:
        reads = actor.has_scope("executors:read") or actor.has_scope("executors:write")
        return Q(**{f"{at}executor__client_id": actor.client_id}) if reads else NOBODY
    if actor.kind is ActorKind.SYSTEM or actor.has_role(*OVERSEES):
        return Q()
    me = person_of(actor)
    if me is None:
        return NOBODY
    if me.is_lead:
        return Q(**{f"{at}executor_id": me.executor_id}) & _team(me, at)
    return Q(**{f"{at}pk": me.pk})


def _team(me: ExecutorPerson, at: str) -> Q:
    return Q(**{f"{at}team_id": me.team_id}) if me.team_id is not None else Q(**{f"{at}team__isnull": True})


def oversees(actor: Actor) -> bool:
    """Whether a person of compliance or an administrator is really there."""
    return actor.has_role(*OVERSEES) and bool(actor.session)


def may_register_executor(actor: Actor) -> CaseError | None:
    return None if actor.has_scope("executors:write") or oversees(actor) else NotAllowed()


def may_manage_executor(actor: Actor, executor: Executor) -> CaseError | None:
    """Contract, terms, mandate and people: the back end that entrusted it, or a person of compliance."""
    if actor.has_scope("executors:write") and executor.client_id == actor.client_id:
        return None
    return None if oversees(actor) else NotAllowed()


def may_suspend_executor(actor: Actor, executor: Executor) -> CaseError | None:
    """A person of compliance, or the test that watches its errors."""
    return None if oversees(actor) or actor.kind is ActorKind.SYSTEM else NotAllowed()


def may_reinstate_executor(actor: Actor, executor: Executor) -> CaseError | None:
    """A person of compliance: what a machine stopped, no machine starts again."""
    return None if oversees(actor) else NotAllowed()


def may_decide_sub_processor(actor: Actor, executor: Executor) -> CaseError | None:
    """A person of compliance, who then answers for it."""
    return None if oversees(actor) else NotAllowed()


def may_propose_sub_processor(actor: Actor, executor: Executor) -> CaseError | None:
    """Whoever manages the executor, or who leads a team of it."""
    me = person_of(actor)
    if me is not None and me.is_lead and me.executor_id == executor.pk:
        return None
    return may_manage_executor(actor, executor)


def may_publish_curriculum(actor: Actor) -> CaseError | None:
    return may_register_executor(actor)


def may_withdraw_certification(actor: Actor, executor: Executor) -> CaseError | None:
    return None if oversees(actor) else NotAllowed()


def may_take_test(actor: Actor) -> CaseError | None:
    """Somebody who works for an executor, for themselves."""
    return None if person_of(actor) is not None and bool(actor.session) else NotAllowed()
