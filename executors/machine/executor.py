"""The state machine of an executor: where it stands, what is agreed with it, its people. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.machine import StateField, edge
from casework.states import State, open_states


class ExecutorState(models.TextChoices):
    REGISTERED = "REGISTERED", _("registered")
    IN_TRAINING = "IN_TRAINING", _("in training")
    CERTIFIED = "CERTIFIED", _("certified")
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended")
    REINSTATED = "REINSTATED", _("reinstated")
    ENDED = "ENDED", _("ended")


S = ExecutorState
STATES = {
    S.REGISTERED: State.open(
        "calm",
        "pencil",
        turn="platform",
        tab="",
        next_step=_("The platform has registered you. Training begins once it says so."),
    ),
    S.IN_TRAINING: State.open(
        "wait",
        "hourglass",
        turn="executor",
        tab="",
        next_step=_("You may train and sit tests. Nothing may be carried out yet."),
    ),
    S.CERTIFIED: State.open(
        "wait",
        "check",
        turn="platform",
        tab="",
        next_step=_("You are certified. The platform still has to activate you; nothing may be carried out yet."),
    ),
    S.ACTIVE: State.open("good", "check-circle", turn="", tab="", next_step=""),
    S.SUSPENDED: State.open(
        "stop",
        "pause",
        turn="",
        tab="",
        next_step=_("Nothing may be carried out in your name until a person at the platform lets you again."),
    ),
    S.REINSTATED: State.open("good", "undo", turn="", tab="", next_step=""),
    S.ENDED: State.final(
        "calm",
        "check-circle",
        tab="",
        next_step=_("You work for the platform no more. What you did stays on record."),
    ),
}
"""Turns: `platform`, `executor`. The list of executors has no tabs."""
LIVE = open_states(STATES)
MAY_ACT = [S.ACTIVE, S.REINSTATED]
"""The states in which an executor may act for the platform."""
HEARD = [*MAY_ACT, S.SUSPENDED]
"""The states in which it is heard: it explains what it did, and contests."""


def gives_a_reason(executor: Any) -> bool:
    """Evaluated on the changed copy."""
    return bool(executor.state_reason.strip())


class ExecutorMachine(models.Model):
    state = StateField(_("state"), choices=S, default=S.REGISTERED, protected=True)
    STATES = STATES

    class Meta:
        abstract = True

    # — where it stands —

    begin_training = edge(S.REGISTERED, S.IN_TRAINING, "executor.training_begun", by=("client", "compliance"))
    certify = edge(S.IN_TRAINING, S.CERTIFIED, "executor.certified", by=("client", "compliance"))
    activate = edge(S.CERTIFIED, S.ACTIVE, "executor.activated", by=("client", "compliance"))
    suspend = edge(MAY_ACT, S.SUSPENDED, "executor.suspended", conditions=[gives_a_reason], by=("compliance", "system"))
    """It may not act until somebody of the platform lets it again."""
    reinstate = edge(S.SUSPENDED, S.REINSTATED, "executor.reinstated", conditions=[gives_a_reason], by=("compliance",))
    """It may act again."""
    end = edge(
        LIVE,
        S.ENDED,
        "executor.ended",
        conditions=[gives_a_reason],
        cancels=("executor.reminder", "executor.term"),
        by=("client", "compliance"),
    )

    # — what is agreed with it —

    extend_contract = edge(LIVE, None, "executor.contract_extended", by=("client", "compliance"))
    record_terms = edge(LIVE, None, "executor.terms_recorded", by=("client", "compliance"))
    """New terms of processing personal data are on file."""
    propose_sub_processor = edge(LIVE, None, "executor.sub_processor_proposed", by=("client", "compliance", "lead"))
    """It asks to pass a part of the work on."""
    decide_sub_processor = edge(LIVE, None, "executor.sub_processor_decided", by=("compliance",))
    """The platform said whether that part may be passed on."""
    add_pay_term = edge(LIVE, None, "executor.pay_term_added", by=("client", "compliance"))
    """What it is paid by is on file."""
    grant_mandate = edge(LIVE, None, "executor.mandate_granted", by=("client", "compliance"))
    revoke_mandate = edge(LIVE, None, "executor.mandate_revoked", by=("client", "compliance"))

    # — its people —

    add_person = edge(LIVE, None, "executor.person_added", by=("client", "compliance"))
    end_person = edge(LIVE, None, "executor.person_ended", by=("client", "compliance"))
    """Somebody works for it no more."""
    fail_attempt = edge(LIVE, None, "executor.attempt_failed", by=("person",))
    """Somebody sat a test and did not pass."""
    certify_person = edge(LIVE, None, "executor.person_certified", by=("person",))
    """Somebody passed a test and holds a certification."""
    withdraw_certification = edge(LIVE, None, "executor.certification_withdrawn", by=("compliance",))
    """Somebody's certification counts no more."""
    note_rule_change = edge(LIVE, None, "executor.rule_changed", by=("system",))
    """A rule that its people are certified for gets a new version: they train again before it takes effect."""
    remind = edge(LIVE, None, "executor.reminded", by=("system",))
    """Somebody's certification ends soon, or has ended."""
    remind_of_term = edge(LIVE, None, "executor.term_reminded", by=("system",))
    """Its contract, terms or mandate ends soon, or has ended, and nothing follows."""
