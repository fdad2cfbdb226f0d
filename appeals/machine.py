"""The state machine of an appeal. Declarations only: `casework.firing` executes them.

SUBMITTED waits for a person; SYSTEM_REVIEW is only ever reached by the appellant's own choice; no edge leads from a
demanded case to an automated decision.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import ACTOR, StateField, edge
from casework.states import (
    Relation,
    State,
    Tab,
    can_be_taken,
    final_states,
    open_states,
    running_states,
    states_on,
    tabs,
)


class AppealState(models.TextChoices):
    LATE_REQUESTED = "LATE_REQUESTED", _("late request")
    SUBMITTED = "SUBMITTED", _("submitted")
    SYSTEM_REVIEW = "SYSTEM_REVIEW", _("system review")
    HUMAN_REVIEW = "HUMAN_REVIEW", _("human review")
    MORE_NEEDED = "MORE_NEEDED", _("more needed")
    DECIDED = "DECIDED", _("decided")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    LATE_REFUSED = "LATE_REFUSED", _("late request refused")
    CORRECTED = "CORRECTED", _("closed: the platform revoked the measure itself")
    ANSWERED = "ANSWERED", _("answered with the earlier reasons")


S = AppealState
STATES = {
    S.SUBMITTED: State.open(
        "wait",
        "check-circle",
        turn="platform",
        tab="claimable",
        next_step=_("A person will decide, who had no part in the measure."),
    ),
    S.SYSTEM_REVIEW: State.open(
        "wait",
        "gear",
        turn="platform",
        tab="",
        next_step=_("The system looks first. Whatever it does not grant goes to a person by itself."),
    ),
    S.HUMAN_REVIEW: State.open(
        "wait", "person", turn="platform", tab="mine", next_step=_("A person is reviewing the appeal.")
    ),
    S.MORE_NEEDED: State.open("warn", "alert", turn="appellant", tab="waiting", next_step=_("Your answer is needed.")),
    S.LATE_REQUESTED: State.open(
        "wait",
        "clock",
        turn="platform",
        tab="late",
        next_step=_("A person decides whether the late appeal is accepted."),
    ),
    S.DECIDED: State.final("calm", "scale", tab=""),
    S.WITHDRAWN: State.final(
        "calm", "undo", tab="", next_step=_("You withdrew this appeal. The measures stand as they were.")
    ),
    S.LATE_REFUSED: State.final(
        "calm",
        "cross",
        tab="",
        next_step=_("You can also use the other ways that the notice names. Your legal rights stay."),
    ),
    S.CORRECTED: State.final(
        "good", "check", tab="", next_step=_("The platform revoked the measure itself, so the appeal was closed.")
    ),
    S.ANSWERED: State.final(
        "calm",
        "check-circle",
        tab="",
        next_step=_(
            "No new fact was named, so the earlier answer and its reasons stand. You can have a person check that "
            "there is nothing new, and appeal again with new facts at any time."
        ),
    ),
}
"""Turns: `platform`, `appellant`. Tabs: those of the reviewers' queue, below."""
HOLDER = Relation({"reviewer_id": "user_id"})
EARLIER_REVIEWER = Relation({"first_reviewer_id": "user_id"})
TABS = tabs(
    Tab("claimable", _("Can be taken"), can_be_taken=True),
    Tab("mine", _("Mine"), seen_by=HOLDER, lapses_to="claimable"),
    Tab("waiting", _("Waiting for the appellant"), seen_by=HOLDER),
    Tab("late", _("Late requests")),
)
"""The tabs of the queue in their order."""
OPEN = open_states(STATES)
FINAL = final_states(STATES)
NOTHING_DECIDED = (S.WITHDRAWN, S.LATE_REFUSED, S.ANSWERED)
"""Ends without a decision about the measures: another appeal pauses them only with something new."""
NOT_ACCEPTED = [S.LATE_REQUESTED, S.LATE_REFUSED]
ENDED_WITHOUT_DECISION = [s for s in FINAL if s != S.DECIDED]
RUNNING = running_states(STATES)
HELD = states_on(STATES, *(tab.name for tab in TABS.values() if tab.is_own))
"""Where it has its reviewer, who works on it or waits."""
CLAIMABLE = can_be_taken(STATES, TABS)
"""Where a reviewer may take the case up: nobody has it, or whoever has it let the lease run out."""
CLOCKS = ("appeal.decide", "appeal.escalate", "appeal.information", "appeal.system")


def nobody_demanded_a_person(appeal: Any) -> bool:
    return not appeal.human_demanded


def nothing_is_new(appeal: Any) -> bool:
    """It names no new fact, and nobody demanded a person."""
    return not appeal.new_facts and not appeal.human_demanded


def is_held(appeal: Any) -> bool:
    """A reviewer holds it; a returned case keeps its reviewer, an expired lease does not end the holding by itself."""
    return appeal.reviewer_id is not None


def demand_is_new(appeal: Any) -> bool:
    """Evaluated on the changed copy: the demand is being recorded now."""
    return bool(appeal.human_demanded)


class AppealMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.SUBMITTED, protected=True)

    STATES, TABS = STATES, TABS

    class Meta:
        abstract = True

    # — the appellant —

    demand_human = edge(
        S.SYSTEM_REVIEW,
        S.SUBMITTED,
        "appeal.human_demanded",
        conditions=[demand_is_new],
        cancels=("appeal.system",),
        by=("party", "help line"),
    ) | edge(
        [state for state in OPEN if state != S.SYSTEM_REVIEW],
        None,
        "appeal.human_demanded",
        conditions=[demand_is_new],
        by=("party", "help line"),
    )
    """The appellant demands a person, or an officer takes the demand down on the phone: irrevocable, at any time,
    without a reason.
    """
    withdraw = edge(OPEN, S.WITHDRAWN, "appeal.withdrawn", cancels=CLOCKS, by=("party",))
    """The appellant takes the appeal back."""
    submit_evidence = edge(OPEN, None, "appeal.evidence_submitted", by=("party",))
    """The staged evidence is frozen as the next version."""
    confirm_filing = edge(OPEN, None, "appeal.filing_confirmed", by=("party",))
    """The party confirmed or corrected what an officer took down for it on the phone."""
    respond = edge(
        S.MORE_NEEDED, S.HUMAN_REVIEW, "appeal.information_given", cancels=("appeal.information",), by=("party",)
    )
    """The appellant answered a request for more."""
    add_translation = edge(S.DECIDED, None, "appeal.translated", by=("reviewer",))
    """A translation of the decision was added, for information: the original counts."""

    # — the system —

    give_earlier_reasons = edge(
        S.SUBMITTED, S.ANSWERED, "appeal.answered", conditions=[nothing_is_new], cancels=CLOCKS, by=("system",)
    )
    """The promised reviews were had and nothing new is named: the earlier reasons are the answer, at the filing."""
    record_triage = edge(OPEN, None, "appeal.triaged", by=("system",))
    """A suggestion of route and priority is on file; it decides nothing."""
    recompute_due = edge(OPEN, None, "appeal.due_recomputed", by=("system",))
    """A newer calendar of working days counted the time to decide anew: firm now, perhaps later, never earlier."""
    route_to_person = edge(
        S.SYSTEM_REVIEW, S.SUBMITTED, "appeal.routed_to_person", cancels=("appeal.system",), by=("system",)
    )
    """The system does not decide this one: it waits for a person, without any step by the appellant."""
    finalise_automatically = edge(
        S.SYSTEM_REVIEW,
        S.DECIDED,
        "appeal.decided",
        conditions=[nobody_demanded_a_person],
        cancels=CLOCKS,
        by=("system",),
    )
    """The system granted the appeal, where the platform switched that on and nobody demanded a person."""
    lapse_information = edge(S.MORE_NEEDED, S.HUMAN_REVIEW, "appeal.information_lapsed", by=("system",))
    """The time to answer passed; the reviewer decides on what is there."""
    mark_overdue = edge(OPEN, None, "appeal.overdue", by=("system",))
    """The published time to decide passed; the case stays, and the appellant gets an apology."""
    escalate = edge(OPEN, None, "appeal.escalated", by=("system",))
    """Nobody took it up, or it did not move, while its time ran: it is brought before whoever leads."""
    close_as_corrected = edge(OPEN, S.CORRECTED, "appeal.closed_as_corrected", cancels=CLOCKS, by=("system",))
    """The platform revoked the measure itself, so nothing is left to decide."""

    # — the reviewer —

    claim = edge(CLAIMABLE, S.HUMAN_REVIEW, "appeal.claimed", by=("reviewer",), takes=ACTOR)
    """A reviewer holds it for the length of a lease."""
    assign = edge(CLAIMABLE, S.HUMAN_REVIEW, "appeal.assigned", by=("senior reviewer",), takes="to") | edge(
        S.MORE_NEEDED, None, "appeal.assigned", by=("senior reviewer",), takes="to"
    )
    """A senior reviewer gave it to a reviewer, who holds it from now on, whoever did before."""
    release = edge(S.HUMAN_REVIEW, S.SUBMITTED, "appeal.released", by=("reviewer", "senior reviewer"), leaves=True)
    record_first_view = edge(S.HUMAN_REVIEW, None, "appeal.first_view_recorded", conditions=[is_held], by=("reviewer",))
    """The reviewer's own view is locked before the system's view is shown."""
    request_information = edge(
        S.HUMAN_REVIEW, S.MORE_NEEDED, "appeal.information_requested", conditions=[is_held], by=("reviewer",)
    )
    decide = edge(S.HUMAN_REVIEW, S.DECIDED, "appeal.decided", conditions=[is_held], cancels=CLOCKS, by=("reviewer",))
    """A person decided, point by point, in writing."""
    accept_late = edge(S.LATE_REQUESTED, S.SUBMITTED, "appeal.late_accepted", by=("reviewer",))
    refuse_late = edge(
        S.LATE_REQUESTED, S.LATE_REFUSED, "appeal.late_refused", cancels=CLOCKS, by=("reviewer",), takes=ACTOR
    )
    """The reason for being late is not good enough; whoever says so answers for it, and can read it afterwards."""
