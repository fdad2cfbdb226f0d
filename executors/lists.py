"""Which rows about executors are listed, by what they are narrowed and in which orders: for pages and the API alike."""

from executors import queries
from executors.machine import ExecutorState, IncidentState, InstructionState, RecourseState
from executors.models import Executor, Incident, Instruction, Recourse
from surfaces.lists import Listing, Order, states
from surfaces.lists.words import in_columns

EXECUTORS = Listing[Executor](
    rows=lambda asked: queries.executors_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"))},  # they are few
    filters=[states(ExecutorState)],
    search=in_columns("number", "party__name"),
)
INCIDENTS = Listing[Incident](
    rows=lambda asked: queries.incidents_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("incident_by_age",))},
    filters=[states(IncidentState)],
)
INSTRUCTIONS = Listing[Instruction](
    rows=lambda asked: queries.instructions_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"))},  # of one platform or team they are few
    filters=[states(InstructionState)],
)
RECOURSES = Listing[Recourse](
    rows=lambda asked: queries.recourses_for(asked.actor),
    orders={"newest": Order(("-created_at", "-id"), ("recourse_by_age",))},
    filters=[states(RecourseState)],
)
