"""The state machine of what the platform claims back from an executor. Declarations only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, final_states, open_states


class RecourseState(models.TextChoices):
    CLAIMED = "CLAIMED", _("claimed")
    DISPUTED = "DISPUTED", _("disputed")
    SETTLED = "SETTLED", pgettext_lazy("recourse", "settled")
    WRITTEN_OFF = "WRITTEN_OFF", _("written off")


R = RecourseState
RECOURSE_STATES = {
    R.CLAIMED: State.open("wait", "hourglass", turn="executor", tab="", next_step=""),
    R.DISPUTED: State.open("warn", "chat", turn="platform", tab="", next_step=""),
    R.SETTLED: State.final("good", "check", tab=""),
    R.WRITTEN_OFF: State.final("calm", "cross", tab=""),
}
"""Turns: `platform`, `executor`. Its pages show the sums and say no next step; the list has no tabs."""
OPEN_RECOURSE = open_states(RECOURSE_STATES)
ENDED_RECOURSE = final_states(RECOURSE_STATES)


class RecourseMachine(models.Model):
    state = StateField(_("state"), choices=R, default=R.CLAIMED, protected=True)
    STATES = RECOURSE_STATES

    class Meta:
        abstract = True

    dispute = edge(R.CLAIMED, R.DISPUTED, "recourse.disputed", by=("lead",))
    """The executor says why it does not owe it, or not so much."""
    record_part_payment = edge(OPEN_RECOURSE, None, "recourse.part_paid", by=("client", "compliance"))
    settle = edge(OPEN_RECOURSE, R.SETTLED, "recourse.settled", by=("compliance",))
    """Both agreed to an amount and it was paid; what is above it is given up."""
    write_off = edge(OPEN_RECOURSE, R.WRITTEN_OFF, "recourse.written_off", by=("compliance", "system"))
