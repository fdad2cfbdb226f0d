"""Executors of the sample: who they are, what their people learn, what they did, and what came of it. Invented."""

from sample.content.executors.acts import ACTS, INSTRUCTIONS, SIBLINGS
from sample.content.executors.curricula import CURRICULA, CURRICULUM_BY_RULE
from sample.content.executors.firms import FIRM_BY_KEY, FIRM_OF_PERSON, FIRMS, TRAINING, UNFINISHED
from sample.content.executors.shape import (
    ActPlan,
    CurriculumPlan,
    FirmPlan,
    InstructionPlan,
    MandatePlan,
    PersonPlan,
    QuestionPlan,
    Step,
)

__all__ = [
    "ACTS",
    "CURRICULA",
    "CURRICULUM_BY_RULE",
    "FIRMS",
    "FIRM_BY_KEY",
    "FIRM_OF_PERSON",
    "INSTRUCTIONS",
    "SIBLINGS",
    "TRAINING",
    "UNFINISHED",
    "ActPlan",
    "CurriculumPlan",
    "FirmPlan",
    "InstructionPlan",
    "MandatePlan",
    "PersonPlan",
    "QuestionPlan",
    "Step",
]
