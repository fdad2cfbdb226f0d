"""Reactions to executors' events and deadlines: handing work over, judging, notifying who has to act.

A message says what kind of thing happened, the number and the time limit; nobody is named in one.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.tasks import task
from django.utils.functional import Promise

from accounts.models import User
from accounts.notifications import notify
from accounts.queries import people_in, people_of
from accounts.roles import COMPLIANCE
from casework import clock
from casework.deadlines import calls
from casework.models import Case, Event
from casework.outbox import Subscriber
from executors import commands
from executors.events import EVENTS, VARIANTS
from executors.models import Executor, ExecutorPerson, Incident, Instruction, OutcomeSource, Recourse
from executors.policies import leads_for, live_leads

DESK = "/workbench/executors"


def _notify(
    users: Iterable[User],
    row: Case,
    event: Event,
    what: str | Promise,
    path: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Notifies each of these once of this event, except who did it."""
    people = {u.pk: (u.pk, u.email, u.language) for u in users if u.is_active and u.ref != event.actor_ref}
    notify(people.values(), event=event, what=what, number=row.number, path=path, due_at=due_at, now=now)


def _users(people: Iterable[ExecutorPerson]) -> list[User]:
    return [p.user for p in people]


# — instructions —


def tell_of_instruction(event: Event, *, now: datetime) -> None:
    """Notifies who took it on, else everybody of the executor; of one that is the platform's own, compliance."""
    row = Instruction.objects.select_related("executor", "acknowledged_by__user").get(pk=event.case_id)
    what = EVENTS[event.type].message
    due_at = row.due_at if row.is_open else None
    if row.executor is None:
        _notify(people_in(COMPLIANCE), row, event, what, f"{DESK}/instructions/{row.ref}/", now, due_at)
        return
    live = row.executor.people.filter(ended_at__isnull=True).select_related("user")
    people = [row.acknowledged_by] if row.acknowledged_by is not None else live
    _notify(_users(people), row, event, what, f"/executor/instructions/{row.ref}/", now, due_at)


def tell_of_late_instruction(event: Event, *, now: datetime) -> None:
    """Notifies compliance that something is not done that should be."""
    row = Instruction.objects.get(pk=event.case_id)
    path = f"{DESK}/instructions/{row.ref}/"
    _notify(people_in(COMPLIANCE), row, event, EVENTS[event.type].staff_message, path, now)


def hand_over(event: Event, *, now: datetime) -> None:
    """Hands over what an executor had still to do and may not any more."""
    commands.hand_over_instructions(executor_id=event.case_id, now=now)


# — incidents —


