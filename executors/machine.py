"""The state machines of what third parties do for the platform. Declarations only: `casework.firing` executes them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from casework.machine import State, StateField, final_states, moves, open_states, states_on


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
INSTRUCTION_TABS = ("open", "done", "withdrawn")
OPEN_INSTRUCTION = open_states(INSTRUCTION_STATES)
INSTRUCTION_CLOCKS = ("instruction.due", "instruction.reminder")


def is_marked_late(instruction: Any) -> bool:
    """Evaluated on the changed copy."""
    return instruction.overdue_at is not None


class InstructionMachine(models.Model):
    state = StateField(_("state"), choices=I, default=I.ISSUED, protected=True)
    STATES = INSTRUCTION_STATES

    class Meta:
        abstract = True

    @transition(
        field=state,
        source=I.ISSUED,
        target=I.ACKNOWLEDGED,
        custom=moves("instruction.acknowledged", by=("person", "client")),
    )
    def acknowledge(self, **_facts: Any) -> None:
        """Somebody of the executor has read it and takes it on."""

    @transition(
        field=state,
        source=I.ACKNOWLEDGED,
        target=I.COMPLETED,
        custom=moves("instruction.completed", cancels=INSTRUCTION_CLOCKS, by=("person", "client")),
    )
    def complete(self, **_facts: Any) -> None:
        """It is done, and shown to be."""

    @transition(
        field=state,
        source=OPEN_INSTRUCTION,
        target=I.WITHDRAWN,
        custom=moves("instruction.withdrawn", cancels=INSTRUCTION_CLOCKS, by=("client", "compliance", "system")),
    )
    def withdraw(self, **_facts: Any) -> None:
        """It is not to be carried out any more, or somebody else does."""

    @transition(
        field=state,
        source=OPEN_INSTRUCTION,
        target=None,
        conditions=[is_marked_late],
        custom=moves("instruction.overdue", by=("system",)),
    )
    def mark_overdue(self, **_facts: Any) -> None:
        """Its time has passed and it is not done."""

    @transition(field=state, source=OPEN_INSTRUCTION, target=None, custom=moves("instruction.reminded", by=("system",)))
    def remind(self, **_facts: Any) -> None:
        """Its time runs out soon; the executor was told."""


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
INCIDENT_TABS = ("find", "pay", "wait", "closed")
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
    STATES = INCIDENT_STATES

    class Meta:
        abstract = True

    @transition(field=state, source=UNHEARD, target=None, custom=moves("incident.file_added", by=("person",)))
    def add_file(self, **_facts: Any) -> None:
        """The executor put a file beside its explanation."""

    @transition(
        field=state,
        source=UNHEARD,
        target=E.EXPLAINED,
        custom=moves("incident.explained", cancels=EXPLAINING_CLOCKS, by=("person",)),
    )
    def explain(self, **_facts: Any) -> None:
        """The executor said how it came about; late as well, until it is found."""

    @transition(
        field=state,
        source=E.OPENED,
        target=E.UNEXPLAINED,
        custom=moves("incident.unexplained", cancels=("incident.reminder",), by=("system",)),
    )
    def lapse_explanation(self, **_facts: Any) -> None:
        """The time to explain passed in silence; it can be found on what is on file."""

    @transition(field=state, source=E.OPENED, target=None, custom=moves("incident.reminded", by=("system",)))
    def remind(self, **_facts: Any) -> None:
        """The time to explain runs out soon; the executor was told."""

    @transition(
        field=state,
        source=AWAITS_FINDING,
        target=E.FOUND,
        custom=moves("incident.found", cancels=("incident.find",), by=("compliance",)),
    )
    def find(self, **_facts: Any) -> None:
        """A person of compliance found whose fault it was; after a contest somebody else."""

    @transition(
        field=state,
        source=CONTESTABLE,
        target=E.CONTESTED,
        conditions=[is_first_contest],
        custom=moves("incident.contested", by=("person",)),
    )
    def contest(self, **_facts: Any) -> None:
        """The executor contests the finding, once; somebody else finds anew. What was paid stays paid."""

    @transition(
        field=state,
        source=E.FOUND,
        target=E.COMPENSATED,
        custom=moves("incident.compensated", cancels=("incident.compensate",), by=("compliance", "client")),
    )
    @transition(
        field=state,
        source=[E.CONTESTED, E.COMPENSATED],
        target=None,
        custom=moves("incident.compensated", cancels=("incident.compensate",), by=("compliance", "client")),
    )
    def compensate(self, **_facts: Any) -> None:
        """The platform made the harmed party whole in its own name, or said why nothing is owed.

        A contest goes on meanwhile: nobody waits for the new finding to be made whole.
        """

    @transition(
        field=state,
        source=E.FOUND,
        target=E.COMPENSATED,
        custom=moves("incident.compensation_kept", by=("system",)),
    )
    def keep_compensation(self, **_facts: Any) -> None:
        """It was found anew after the party had been made whole: nothing is taken back."""

    @transition(
        field=state, source=AWAITS_FINDING, target=None, custom=moves("incident.finding_overdue", by=("system",))
    )
    def mark_finding_overdue(self, **_facts: Any) -> None:
        """The time in which compliance should have found has passed."""

    @transition(
        field=state,
        source=OWED_MONEY,
        target=None,
        custom=moves("incident.compensation_overdue", by=("system",)),
    )
    def mark_compensation_overdue(self, **_facts: Any) -> None:
        """The time in which the harmed party should have been made whole has passed."""

    @transition(field=state, source=E.COMPENSATED, target=E.CLOSED, custom=moves("incident.closed", by=("compliance",)))
    def close(self, **_facts: Any) -> None:
        """Nothing is left to do for the harmed party, and the executor cannot contest the finding any more."""


class RecourseState(models.TextChoices):
    CLAIMED = "CLAIMED", _("claimed")
    DISPUTED = "DISPUTED", _("disputed")
    SETTLED = "SETTLED", pgettext_lazy("recourse", "settled")
    WRITTEN_OFF = "WRITTEN_OFF", _("written off")


R = RecourseState
RECOURSE_STATES = {
    R.CLAIMED: State.open("wait", "hourglass", turn="executor", tab="", next_step=""),
    R.DISPUTED: State.open("warn", "chat", turn="platform", tab="", next_step=""),
    R.SETTLED: State.final("good", "check", tab=""),
    R.WRITTEN_OFF: State.final("calm", "cross", tab=""),
}
"""Turns: `platform`, `executor`. Its pages show the sums and say no next step; the list has no tabs."""
OPEN_RECOURSE = open_states(RECOURSE_STATES)
ENDED_RECOURSE = final_states(RECOURSE_STATES)


class RecourseMachine(models.Model):
    state = StateField(_("state"), choices=R, default=R.CLAIMED, protected=True)
    STATES = RECOURSE_STATES

    class Meta:
        abstract = True

    @transition(field=state, source=R.CLAIMED, target=R.DISPUTED, custom=moves("recourse.disputed", by=("lead",)))
    def dispute(self, **_facts: Any) -> None:
        """The executor says why it does not owe it, or not so much."""

    @transition(
        field=state, source=OPEN_RECOURSE, target=None, custom=moves("recourse.part_paid", by=("client", "compliance"))
    )
    def record_part_payment(self, **_facts: Any) -> None:
        """A part was paid; less is open."""

    @transition(
        field=state, source=OPEN_RECOURSE, target=R.SETTLED, custom=moves("recourse.settled", by=("compliance",))
    )
    def settle(self, **_facts: Any) -> None:
        """Both agreed to an amount and it was paid; what is above it is given up."""

    @transition(
        field=state,
        source=OPEN_RECOURSE,
        target=R.WRITTEN_OFF,
        custom=moves("recourse.written_off", by=("compliance", "system")),
    )
    def write_off(self, **_facts: Any) -> None:
        """The platform gives up what is still open."""
