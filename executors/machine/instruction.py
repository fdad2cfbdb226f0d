"""The state machine of an instruction to an executor. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, Tab, open_states, tabs


class InstructionState(models.TextChoices):
    ISSUED = "ISSUED", _("given")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("acknowledged")
    COMPLETED = "COMPLETED", _("carried out")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("instruction", "withdrawn")


I = InstructionState  # noqa: E741  as S above
INSTRUCTION_STATES = {
    I.ISSUED: State.open("warn", "alert", turn="executor", tab="open", next_step=_("Read it and take it on.")),
    I.ACKNOWLEDGED: State.open(
        "wait", "hourglass", turn="executor", tab="open", next_step=_("Do it and report it here.")
    ),
    I.COMPLETED: State.final("good", "check-circle", tab="done", next_step=_("It is done.")),
    I.WITHDRAWN: State.final("calm", "undo", tab="withdrawn", next_step=_("It was withdrawn. Do not carry it out.")),
}
"""Turns: `executor`, which is the platform where the instruction is its own. Tabs: those of compliance's list."""
INSTRUCTION_TABS = tabs(Tab("open", _("Open")), Tab("done", _("Carried out")), Tab("withdrawn", _("Withdrawn")))
OPEN_INSTRUCTION = open_states(INSTRUCTION_STATES)
INSTRUCTION_CLOCKS = ("instruction.due", "instruction.reminder")


def is_marked_late(instruction: Any) -> bool:
    """Evaluated on the changed copy."""
    return instruction.overdue_at is not None


class InstructionMachine(models.Model):
    state = StateField(_("state"), choices=I, default=I.ISSUED, protected=True)
    STATES, TABS = INSTRUCTION_STATES, INSTRUCTION_TABS

    class Meta:
        abstract = True

    acknowledge = edge(I.ISSUED, I.ACKNOWLEDGED, "instruction.acknowledged", by=("person", "client"))
    """Somebody of the executor has read it and takes it on."""
    complete = edge(
        I.ACKNOWLEDGED, I.COMPLETED, "instruction.completed", cancels=INSTRUCTION_CLOCKS, by=("person", "client")
    )
    """It is done, and shown to be."""
    withdraw = edge(
        OPEN_INSTRUCTION,
        I.WITHDRAWN,
        "instruction.withdrawn",
        cancels=INSTRUCTION_CLOCKS,
        by=("client", "compliance", "system"),
    )
    """It is not to be carried out any more, or somebody else does."""
    mark_overdue = edge(OPEN_INSTRUCTION, None, "instruction.overdue", conditions=[is_marked_late], by=("system",))
    """Its time has passed and it is not done."""
    remind = edge(OPEN_INSTRUCTION, None, "instruction.reminded", by=("system",))
    """Its time runs out soon; the executor was told."""
