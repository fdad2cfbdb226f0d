"""Requests for leave: a case type of another project, on the kernel alone."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from casework.actor import Actor
from casework.constraints import check
from casework.errors import NotAllowed
from casework.firing import DeadlineSpec, command, fire, locked, open_case
from casework.machine import StateField, edge
from casework.models import Case
from casework.states import State
from casework.triggers import Trigger, kept


class LeaveState(models.TextChoices):
    ASKED = "ASKED", "asked"
    GRANTED = "GRANTED", "granted"
    LAPSED = "LAPSED", "lapsed"


class LeaveMachine(models.Model):
    STATES = {
        LeaveState.ASKED: State.open("wait", "clock", turn="manager", tab="open", next_step="A manager answers."),
        LeaveState.GRANTED: State.final("good", "check", tab="closed"),
        LeaveState.LAPSED: State.final("calm", "clock", tab="closed"),
    }
    state = StateField(choices=LeaveState, default=LeaveState.ASKED, protected=True)

    class Meta:
        abstract = True

    grant = edge(LeaveState.ASKED, LeaveState.GRANTED, "leave.granted", cancels=("leave.answer",))
    lapse = edge(LeaveState.ASKED, LeaveState.LAPSED, "leave.lapsed")


class Leave(LeaveMachine, Case):
    KIND, REF_PREFIX, NUMBER_PREFIX, OPENS_IN = "leave", "lve_", "L", (LeaveState.ASKED,)
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (check("leave_is_of_thirty_days_at_most", Q(days__lte=30)),)


TRIGGERS: list[Trigger] = [kept("leave_leave", "leave_is_kept")]


@command
def ask_for_leave(*, actor: Actor, days: int, now):
    due = DeadlineSpec("leave.answer", now + timedelta(days=3))
    return open_case(Leave(days=days), state="ASKED", event="leave.asked", actor=actor, now=now, deadlines=[due])


@command
def grant_leave(*, actor: Actor, ref: str, expected_version: int, now):
    if not actor.has_role("manager"):
        raise NotAllowed()
    leave = locked(Leave, Q(), ref, expected_version)
    fire(leave, "grant", actor=actor, now=now, facts={"days": leave.days})
    return leave
