"""Records what decided appeals and disputes say of acts, opens incidents, and runs the test that suspends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, override

from casework.actor import Actor
from casework.errors import Invalid, one_of, require_choice
from casework.firing import DeadlineSpec, command, open_case
from casework.models import Event
from casework.working_days import add_days
from executors.commands.counting import counting, forget_course, keep_course, suspension_test
from executors.commands.instructions import MeasureDecided, order_reversal
from executors.commands.registry import suspend_executor
from executors.machine import IncidentState
from executors.measurement import Crossing
from executors.models import Act, ActOutcome, ErrorClass, Executor, Incident, OutcomeSource

SYSTEM = Actor.system("outcomes")
TEST = Actor.system("suspension-test")
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ActDecision:
    """A decision about an act: what it was about, whom the act harmed if it was wrong, and in what it was.

    `rulings` name the measures that fell or became lighter; an act that was overturned without any fell as a whole.
    `undoes` is false where it was found wrong and its measure stands nevertheless, as where money makes up for it.
    """

    source: str
    source_ref: str
    event: Event
    decided_at: datetime
    by_person: bool
    overturned: bool
    error_class: str
    party_id: int
    subject_number: str
    subject_ref: str
    rulings: Sequence[MeasureDecided] = ()
    undoes: bool = True


@command
def record_outcome(*, act_id: int, decided: ActDecision, now: datetime) -> ActOutcome:
    """Records the decision about an act, once however often it is reported.

    Where it overturned the act, the act's first incident is open, with the time to explain running, and what was done
    on an order and fell, or became lighter, is ordered to be undone or reduced by a time of its own.
    Raises `Invalid` for an unknown source or error class.
    """
    require_choice("/source", decided.source, OutcomeSource)
    if decided.overturned and decided.error_class not in ErrorClass.values:
        raise Invalid.field("/error_class", "unknown", one_of(ErrorClass.values))
    act = Act.objects.select_related("executor__party", "instruction").get(pk=act_id)
    Executor.lock(Q(), pk=act.executor_id)  # outcomes of one executor follow one another, and so does its test
    with counting(act_id, act.executor_id):
        outcome, is_new = ActOutcome.objects.get_or_create(
            act=act,
            event=decided.event,
            defaults={
                "source": decided.source,
                "source_ref": decided.source_ref,
                "decided_at": decided.decided_at,
                "by_person": decided.by_person,
                "overturned": decided.overturned,
                "error_class": decided.error_class if decided.overturned else "",
                "recorded_at": now,
            },
        )
    if is_new:
        forget_course(act.executor_id, from_time=decided.decided_at)
    if not is_new or not decided.overturned:
        return outcome
    if not Incident.objects.filter(act=act).exists():
        _open_incident(act, outcome, decided, now=now)
    if act.instruction is not None and decided.undoes:
        number, rulings = decided.subject_number, decided.rulings
        order_reversal(act.instruction, number=number, rulings=rulings, actor=SYSTEM, now=now)
    return outcome


def _open_incident(act: Act, outcome: ActOutcome, decided: ActDecision, *, now: datetime) -> None:
    explain_by = add_days(now, settings.EXECUTOR_EXPLAIN_DAYS)
    soon = explain_by - REMIND_BEFORE
    clocks = [DeadlineSpec("incident.explain", explain_by)]
    clocks += [DeadlineSpec("incident.reminder", soon)] if soon > now else []
    open_case(
        Incident(
            act=act,
            outcome=outcome,
            cause_event=decided.event,
            party_id=decided.party_id,
            subject_number=decided.subject_number,
            subject_ref=decided.subject_ref,
            explain_by=explain_by,
        ),
        state=IncidentState.OPENED,
        event="incident.opened",
        actor=SYSTEM,
        now=now,
        facts={
            "act": act.ref,
            "executor": act.executor.ref,
            "person": act.person.code,
            "cause": decided.event.hash,
            "source": decided.source_ref,
            "error_class": decided.error_class,
            "explain_by": explain_by.isoformat(),
        },
        deadlines=clocks,
    )


@command
def judge_executor(*, executor_id: int, now: datetime) -> Crossing | None:
    """Suspends an executor whose decided acts say that it errs too often; does nothing otherwise.

    What counts: `executors.models.outcome_sequence_of`. Returns what the test saw when it suspended.
    """
    executor = Executor.lock(Q(), pk=executor_id)
    if not executor.may_act:
        return None
    crossing = keep_course(executor).crossing
    if crossing is None:
        return None
    with override(executor.party.language):
        reason = gettext(
            "The test of decided appeals and disputes: %(overturned)s of %(of)s were overturned, more than an executor "
            "at the accepted rate of %(accepted)s %% ever reaches except in %(alarm)s %% of all cases."
        ) % {
            "overturned": crossing.overturned,
            "of": crossing.of,
            "accepted": f"{100 * settings.EXECUTOR_ACCEPTED_ERROR:g}",
            "alarm": f"{100 * settings.EXECUTOR_FALSE_ALARM:g}",
        }
    suspend_executor(
        actor=TEST,
        ref=executor.ref,
        reason=reason,
        now=now,
        facts={
            "test": "mixture-of-likelihood-ratios",
            "decided": crossing.of,
            "overturned": crossing.overturned,
            "evidence": f"{crossing.evidence:.6g}",
            "needed": f"{suspension_test().needed:g}",
            "accepted": f"{settings.EXECUTOR_ACCEPTED_ERROR:g}",
        },
    )
    return crossing
