"""The state machine of each fact at issue in a dispute. Declarations only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State, final_states, open_states


class FactState(models.TextChoices):
    ALLEGED = "ALLEGED", _("alleged")
    PRIMA_FACIE = "PRIMA_FACIE", _("first showing made")
    REBUTTED = "REBUTTED", _("answered")
    PROVED = "PROVED", _("proved")
    NOT_PROVED = "NOT_PROVED", _("not proved")
    ADMITTED = "ADMITTED", _("admitted")
    PRESUMED = "PRESUMED", _("presumed")
    ADVERSE_INFERENCE = "ADVERSE_INFERENCE", _("taken against who withheld")


F = FactState
_TO_BE_SHOWN = State.open(
    "calm",
    "dot",
    turn="bearer",
    tab="",
    next_step=_("It is for the %(bearer)s to show something about this now."),
)
_FOUND = State.final("calm", "dot", tab="")
FACT_STATES = {
    F.ALLEGED: _TO_BE_SHOWN,
    F.PRIMA_FACIE: _TO_BE_SHOWN,
    F.REBUTTED: _TO_BE_SHOWN,
    F.PROVED: _FOUND,
    F.NOT_PROVED: _FOUND,
    F.ADMITTED: _FOUND,
    F.PRESUMED: _FOUND,
    F.ADVERSE_INFERENCE: _FOUND,
}
UNSETTLED = open_states(FACT_STATES)
SETTLED = final_states(FACT_STATES)
BY_SILENCE = {
    F.PROVED: "default_to_proved",
    F.NOT_PROVED: "default_to_not_proved",
    F.PRESUMED: "presume",
}
"""The verb by which silence leads to each state. An adverse inference is none of them: a person draws it."""


class FactMachine(models.Model):
    state = StateField(_("state"), choices=F, default=F.ALLEGED, protected=True)
    STATES = FACT_STATES

    class Meta:
        abstract = True

    open_window = edge(UNSETTLED, None, "fact.window_opened", by=("system",))
    """The bearer has until a stated time to produce."""
    extend_window = edge(UNSETTLED, None, "fact.window_extended", by=("system",))
    """The bearer has longer."""
    show = edge(UNSETTLED, F.PRIMA_FACIE, "fact.shown", by=("party",))
    """The bearer produced what supports the fact; the burden moves on where the table has a further step."""
    rebut = edge(UNSETTLED, F.REBUTTED, "fact.rebutted", by=("party",))
    """The bearer produced what speaks against the fact; the burden moves on where the table has a further step."""
    shift = edge(UNSETTLED, None, "fact.burden_shifted", by=("mediator",))
    """The mediator laid the burden on another side, on a stated basis."""
    leave_to_ruling = edge(UNSETTLED, None, "fact.left_to_ruling", by=("system",))
    """The bearer stayed silent, from which the law lets a person infer something; it waits for a ruling."""
    admit = edge(UNSETTLED, F.ADMITTED, "fact.admitted", by=("party",))
    """The side that the fact speaks against conceded it, or the side that it speaks for gave it up."""
    default_to_proved = edge(UNSETTLED, F.PROVED, "fact.defaulted", by=("system",))
    """Silence against a first showing leaves it standing."""
    default_to_not_proved = edge(UNSETTLED, F.NOT_PROVED, "fact.defaulted", by=("system",))
    """Whoever had to show it stayed silent."""
    presume = edge(UNSETTLED, F.PRESUMED, "fact.defaulted", by=("system",))
    """The law presumes it until the silent side shows otherwise."""
    infer = edge(UNSETTLED, F.ADVERSE_INFERENCE, "fact.ruled", by=("mediator",))
    """The mediator took it against whoever held the evidence and kept it back, as the law allows."""
    rule_proved = edge(
        [*UNSETTLED, F.PROVED, F.NOT_PROVED, F.PRESUMED, F.ADVERSE_INFERENCE], F.PROVED, "fact.ruled", by=("mediator",)
    )
    """The mediator found it proved to its standard."""
    rule_not_proved = edge(
        [*UNSETTLED, F.PROVED, F.NOT_PROVED, F.PRESUMED, F.ADVERSE_INFERENCE],
        F.NOT_PROVED,
        "fact.ruled",
        by=("mediator",),
    )
    """The mediator found it not proved."""
