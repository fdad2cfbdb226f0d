"""What follows from executors' events and deadlines: handing work over, judging, telling who has to act.

A message says what kind of thing happened, the number and the time limit; nobody is named in one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.tasks import task
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import people_in, people_of
from accounts.roles import COMPLIANCE
from casework import clock
from casework.models import Case, Deadline, Event
from casework.notifications import notify
from casework.outbox import Subscriber
from executors import commands
from executors.models import Executor, ExecutorPerson, Incident, Instruction, OutcomeSource, Recourse
from executors.policies import leads_for, live_leads

DESK = "/workbench/executors"


def _tell(
    users: Iterable[User],
    row: Case,
    event: Event,
    what: str | Promise,
    path: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Each of these is told once of this event, except who did it."""
    people = {u.pk: (u.pk, u.email, u.language) for u in users if u.is_active and u.ref != event.actor_ref}
    notify(people.values(), event=event, what=what, number=row.number, path=path, due_at=due_at, now=now)


def _users(people: Iterable[ExecutorPerson]) -> list[User]:
    return [p.user for p in people]


# — instructions —

OF_INSTRUCTIONS: dict[str, str | Promise] = {
    "instruction.issued": _("There is an instruction for you."),
    "instruction.reminded": _("The time to carry out an instruction runs out soon."),
    "instruction.overdue": _("An instruction is late."),
    "instruction.withdrawn": _("An instruction was withdrawn. Do not carry it out."),
}


def tell_of_instruction(event: Event, *, now: datetime) -> None:
    """Who took it on is told, else everybody of the executor; of one that is the platform's own, compliance."""
    row = Instruction.objects.select_related("executor", "acknowledged_by__user").get(pk=event.case_id)
    what = OF_INSTRUCTIONS[event.type]
    due_at = row.due_at if row.is_open else None
    if row.executor is None:
        _tell(people_in(COMPLIANCE), row, event, what, f"{DESK}/instructions/{row.ref}/", now, due_at)
        return
    live = row.executor.people.filter(ended_at__isnull=True).select_related("user")
    people = [row.acknowledged_by] if row.acknowledged_by is not None else live
    _tell(_users(people), row, event, what, f"/executor/instructions/{row.ref}/", now, due_at)


def tell_of_late_instruction(event: Event, *, now: datetime) -> None:
    """Compliance hears that something is not done that should be."""
    row = Instruction.objects.get(pk=event.case_id)
    path = f"{DESK}/instructions/{row.ref}/"
    _tell(people_in(COMPLIANCE), row, event, _("An executor is late with an instruction."), path, now)


def hand_over(event: Event, *, now: datetime) -> None:
    """What an executor had still to do and may not any more is somebody else's."""
    commands.hand_over_instructions(executor_id=event.case_id, now=now)


# — incidents —

TO_EXECUTOR: dict[str, str | Promise] = {
    "incident.opened": _("A decision overturned what you did. Please explain it."),
    "incident.reminded": _("The time to explain an incident runs out soon."),
    "incident.unexplained": _("The time to explain an incident has passed. You can still do it until it is found."),
    "incident.found": _("Compliance found on an incident. You can contest it once."),
    "incident.closed": _("An incident was closed."),
}
TO_COMPLIANCE: dict[str, str | Promise] = {
    "incident.explained": _("An executor explained an incident. It waits for a finding."),
    "incident.unexplained": _("An executor did not explain an incident in time. It waits for a finding."),
    "incident.contested": _("A finding is contested. Somebody else finds anew."),
    "incident.finding_overdue": _("A finding on an incident is late."),
    "incident.compensation_overdue": _("A harmed party is not made whole in time."),
    "recourse.disputed": _("An executor disputes a claim."),
}


def tell_executor(event: Event, *, now: datetime) -> None:
    """Who acted is told, and who answers with them: the leads of their team, else every lead."""
    row = Incident.objects.select_related("act__person__user", "act__person__executor", "outcome").get(pk=event.case_id)
    actor = row.act.person
    leads = leads_for(actor).select_related("user")
    people = [*leads, *([actor] if actor.is_live else [])]
    due_at = {"OPENED": row.explain_by, "FOUND": row.contest_by if row.round == 1 else None}.get(str(row.state))
    is_final = event.type == "incident.found" and event.facts["round"] > 1
    what = _("Somebody else found anew on an incident. That finding stands.") if is_final else TO_EXECUTOR[event.type]
    if event.type == "incident.opened" and row.outcome.source == OutcomeSource.CORRECTION:
        what = _("The platform withdrew what you did. Please explain it.")
    _tell(_users(people), row, event, what, f"/executor/incidents/{row.ref}/", now, due_at)


