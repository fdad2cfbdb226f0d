"""The state machine of an executor: where it stands, what is agreed with it, its people. Declarations only."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from casework.machine import StateField, moves
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

    @transition(
        field=state,
        source=S.REGISTERED,
        target=S.IN_TRAINING,
        custom=moves("executor.training_begun", by=("client", "compliance")),
    )
    def begin_training(self, **_facts: Any) -> None:
        """Its people may train and be tested."""

    @transition(
        field=state,
        source=S.IN_TRAINING,
        target=S.CERTIFIED,
        custom=moves("executor.certified", by=("client", "compliance")),
    )
    def certify(self, **_facts: Any) -> None:
        """At least one of its people holds a certification in force."""

    @transition(
        field=state,
        source=S.CERTIFIED,
        target=S.ACTIVE,
        custom=moves("executor.activated", by=("client", "compliance")),
    )
    def activate(self, **_facts: Any) -> None:
        """It may act within its mandate: contract, processing terms and mandate are in force."""

    @transition(
        field=state,
        source=MAY_ACT,
        target=S.SUSPENDED,
        conditions=[gives_a_reason],
        custom=moves("executor.suspended", by=("compliance", "system")),
    )
    def suspend(self, **_facts: Any) -> None:
        """It may not act until somebody of the platform lets it again."""

    @transition(
        field=state,
        source=S.SUSPENDED,
        target=S.REINSTATED,
        conditions=[gives_a_reason],
        custom=moves("executor.reinstated", by=("compliance",)),
    )
    def reinstate(self, **_facts: Any) -> None:
        """It may act again."""

    @transition(
        field=state,
        source=LIVE,
        target=S.ENDED,
        conditions=[gives_a_reason],
        custom=moves("executor.ended", cancels=("executor.reminder", "executor.term"), by=("client", "compliance")),
    )
    def end(self, **_facts: Any) -> None:
        """It works for the platform no more; what it did stays on record."""

    # — what is agreed with it —

    @transition(
        field=state,
        source=LIVE,
        target=None,
        custom=moves("executor.contract_extended", by=("client", "compliance")),
    )
    def extend_contract(self, **_facts: Any) -> None:
        """The contract runs longer than it did."""

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.terms_recorded", by=("client", "compliance"))
    )
    def record_terms(self, **_facts: Any) -> None:
        """New terms of processing personal data are on file."""

    @transition(
        field=state,
        source=LIVE,
        target=None,
        custom=moves("executor.sub_processor_proposed", by=("client", "compliance", "lead")),
    )
    def propose_sub_processor(self, **_facts: Any) -> None:
        """It asks to pass a part of the work on."""

    @transition(
        field=state,
        source=LIVE,
        target=None,
        custom=moves("executor.sub_processor_decided", by=("compliance",)),
    )
    def decide_sub_processor(self, **_facts: Any) -> None:
        """The platform said whether that part may be passed on."""

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.pay_term_added", by=("client", "compliance"))
    )
    def add_pay_term(self, **_facts: Any) -> None:
        """What it is paid by is on file."""

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.mandate_granted", by=("client", "compliance"))
    )
    def grant_mandate(self, **_facts: Any) -> None:
        """A version of its mandate is fixed; the one before ends where it starts."""

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.mandate_revoked", by=("client", "compliance"))
    )
    def revoke_mandate(self, **_facts: Any) -> None:
        """A version of its mandate ends early."""

    # — its people —

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.person_added", by=("client", "compliance"))
    )
    def add_person(self, **_facts: Any) -> None:
        """Somebody works for it, known outside by a code."""

    @transition(
        field=state, source=LIVE, target=None, custom=moves("executor.person_ended", by=("client", "compliance"))
    )
    def end_person(self, **_facts: Any) -> None:
        """Somebody works for it no more."""

    @transition(field=state, source=LIVE, target=None, custom=moves("executor.attempt_failed", by=("person",)))
    def fail_attempt(self, **_facts: Any) -> None:
        """Somebody sat a test and did not pass."""

    @transition(field=state, source=LIVE, target=None, custom=moves("executor.person_certified", by=("person",)))
    def certify_person(self, **_facts: Any) -> None:
        """Somebody passed a test and holds a certification."""

    @transition(
        field=state,
        source=LIVE,
        target=None,
        custom=moves("executor.certification_withdrawn", by=("compliance",)),
    )
    def withdraw_certification(self, **_facts: Any) -> None:
        """Somebody's certification counts no more."""

    @transition(field=state, source=LIVE, target=None, custom=moves("executor.rule_changed", by=("system",)))
    def note_rule_change(self, **_facts: Any) -> None:
        """A rule that its people are certified for gets a new version: they train again before it takes effect."""

    @transition(field=state, source=LIVE, target=None, custom=moves("executor.reminded", by=("system",)))
    def remind(self, **_facts: Any) -> None:
        """Somebody's certification ends soon, or has ended."""

    @transition(field=state, source=LIVE, target=None, custom=moves("executor.term_reminded", by=("system",)))
    def remind_of_term(self, **_facts: Any) -> None:
        """Its contract, terms or mandate ends soon, or has ended, and nothing follows."""
