"""The state machine of a tip: a person decides it, and a measure that followed may fall again.

Declarations only.
"""

from typing import Any

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

    @edge(state, S.RECEIVED, None, "tip.file_added", by=("party", "client"))
    def add_file(self, **_facts: Any) -> None:
        """Whoever gave the tip added a file."""

    @edge(state, S.RECEIVED, S.UNFOUNDED, "tip.dismissed", cancels=CLOCKS, by=("compliance",))
    def dismiss(self, **_facts: Any) -> None:
        """A person decides that what was reported is not confirmed."""

    @edge(state, S.RECEIVED, S.NO_RULE, "tip.set_aside", cancels=CLOCKS, by=("compliance",))
    def set_aside(self, **_facts: Any) -> None:
        """A person decides that no rule covers it."""

    @edge(state, S.RECEIVED, S.MEASURE, "tip.acted", cancels=CLOCKS, by=("compliance",))
    def act(self, **_facts: Any) -> None:
        """A person decides that a measure follows, and takes it by an ordinary notice."""

    @edge(state, list(S), None, "tip.reporter_seen", by=("compliance",))
    def see_reporter(self, **_facts: Any) -> None:
        """A person looks at who gave the tip, and says why."""

    @edge(state, S.UNFOUNDED, None, "tip.finding_proposed", by=("compliance",))
    def find(self, **_facts: Any) -> None:
        """A person proposes to find that the tip was made in bad faith."""

    @edge(state, S.UNFOUNDED, None, "tip.found_malicious", by=("compliance",))
    def confirm_finding(self, **_facts: Any) -> None:
        """A second person finds so, too; a notice to whoever gave the tip says so."""

    @edge(state, S.UNFOUNDED, None, "tip.finding_dropped", by=("compliance",))
    def drop_finding(self, **_facts: Any) -> None:
        """A second person does not find so."""

    @edge(state, S.RECEIVED, None, "tip.overdue", by=("system",))
    def mark_overdue(self, **_facts: Any) -> None:
        """The time to decide has passed."""

    @edge(state, S.MEASURE, S.REVERTED, "tip.reverted", by=("system",))
    def revert(self, **_facts: Any) -> None:
        """The measure was revoked, such as after an appeal."""