def tell_compliance(event: Event, *, now: datetime) -> None:
    """Compliance hears what waits for it."""
    row = Incident.objects.get(pk=event.case_id)
    _tell(people_in(COMPLIANCE), row, event, TO_COMPLIANCE[event.type], f"{DESK}/incidents/{row.ref}/", now)


def tell_harmed_party(event: Event, *, now: datetime) -> None:
    """Whoever acts for the harmed party hears that the platform made it good; of the executor they hear nothing."""
    row = Incident.objects.get(pk=event.case_id)
    if not event.facts["amount_minor"]:
        return
    people = {u.pk: (u.pk, u.email, u.language) for u in people_of(row.party_id)}
    notify(
        people.values(),
        event=event,
        what=_("The platform has paid for what an overturned measure cost you."),
        number=row.subject_number,
        path=f"/notices/{row.subject_ref}/",
        now=now,
    )


def judge(event: Event, *, now: datetime) -> None:
    """After each overturned act, and each finding, the executor's test is looked at; it can be at any time.

    A finding can make an act count that the one before had excused.
    """
    row = Incident.objects.select_related("act").get(pk=event.case_id)
    commands.judge_executor(executor_id=row.act.executor_id, now=now)


# — recourse —

OF_RECOURSE: dict[str, str | Promise] = {
    "recourse.claimed": _("The platform claims from you what it paid for an incident."),
    "recourse.settled": _("A claim of the platform against you is settled."),
    "recourse.written_off": _("The platform gave up what was open of a claim against you."),
}


def tell_speakers(event: Event, *, now: datetime) -> None:
    """Those who see the claim are told: the leads who answer for the act, and an individual."""
    row = Recourse.objects.select_related("incident__act__person__executor", "executor").get(pk=event.case_id)
    live = row.executor.people.filter(ended_at__isnull=True)
    people = live if row.executor.is_individual else leads_for(row.incident.act.person)
    _tell(
        _users(people.select_related("user")),
        row,
        event,
        OF_RECOURSE[event.type],
        f"/executor/recourses/{row.ref}/",
        now,
    )


def tell_of_disputed_claim(event: Event, *, now: datetime) -> None:
    row = Recourse.objects.get(pk=event.case_id)
    _tell(people_in(COMPLIANCE), row, event, TO_COMPLIANCE[event.type], f"{DESK}/recourses/{row.ref}/", now)


# — where an executor stands, and who is certified —

TO_ALL: dict[str, str | Promise] = {
    "executor.suspended": _("Your firm may not act for the platform at present."),
    "executor.reinstated": _("Your firm may act for the platform again."),
    "executor.ended": _("Your firm's work for the platform has ended."),
    "executor.mandate_granted": _("What your firm may do for the platform has changed."),
    "executor.mandate_revoked": _("What your firm may do for the platform has changed."),
}
TO_ONE: dict[str, str | Promise] = {
    "executor.person_certified": _("A certification was issued."),
    "executor.certification_withdrawn": _("A certification was withdrawn."),
}
CERTIFICATIONS = "/executor/certifications/"


def at_work(executor_id: int) -> list[User]:
    """Everybody who works for the executor now."""
    rows = ExecutorPerson.objects.filter(executor=executor_id, ended_at__isnull=True)
    return _users(rows.select_related("user").order_by("pk"))


def with_leads(executor_id: int, codes: Iterable[str]) -> list[User]:
    """The people with these codes and whoever leads their teams."""
    wanted = list(ExecutorPerson.objects.filter(executor=executor_id, code__in=list(codes)).select_related("user"))
    teams = Q(team__in={p.team_id for p in wanted if p.team_id is not None})
    if any(p.team_id is None for p in wanted):
        teams |= Q(team__isnull=True)
    leads = ExecutorPerson.objects.filter(teams, executor=executor_id, is_lead=True, ended_at__isnull=True)
    return _users([p for p in wanted if p.is_live] + list(leads.select_related("user")))


def tell_firm(event: Event, *, now: datetime) -> None:
    """Everybody who works for the executor is told where it stands."""
    executor = Executor.objects.get(pk=event.case_id)
    _tell(at_work(executor.pk), executor, event, TO_ALL[event.type], "/executor/", now)


def tell_person(event: Event, *, now: datetime) -> None:
    """The person and their leads are told what became of a certification."""
    executor = Executor.objects.get(pk=event.case_id)
    people = with_leads(executor.pk, [event.facts["person"]])
    _tell(people, executor, event, TO_ONE[event.type], CERTIFICATIONS, now)


