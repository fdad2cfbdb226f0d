"""The state machine of a right holder's notice: received, forwarded with measures, answered by a statement, ended.

Declarations only. Measures end by silence from STATED alone: no edge leads there from FORWARDED or PROCEEDINGS.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State, Tab, open_states, states_on, tabs


class InfringementState(models.TextChoices):
    INCOMPLETE = "INCOMPLETE", _("not complete yet")
    RECEIVED = "RECEIVED", _("to be decided")
    FORWARDED = "FORWARDED", _("accepted and forwarded")
    STATED = "STATED", _("statement forwarded")
    PROCEEDINGS = "PROCEEDINGS", _("complaint or lawsuit on record")
    REFUSED = "REFUSED", _("not accepted")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    LIFTED = "LIFTED", _("measures ended after 15 days")
    CONCLUDED = "CONCLUDED", _("outcome carried out")
    REVOKED = "REVOKED", _("measure revoked")


S = InfringementState
STATES = {
    S.INCOMPLETE: State.paused(
        "warn",
        "pencil",
        tab="waiting",
        next_step=_("The notice has no effect before the right holder has added what is missing."),
    ),
    S.RECEIVED: State.open(
        "wait", "hourglass", turn="platform", tab="decide", next_step=_("A person of the platform decides.")
    ),
    S.FORWARDED: State.paused(
        "stop",
        "dot",
        tab="waiting",
        next_step=_("The measure stands. The merchant can state that there is no infringement, at any time."),
    ),
    S.STATED: State.open(
        "wait",
        "clock",
        turn="holder",
        tab="waiting",
        next_step=_("The measure ends by itself unless the right holder shows a complaint or lawsuit in time."),
    ),
    S.PROCEEDINGS: State.paused(
        "stop",
        "scale",
        tab="proceedings",
        next_step=_("The measure stands until the outcome of the proceedings is on record."),
    ),
    S.REFUSED: State.final("calm", "cross", tab="ended", next_step=_("No measure rests on this notice.")),
    S.WITHDRAWN: State.final("calm", "undo", tab="ended", next_step=_("No measure rests on this notice any more.")),
    S.LIFTED: State.final(
        "calm", "undo", tab="ended", next_step=_("No complaint or lawsuit was shown within 15 days.")
    ),
    S.CONCLUDED: State.final("calm", "check-circle", tab="ended", next_step=_("The outcome was carried out.")),
    S.REVOKED: State.final("good", "check", tab="ended", next_step=_("The measure was revoked, so nothing is left.")),
}
"""Turns: `platform`, `holder` (of the right). What is forwarded, or before a court, has no time of ours."""
TABS = tabs(
    Tab("decide", _("To decide")),
    Tab("waiting", _("Waiting for a side")),
    Tab("proceedings", _("In proceedings")),
    Tab("ended", _("Ended")),
)
OPEN = open_states(STATES)
ENDED = states_on(STATES, "ended")
ACCEPTED = [S.FORWARDED, S.STATED, S.PROCEEDINGS]
"""Where the measure stands on the notice."""
UNDECIDED = [S.INCOMPLETE, S.RECEIVED]
ENDS_MEASURES = [S.LIFTED, S.WITHDRAWN, S.CONCLUDED]
HAD_EFFECT = [state for state in S if state != S.INCOMPLETE]
CLOCKS = ("infringement.decide", "infringement.silence")


class InfringementMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.INCOMPLETE, protected=True)
    STATES, TABS = STATES, TABS

    class Meta:
        abstract = True

    # — the right holder —

    complete = edge(S.INCOMPLETE, None, "infringement.completed", by=("party", "client"))
    """The right holder added to the notice."""
    deliver = edge(S.INCOMPLETE, S.RECEIVED, "infringement.received", by=("party", "client"))
    """Nothing is missing any more: the notice takes effect."""
    add_file = edge([S.INCOMPLETE, S.FORWARDED, S.STATED], None, "infringement.file_added", by=("party", "client"))
    """A side put a file beside what it says next."""
    withdraw = edge(OPEN, S.WITHDRAWN, "infringement.withdrawn", cancels=CLOCKS, by=("party", "client"))
    report_proceedings = edge(
        S.STATED, S.PROCEEDINGS, "infringement.proceedings_reported", cancels=CLOCKS, by=("party", "client")
    )
    answer_question = edge(HAD_EFFECT, None, "infringement.answered", by=("party", "client"))

    # — the merchant —

    state_no_infringement = edge(S.FORWARDED, S.STATED, "infringement.stated", by=("party",))

    # — the platform —

    accept = edge(S.RECEIVED, S.FORWARDED, "infringement.accepted", cancels=CLOCKS, by=("compliance",))
    """A person accepts it, takes the measure and forwards the notice."""
    refuse = edge(S.RECEIVED, S.REFUSED, "infringement.refused", cancels=CLOCKS, by=("compliance",))
    conclude = edge(S.PROCEEDINGS, S.CONCLUDED, "infringement.concluded", by=("compliance",))
    ask = edge(HAD_EFFECT, None, "infringement.asked", by=("compliance",))
    find_wrong = edge(HAD_EFFECT, None, "infringement.found_wrong", by=("compliance",))
    """A person finds that the notice was wrong, or malicious."""

    # — the system —

    mark_overdue = edge(S.RECEIVED, None, "infringement.overdue", by=("system",))
    """The time to decide has passed."""
    lift = edge(S.STATED, S.LIFTED, "infringement.lifted", by=("system",))
    """15 days passed in silence: the measure ends."""
    follow_revocation = edge(ACCEPTED, S.REVOKED, "infringement.measure_revoked", cancels=CLOCKS, by=("system",))
    """The measure fell otherwise, such as by an appeal."""