def tell_executor(event: Event, *, now: datetime) -> None:
    """Notifies who acted, and who answers with them: the leads of their team, else every lead."""
    row = Incident.objects.select_related("act__person__user", "act__person__executor", "outcome").get(pk=event.case_id)
    actor = row.act.person
    leads = leads_for(actor).select_related("user")
    people = [*leads, *([actor] if actor.is_live else [])]
    due_at = {"OPENED": row.explain_by, "FOUND": row.contest_by if row.round == 1 else None}.get(str(row.state))
    text = EVENTS[event.type]
    if event.type == "incident.found" and event.facts["round"] > 1:
        text = VARIANTS["incident.found_anew"]
    if event.type == "incident.opened" and row.outcome.source == OutcomeSource.CORRECTION:
        text = VARIANTS["incident.opened_by_correction"]
    _notify(_users(people), row, event, text.message, f"/executor/incidents/{row.ref}/", now, due_at)


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Notifies compliance of what waits for it."""
    row = Incident.objects.get(pk=event.case_id)
    _notify(people_in(COMPLIANCE), row, event, EVENTS[event.type].staff_message, f"{DESK}/incidents/{row.ref}/", now)


def tell_harmed_party(event: Event, *, now: datetime) -> None:
    """Notifies whoever acts for the harmed party that the platform made it good, without naming the executor."""
    row = Incident.objects.get(pk=event.case_id)
    if not event.facts["amount_minor"]:
        return
    people = {u.pk: (u.pk, u.email, u.language) for u in people_of(row.party_id)}
    notify(
        people.values(),
        event=event,
        what=EVENTS[event.type].message,
        number=row.subject_number,
        path=f"/notices/{row.subject_ref}/",
        now=now,
    )


def judge(event: Event, *, now: datetime) -> None:
    """Runs the executor's test after each overturned act, and each finding; it may run at any time.

    A finding can make an act count that the one before had excused.
    """
    row = Incident.objects.select_related("act").get(pk=event.case_id)
    commands.judge_executor(executor_id=row.act.executor_id, now=now)


# — recourse —


def tell_speakers(event: Event, *, now: datetime) -> None:
    """Notifies those who see the claim: the leads who answer for the act, and an individual."""
    row = Recourse.objects.select_related("incident__act__person__executor", "executor").get(pk=event.case_id)
    live = row.executor.people.filter(ended_at__isnull=True)
    people = live if row.executor.is_individual else leads_for(row.incident.act.person)
    _notify(
        _users(people.select_related("user")),
        row,
        event,
        EVENTS[event.type].message,
        f"/executor/recourses/{row.ref}/",
        now,
    )


def tell_of_disputed_claim(event: Event, *, now: datetime) -> None:
    row = Recourse.objects.get(pk=event.case_id)
    _notify(people_in(COMPLIANCE), row, event, EVENTS[event.type].staff_message, f"{DESK}/recourses/{row.ref}/", now)


# — where an executor stands, and who is certified —

CERTIFICATIONS = "/executor/certifications/"


def at_work(executor_id: int) -> list[User]:
    """Returns everybody who works for the executor now."""
    rows = ExecutorPerson.objects.filter(executor=executor_id, ended_at__isnull=True)
    return _users(rows.select_related("user").order_by("pk"))


def with_leads(executor_id: int, codes: Iterable[str]) -> list[User]:
    """Returns the people with these codes and whoever leads their teams."""
    wanted = list(ExecutorPerson.objects.filter(executor=executor_id, code__in=list(codes)).select_related("user"))
    teams = Q(team__in={p.team_id for p in wanted if p.team_id is not None})
    if any(p.team_id is None for p in wanted):
        teams |= Q(team__isnull=True)
    leads = ExecutorPerson.objects.filter(teams, executor=executor_id, is_lead=True, ended_at__isnull=True)
    return _users([p for p in wanted if p.is_live] + list(leads.select_related("user")))


def tell_firm(event: Event, *, now: datetime) -> None:
    """Notifies everybody who works for the executor of its state."""
    executor = Executor.objects.get(pk=event.case_id)
    _notify(at_work(executor.pk), executor, event, EVENTS[event.type].message, "/executor/", now)


def tell_person(event: Event, *, now: datetime) -> None:
    """Notifies the person and their leads of what became of a certification."""
    executor = Executor.objects.get(pk=event.case_id)
    people = with_leads(executor.pk, [event.facts["person"]])
    _notify(people, executor, event, EVENTS[event.type].message, CERTIFICATIONS, now)


def tell_of_rule_change(event: Event, *, now: datetime) -> None:
    """Notifies everybody who works for the executor to train on the new version before it takes effect."""
    executor = Executor.objects.get(pk=event.case_id)
    what = EVENTS[event.type].message
    due_at = datetime.fromisoformat(event.facts["from"])
    _notify(at_work(executor.pk), executor, event, what, CERTIFICATIONS, now, due_at)


def tell_of_lapse(event: Event, *, now: datetime) -> None:
    """Notifies those whose certification ends, and their leads, by when to renew it; at the end, that it has ended."""
    executor = Executor.objects.get(pk=event.case_id)
    text = VARIANTS["executor.certification_ended"] if event.facts["days"] == 0 else EVENTS[event.type]
    due_at = datetime.fromisoformat(event.facts["due"])
    _notify(with_leads(executor.pk, event.facts["people"]), executor, event, text.message, CERTIFICATIONS, now, due_at)


def tell_of_term(event: Event, *, now: datetime) -> None:
    """Notifies compliance and whoever leads the executor of what ends when, so that it can be renewed in time."""
    executor = Executor.objects.get(pk=event.case_id)
    what = VARIANTS[f"executor.{event.facts['what']}_{'ends' if event.facts['days'] else 'ended'}"].message
    due_at = datetime.fromisoformat(event.facts["due"])
    _notify(people_in(COMPLIANCE), executor, event, what, f"{DESK}/{executor.ref}/", now, due_at)
    speakers = executor.people.filter(ended_at__isnull=True) if executor.is_individual else live_leads(executor)
    _notify(_users(speakers.select_related("user")), executor, event, what, "/executor/", now, due_at)


def hand_over_at_the_end(event: Event, *, now: datetime) -> None:
    """Hands over what an executor had still to do once what let it act has ended."""
    if event.facts["days"] == 0:
        hand_over(event, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    "executor.reinstated": [tell_firm],
    **{event: [tell_person] for event in ("executor.person_certified", "executor.certification_withdrawn")},
    "executor.rule_changed": [tell_of_rule_change],
    "executor.reminded": [tell_of_lapse],
    "executor.term_reminded": [tell_of_term, hand_over_at_the_end],
    **{
        event: [tell_of_instruction]
        for event in ("instruction.issued", "instruction.reminded", "instruction.withdrawn")
    },
    "instruction.overdue": [tell_of_instruction, tell_of_late_instruction],
    **{
        event: [tell_firm, hand_over]
        for event in ("executor.suspended", "executor.ended", "executor.mandate_granted", "executor.mandate_revoked")
    },
    "incident.opened": [tell_executor, judge],
    "incident.reminded": [tell_executor],
    "incident.explained": [tell_compliance],
    "incident.unexplained": [tell_executor, tell_compliance],
    "incident.found": [tell_executor, judge],
    "incident.finding_overdue": [tell_compliance],
    "incident.compensation_overdue": [tell_compliance],
    "incident.contested": [tell_compliance],
    "incident.compensated": [tell_harmed_party],
    "incident.closed": [tell_executor],
    **{event: [tell_speakers] for event in ("recourse.claimed", "recourse.settled", "recourse.written_off")},
    "recourse.disputed": [tell_of_disputed_claim],
}


DEADLINES = {
    "executor.reminder": calls(commands.remind_of_certification, "executor_id", key="key"),
    "executor.term": calls(commands.remind_of_term, "executor_id", key="key"),
    "instruction.due": calls(commands.mark_instruction_overdue, "instruction_id"),
    "instruction.reminder": calls(commands.remind_of_instruction, "instruction_id"),
    "incident.explain": calls(commands.lapse_explanation, "incident_id"),
    "incident.reminder": calls(commands.remind_of_incident, "incident_id"),
    "incident.find": calls(commands.mark_finding_overdue, "incident_id"),
    "incident.compensate": calls(commands.mark_compensation_overdue, "incident_id"),
}
ROUTINES = {"counts of decided acts": commands.count_outcomes}


@task()
def learn_of_rule_version(version_id: int) -> int:
    """Records with executors certified for an earlier version that there is this one; returns how many. Run by the
    queue.
    """
    return commands.note_new_rule_version(version_id=version_id, now=clock.now())