def tell_of_rule_change(event: Event, *, now: datetime) -> None:
    """Everybody who works for the executor is told to train on the new version before it takes effect."""
    executor = Executor.objects.get(pk=event.case_id)
    what = _("A rule changes. Train on the new version before it takes effect.")
    due_at = datetime.fromisoformat(event.facts["from"])
    _tell(at_work(executor.pk), executor, event, what, CERTIFICATIONS, now, due_at)


def tell_of_lapse(event: Event, *, now: datetime) -> None:
    """Those whose certification ends, and their leads, are told by when to renew it; at the end, that it has ended."""
    executor = Executor.objects.get(pk=event.case_id)
    over = event.facts["days"] == 0
    what = _("A certification has ended.") if over else _("A certification ends soon. Renew it in time.")
    due_at = datetime.fromisoformat(event.facts["due"])
    _tell(with_leads(executor.pk, event.facts["people"]), executor, event, what, CERTIFICATIONS, now, due_at)


OF_TERM: dict[str, tuple[str | Promise, str | Promise]] = {
    "contract": (_("An executor's contract ends soon."), _("An executor's contract has ended.")),
    "terms": (
        _("An executor's terms for personal data end soon."),
        _("An executor's terms for personal data have ended."),
    ),
    "mandate": (_("An executor's mandate ends soon."), _("An executor's mandate has ended.")),
}


def tell_of_term(event: Event, *, now: datetime) -> None:
    """Compliance and whoever leads the executor are told what ends when, so that it can be renewed in time."""
    executor = Executor.objects.get(pk=event.case_id)
    what = OF_TERM[event.facts["what"]][event.facts["days"] == 0]
    due_at = datetime.fromisoformat(event.facts["due"])
    _tell(people_in(COMPLIANCE), executor, event, what, f"{DESK}/{executor.ref}/", now, due_at)
    speakers = executor.people.filter(ended_at__isnull=True) if executor.is_individual else live_leads(executor)
    _tell(_users(speakers.select_related("user")), executor, event, what, "/executor/", now, due_at)


def hand_over_at_the_end(event: Event, *, now: datetime) -> None:
    """Once what let the executor act has ended, what it had still to do is somebody else's."""
    if event.facts["days"] == 0:
        hand_over(event, now=now)


SUBSCRIPTIONS: dict[str, list[Subscriber]] = {
    **{event: [tell_firm] for event in TO_ALL},
    **{event: [tell_person] for event in TO_ONE},
    "executor.rule_changed": [tell_of_rule_change],
    "executor.reminded": [tell_of_lapse],
    "executor.term_reminded": [tell_of_term, hand_over_at_the_end],
    **{event: [tell_of_instruction] for event in OF_INSTRUCTIONS},
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
    **{event: [tell_speakers] for event in OF_RECOURSE},
    "recourse.disputed": [tell_of_disputed_claim],
}


def certification_reminder_due(
    *, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime, **_rest: Any
) -> None:
    commands.remind_of_certification(executor_id=case_id, key=deadline.key, effective_at=effective_at, now=now)


def term_reminder_due(*, case_id: int, deadline: Deadline, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.remind_of_term(executor_id=case_id, key=deadline.key, effective_at=effective_at, now=now)


def instruction_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.mark_instruction_overdue(instruction_id=case_id, effective_at=effective_at, now=now)


def instruction_reminder_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.remind_of_instruction(instruction_id=case_id, effective_at=effective_at, now=now)


def explanation_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.lapse_explanation(incident_id=case_id, effective_at=effective_at, now=now)


def explanation_reminder_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.remind_of_incident(incident_id=case_id, effective_at=effective_at, now=now)


def finding_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.mark_finding_overdue(incident_id=case_id, effective_at=effective_at, now=now)


def compensation_due(*, case_id: int, effective_at: datetime, now: datetime, **_rest: Any) -> None:
    commands.mark_compensation_overdue(incident_id=case_id, effective_at=effective_at, now=now)


DEADLINES = {
    "executor.reminder": certification_reminder_due,
    "executor.term": term_reminder_due,
    "instruction.due": instruction_due,
    "instruction.reminder": instruction_reminder_due,
    "incident.explain": explanation_due,
    "incident.reminder": explanation_reminder_due,
    "incident.find": finding_due,
    "incident.compensate": compensation_due,
}


@task()
def learn_of_rule_version(version_id: int) -> int:
    """Executors certified for an earlier version know of this one; returns how many learned it. Run by the queue."""
    return commands.note_new_rule_version(version_id=version_id, now=clock.now())
