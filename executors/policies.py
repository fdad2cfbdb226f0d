"""Who may see what of executors, and do what to them. A denial is the coded error to raise; None means yes.

A platform's back end sees and manages the executors that it entrusted; compliance and administrators all; somebody who
works for an executor sees their own, and who leads a team that team's. Everybody else finds nothing.
"""

from dataclasses import dataclass, fields

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import ADMINISTRATOR, COMPLIANCE, REVIEWER, SENIOR_REVIEWER
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, ConflictOfInterest, NotAllowed
from executors.models import Executor, ExecutorPerson, Incident, Instruction, Recourse

OVERSEES = (COMPLIANCE, ADMINISTRATOR)
SECOND_LOOK_ROLES = (REVIEWER, SENIOR_REVIEWER)  # who oversees executors knows too much of them to look blindly
NOBODY = Q(pk=None)


@dataclass(frozen=True, slots=True)
class ActorAsPerson(Actor):
    """An actor of whom it is known already whom they are for an executor. For reading a list, not to be kept."""

    executor_person: ExecutorPerson | None = None


def as_person(actor: Actor) -> ActorAsPerson:
    """Returns the same actor with the person they are for an executor, so that a list need not look it up for every
    row.
    """
    same = {each.name: getattr(actor, each.name) for each in fields(Actor)}
    return ActorAsPerson(**same, executor_person=person_of(actor))


def person_of(actor: Actor) -> ExecutorPerson | None:
    """Whom this actor is for an executor now; None for everybody who works for none."""
    if isinstance(actor, ActorAsPerson):
        return actor.executor_person
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
        own = ExecutorPerson.objects.filter(executor=OuterRef("pk"), user_id=actor.user_id, ended_at__isnull=True)
        return Q(Exists(own))
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


def live_leads(executor: Executor) -> QuerySet[ExecutorPerson]:
    """Who leads a team of the executor now."""
    return ExecutorPerson.objects.filter(executor=executor, is_lead=True, ended_at__isnull=True)


def leads_for(person: ExecutorPerson) -> QuerySet[ExecutorPerson]:
    """Who answers, besides this person, for what they did: the leads of their team.

    Every lead of the executor, where the person left or their team has none: a firm can always be heard.
    """
    leads = live_leads(person.executor)
    of_team = leads.filter(team=person.team_id)
    return of_team if person.is_live and of_team.exists() else leads


def _answers_for(me: ExecutorPerson, at: str) -> Q:
    """The rows whose acting person, reached by `at`, this person is or answers for as in `leads_for`."""
    if not me.is_lead:
        return Q(**{f"{at}pk": me.pk})
    teams = set(live_leads(me.executor).values_list("team_id", flat=True))
    is_led = Q(**{f"{at}team_id__in": teams - {None}})
    if None in teams:
        is_led |= Q(**{f"{at}team_id__isnull": True})
    is_gone = Q(**{f"{at}ended_at__isnull": False})
    return Q(**{f"{at}executor_id": me.executor_id}) & (_team(me, at) | is_gone | ~is_led)


def oversees(actor: Actor) -> bool:
    """Whether the actor is a person of compliance or an administrator in a session."""
    return actor.has_role(*OVERSEES) and bool(actor.session)


def may_oversee(actor: Actor, _about: object = None) -> CaseError | None:
    return None if oversees(actor) else NotAllowed()


may_reinstate_executor = may_oversee
"""A person of compliance: what a machine stopped, no machine starts again."""
may_decide_sub_processor = may_oversee
"""A person of compliance, who then answers for it."""
may_withdraw_certification = may_close_incident = may_claim_recourse = may_end_recourse = may_oversee


def may_register_executor(actor: Actor) -> CaseError | None:
    return None if actor.has_scope("executors:write") or oversees(actor) else NotAllowed()


may_publish_curriculum = may_register_executor


def may_manage_executor(actor: Actor, executor: Executor) -> CaseError | None:
    """Contract, terms, mandate and people: the back end that entrusted it, or a person of compliance."""
    if actor.has_scope("executors:write") and executor.client_id == actor.client_id:
        return None
    return None if oversees(actor) else NotAllowed()


may_issue_instruction = may_manage_executor


def may_suspend_executor(actor: Actor, executor: Executor) -> CaseError | None:
    """A person of compliance, or the test that watches its errors."""
    return None if oversees(actor) or actor.kind is ActorKind.SYSTEM else NotAllowed()


def may_propose_sub_processor(actor: Actor, executor: Executor) -> CaseError | None:
    """Whoever manages the executor, or who leads a team of it."""
    me = person_of(actor)
    if me is not None and me.is_lead and me.executor_id == executor.pk:
        return None
    return may_manage_executor(actor, executor)


