"""The state machine of an incident: an act of an executor that a decision overturned. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.machine import StateField, edge
from casework.states import State, Tab, open_states, states_on, tabs


class IncidentState(models.TextChoices):
    OPENED = "OPENED", _("to be explained")
    EXPLAINED = "EXPLAINED", _("explained")
    UNEXPLAINED = "UNEXPLAINED", _("not explained in time")
    FOUND = "FOUND", _("found")
    CONTESTED = "CONTESTED", _("finding contested")
    COMPENSATED = "COMPENSATED", _("compensated")
    CLOSED = "CLOSED", pgettext_lazy("state", "closed")


E = IncidentState
INCIDENT_STATES = {
    E.OPENED: State.open(
        "warn",
        "alert",
        turn="executor",
        tab="wait",
        next_step=_("Say what happened. Afterwards compliance finds."),
    ),
    E.EXPLAINED: State.open(
        "wait",
        "chat",
        turn="platform",
        tab="find",
        next_step=_("Compliance looks at the act and at your statement."),
    ),
    E.UNEXPLAINED: State.open(
        "warn",
        "clock",
        turn="platform",
        tab="find",
        next_step=_("The time to explain has passed. You can still do it until compliance has found."),
    ),
    E.FOUND: State.open(
        "calm",
        "scale",
        turn="platform",
        tab="pay",
        next_step=_("The platform makes the affected party whole."),
    ),
    E.CONTESTED: State.open(
        "wait",
        "person",
        turn="platform",
        tab="find",
        next_step=_("Somebody who had no part in the finding decides anew."),
    ),
    E.COMPENSATED: State.open(
        "good",
        "check",
        turn="platform",
        tab="pay",
        next_step=_("The platform made the affected party whole in its own name."),
    ),
    E.CLOSED: State.final(
        "calm",
        "check-circle",
        tab="closed",
        next_step=_("The platform made the affected party whole in its own name."),
    ),
}
"""Turns: `platform`, `executor`. Tabs: those of compliance's list."""
INCIDENT_TABS = tabs(
    Tab("find", _("To find")),
    Tab("pay", _("To make whole")),
    Tab("wait", _("Waiting for the executor")),
    Tab("closed", _("Closed")),
)
OPEN_INCIDENT = open_states(INCIDENT_STATES)
BEFORE_FINDING = [E.OPENED, E.EXPLAINED, E.UNEXPLAINED]
AFTER_FINDING = [s for s in INCIDENT_STATES if s not in BEFORE_FINDING]
UNHEARD = [E.OPENED, E.UNEXPLAINED]
EXPLAINING_CLOCKS = ("incident.explain", "incident.reminder")
AWAITS_FINDING = states_on(INCIDENT_STATES, "find")
OWED_MONEY = [E.FOUND, E.CONTESTED]
"""Where the harmed party has still to be made whole, unless it was before the finding was contested."""
CONTESTABLE = [E.FOUND, E.COMPENSATED]
COMPENSABLE = [E.FOUND, E.CONTESTED, E.COMPENSATED]
"""The states in which the harmed party can be made whole: once something was found, whether contested or not."""


def is_first_contest(incident: Any) -> bool:
    """Evaluated on the changed copy, whose round the contest moves from one to two."""
    return int(incident.round) == 2


class IncidentMachine(models.Model):
    state = StateField(_("state"), choices=E, default=E.OPENED, protected=True)
    STATES, TABS = INCIDENT_STATES, INCIDENT_TABS

    class Meta:
        abstract = True

    add_file = edge(UNHEARD, None, "incident.file_added", by=("person",))
    """The executor put a file beside its explanation."""
    explain = edge(UNHEARD, E.EXPLAINED, "incident.explained", cancels=EXPLAINING_CLOCKS, by=("person",))
    lapse_explanation = edge(
        E.OPENED, E.UNEXPLAINED, "incident.unexplained", cancels=("incident.reminder",), by=("system",)
    )
    """The time to explain passed in silence; it can be found on what is on file."""
    remind = edge(E.OPENED, None, "incident.reminded", by=("system",))
    """The time to explain runs out soon; the executor was told."""
    find = edge(AWAITS_FINDING, E.FOUND, "incident.found", cancels=("incident.find",), by=("compliance",))
    """A person of compliance found whose fault it was; after a contest somebody else."""
    contest = edge(CONTESTABLE, E.CONTESTED, "incident.contested", conditions=[is_first_contest], by=("person",))
    compensate = edge(
        E.FOUND, E.COMPENSATED, "incident.compensated", cancels=("incident.compensate",), by=("compliance", "client")
    ) | edge(
        [E.CONTESTED, E.COMPENSATED],
        None,
        "incident.compensated",
        cancels=("incident.compensate",),
        by=("compliance", "client"),
    )
    """The platform made the harmed party whole in its own name, or said why nothing is owed.

    A contest goes on meanwhile: nobody waits for the new finding to be made whole.
    """
    keep_compensation = edge(E.FOUND, E.COMPENSATED, "incident.compensation_kept", by=("system",))
    """It was found anew after the party had been made whole: nothing is taken back."""
    mark_finding_overdue = edge(AWAITS_FINDING, None, "incident.finding_overdue", by=("system",))
    """The time in which compliance should have found has passed."""
    mark_compensation_overdue = edge(OWED_MONEY, None, "incident.compensation_overdue", by=("system",))
    """The time in which the harmed party should have been made whole has passed."""
    close = edge(E.COMPENSATED, E.CLOSED, "incident.closed", by=("compliance",))
    """Nothing is left to do for the harmed party, and the executor cannot contest the finding any more."""
