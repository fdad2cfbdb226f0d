"""The state machines of what third parties do for the platform. Declarations only: `casework.firing` executes them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from casework.machine import moves


class ExecutorState(models.TextChoices):
    REGISTERED = "REGISTERED", _("registered")
    IN_TRAINING = "IN_TRAINING", _("in training")
    CERTIFIED = "CERTIFIED", _("certified")
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended")
    REINSTATED = "REINSTATED", _("reinstated")
    ENDED = "ENDED", _("ended")


S = ExecutorState
LIVE = [S.REGISTERED, S.IN_TRAINING, S.CERTIFIED, S.ACTIVE, S.SUSPENDED, S.REINSTATED]
MAY_ACT = [S.ACTIVE, S.REINSTATED]
"""The states in which an executor may act for the platform."""


def gives_a_reason(executor: Any) -> bool:
    """Evaluated on the changed copy."""
    return bool(executor.state_reason.strip())


class ExecutorMachine(models.Model):
    state = FSMField(_("state"), choices=S, default=S.REGISTERED, protected=True)

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
        custom=moves("executor.ended", cancels=("executor.reminder",), by=("client", "compliance")),
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
