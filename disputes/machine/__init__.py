"""The two state machines: a dispute, and each fact at issue in it. Declarations only: `casework.firing` executes them.

A fact moves inside a command on its dispute, which also records the move in the dispute's own ledger, so that one
version tells whether anything that a mediator reads has changed.
"""

from disputes.machine.dispute import (
    AGREED,
    BEFORE_DECISION,
    BEFORE_MEDIATOR,
    EVERY_CLOCK,
    FINAL,
    HAVE_TIMES_OF_PARTS,
    HOLDER,
    OPEN,
    PAUSES,
    PERSON_DEMANDABLE,
    PROOF_IS_OVER,
    PROVING,
    STATES,
    STEP_OF,
    TABS,
    TALKING_CLOCKS,
    UNDER_REVIEW,
    WITH_MEDIATOR,
    WITH_PLATFORM,
    WITH_SIDES,
    DisputeMachine,
    DisputeState,
)
from disputes.machine.fact import BY_SILENCE, UNSETTLED, FactMachine, FactState
