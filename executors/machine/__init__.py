"""The state machines of what third parties do for the platform, one to a file. `casework.firing` executes them."""

from executors.machine.executor import HEARD, LIVE, MAY_ACT, ExecutorMachine, ExecutorState
from executors.machine.incident import (
    AFTER_FINDING,
    AWAITS_FINDING,
    BEFORE_FINDING,
    COMPENSABLE,
    CONTESTABLE,
    INCIDENT_STATES,
    INCIDENT_TABS,
    OPEN_INCIDENT,
    OWED_MONEY,
    UNHEARD,
    IncidentMachine,
    IncidentState,
)
from executors.machine.instruction import OPEN_INSTRUCTION, InstructionMachine, InstructionState
from executors.machine.recourse import ENDED_RECOURSE, OPEN_RECOURSE, RecourseMachine, RecourseState