def may_take_test(actor: Actor) -> CaseError | None:
    """Somebody who works for an executor, for themselves."""
    return None if person_of(actor) is not None and bool(actor.session) else NotAllowed()


# — instructions, incidents, recourse —


def instructions_visible_to(actor: Actor) -> Q:
    """Those that this actor gave or answers for: open to all of the executor until somebody takes one on, then theirs.

    One that is the platform's own is seen by the platform alone.
    """
    if actor.kind is ActorKind.CLIENT:
        reads = actor.has_scope("executors:read") or actor.has_scope("executors:write")
        return Q(client_id=actor.client_id) if reads else NOBODY
    if actor.kind is ActorKind.SYSTEM or actor.has_role(*OVERSEES):
        return Q()
    me = person_of(actor)
    if me is None:
        return NOBODY
    free = Q(acknowledged_by__isnull=True)
    return Q(executor_id=me.executor_id) & (free | people_visible_to(actor, path="acknowledged_by"))


def incidents_visible_to(actor: Actor) -> Q:
    """Those of one's own acts, for a lead of the team's, and of all for whom nobody else could be heard."""
    me = person_of(actor)
    return people_visible_to(actor, path="act__person") if me is None else _answers_for(me, "act__person__")


def recourses_visible_to(actor: Actor) -> Q:
    """What is claimed from an executor is its leads' business, and an individual's own; never the harmed party's."""
    if actor.kind is not ActorKind.PARTY:
        return people_visible_to(actor, path="incident__act__person")
    me = person_of(actor)
    return _answers_for(me, "incident__act__person__") if me is not None and _represents_executor(me) else NOBODY


def _represents_executor(me: ExecutorPerson) -> bool:
    """Whether somebody speaks for the executor as a whole."""
    return me.is_lead or me.executor.is_individual


def may_withdraw_instruction(actor: Actor, instruction: Instruction) -> CaseError | None:
    """The back end that gave it, or a person of compliance."""
    if actor.has_scope("executors:write") and instruction.client_id == actor.client_id:
        return None
    return None if oversees(actor) else NotAllowed()


def may_answer_instruction(actor: Actor, instruction: Instruction) -> CaseError | None:
    """Somebody who works for the executor; the back end passes on what the executor's system reported.

    What is the platform's own is answered by whoever may withdraw it.
    """
    if instruction.is_the_platform_s:
        return may_withdraw_instruction(actor, instruction)
    me = person_of(actor)
    if me is not None and me.executor_id == instruction.executor_id and bool(actor.session):
        return None
    return None if actor.has_scope("executors:write") and instruction.client_id == actor.client_id else NotAllowed()


def may_explain_incident(actor: Actor, incident: Incident) -> CaseError | None:
    """Who acted, or who leads the team, in person."""
    me = person_of(actor)
    is_theirs = me is not None and me.executor_id == incident.act.executor_id
    return None if is_theirs and bool(actor.session) else NotAllowed()


may_contest_finding = may_explain_incident


def may_find_incident(actor: Actor, incident: Incident) -> CaseError | None:
    """A person of compliance who never worked for the executor; after a contest somebody who did not find before."""
    if not oversees(actor):
        return NotAllowed()
    worked_for = ExecutorPerson.objects.filter(executor_id=incident.act.executor_id, user_id=actor.person)
    found_before = incident.findings.filter(found_by_id=actor.person)
    return ConflictOfInterest() if worked_for.exists() or found_before.exists() else None


def may_compensate_incident(actor: Actor, incident: Incident) -> CaseError | None:
    """A person of compliance, or the back end that pays."""
    return may_manage_executor(actor, incident.act.executor)


def may_dispute_recourse(actor: Actor, recourse: Recourse) -> CaseError | None:
    """Whoever speaks for the executor, in person."""
    me = person_of(actor)
    is_theirs = me is not None and me.executor_id == recourse.executor_id and _represents_executor(me)
    return None if is_theirs and bool(actor.session) else NotAllowed()


def may_record_payment(actor: Actor, recourse: Recourse) -> CaseError | None:
    return may_manage_executor(actor, recourse.executor)


def double_reviews_visible_to(actor: Actor) -> Q:
    """The drawn acts that a reviewing person may look at: none of an executor for which they ever worked."""
    if not actor.has_role(*SECOND_LOOK_ROLES) or actor.user_id is None:
        return NOBODY
    worked_for = ExecutorPerson.objects.filter(user_id=actor.user_id).values("executor_id")
    return ~Q(act__executor_id__in=worked_for)


def may_give_second_look(actor: Actor) -> CaseError | None:
    """A reviewer, senior or not, who is really there."""
    return None if actor.has_role(*SECOND_LOOK_ROLES) and bool(actor.session) else NotAllowed()
