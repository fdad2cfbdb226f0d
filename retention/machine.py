"""The state machines of a retention run and of a legal hold. Declarations only."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, Tab, tabs


class RunState(models.TextChoices):
    ENDING = "ENDING", _("being carried out")
    CARRIED_OUT = "CARRIED_OUT", pgettext_lazy("retention", "carried out")


RUN_STATES = {
    RunState.ENDING: State.open(
        "wait", "hourglass", turn="", tab="running", next_step=_("The worker deletes the records, some at a time.")
    ),
    RunState.CARRIED_OUT: State.final(
        "calm", "check-circle", tab="done", next_step=_("The records have ended for good.")
    ),
}
RUN_TABS = tabs(Tab("running", _("Being carried out")), Tab("done", pgettext_lazy("retention", "Carried out")))


class RunMachine(models.Model):
    state = StateField(_("state"), choices=RunState, default=RunState.ENDING, protected=True)
    STATES, TABS = RUN_STATES, RUN_TABS

    class Meta:
        abstract = True

    end_some = edge(RunState.ENDING, None, "retention_run.ended_some", by=("system",))
    """Some of the records have ended; the event has their number and the digest of their keys."""
    finish = edge(RunState.ENDING, RunState.CARRIED_OUT, "retention_run.finished", by=("system",))
    """No record is left that was due and is not held."""


class HoldState(models.TextChoices):
    IN_FORCE = "IN_FORCE", pgettext_lazy("hold", "in force")
    LIFTED = "LIFTED", pgettext_lazy("hold", "lifted")


HOLD_STATES = {
    HoldState.IN_FORCE: State.open(
        "stop", "dot", turn="", tab="in_force", next_step=_("Nothing of it is deleted while it is held.")
    ),
    HoldState.LIFTED: State.final("calm", "undo", tab="lifted", next_step=_("It holds nothing any more.")),
}
HOLD_TABS = tabs(Tab("in_force", pgettext_lazy("holds", "In force")), Tab("lifted", pgettext_lazy("holds", "Lifted")))


class HoldMachine(models.Model):
    state = StateField(_("state"), choices=HoldState, default=HoldState.IN_FORCE, protected=True)
    STATES, TABS = HOLD_STATES, HOLD_TABS

    class Meta:
        abstract = True

    lift = edge(HoldState.IN_FORCE, HoldState.LIFTED, "legal_hold.lifted", by=("compliance",))
    """The hold is over, for a reason."""
