"""The state machine of a tip: a person decides it, and a measure that followed may fall again.

Declarations only.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State, Tab, tabs


class TipState(models.TextChoices):
    RECEIVED = "RECEIVED", _("to be decided")
    UNFOUNDED = "UNFOUNDED", _("not confirmed")
    NO_RULE = "NO_RULE", _("no rule covers it")
    MEASURE = "MEASURE", _("a measure followed")
    REVERTED = "REVERTED", _("measure revoked")


S = TipState
STATES = {
    S.RECEIVED: State.open(
        "wait", "hourglass", turn="platform", tab="decide", next_step=_("A person of the platform decides.")
    ),
    S.UNFOUNDED: State.final("calm", "cross", tab="ended", next_step=_("What was reported was not confirmed.")),
    S.NO_RULE: State.final(
        "calm", "dot", tab="ended", next_step=_("No rule of the platform covers it. It is counted for the next rules.")
    ),
    S.MEASURE: State.final(
        "good",
        "check",
        tab="ended",
        next_step=_("A measure was taken. Which one is between the platform and whom it is about."),
    ),
    S.REVERTED: State.final(
        "calm", "undo", tab="ended", next_step=_("A measure was taken, and revoked when it was looked at again.")
    ),
}
TABS = tabs(Tab("decide", _("To decide")), Tab("ended", _("Ended")))
CLOCKS = ("tip.decide",)


class TipMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.RECEIVED, protected=True)
    STATES, TABS = STATES, TABS

    class Meta:
        abstract = True

    add_file = edge(S.RECEIVED, None, "tip.file_added", by=("party", "client"))
    """Whoever gave the tip added a file."""
    dismiss = edge(S.RECEIVED, S.UNFOUNDED, "tip.dismissed", cancels=CLOCKS, by=("compliance",))
    set_aside = edge(S.RECEIVED, S.NO_RULE, "tip.set_aside", cancels=CLOCKS, by=("compliance",))
    act = edge(S.RECEIVED, S.MEASURE, "tip.acted", cancels=CLOCKS, by=("compliance",))
    """A person decides that a measure follows, and takes it by an ordinary notice."""
    see_reporter = edge(list(S), None, "tip.reporter_seen", by=("compliance",))
    """A person looks at who gave the tip, and says why."""
    find = edge(S.UNFOUNDED, None, "tip.finding_proposed", by=("compliance",))
    confirm_finding = edge(S.UNFOUNDED, None, "tip.found_malicious", by=("compliance",))
    drop_finding = edge(S.UNFOUNDED, None, "tip.finding_dropped", by=("compliance",))
    """A second person does not find so."""
    mark_overdue = edge(S.RECEIVED, None, "tip.overdue", by=("system",))
    """The time to decide has passed."""
    revert = edge(S.MEASURE, S.REVERTED, "tip.reverted", by=("system",))
    """The measure was revoked, such as after an appeal."""
