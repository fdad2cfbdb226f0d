"""Executors as JSON: what is answered. No answer holds the name of a person: outside, each is a code."""

from executors.api.outputs.incidents import IncidentOutput, IncidentRowOutput, RecourseOutput
from executors.api.outputs.quality import QualityOutput
from executors.api.outputs.registry import ExecutorOutput, ExecutorPersonOutput, ExecutorRowOutput
from executors.api.outputs.training import (
    AttemptOutput,
    CertificationOutput,
    CurriculumOutput,
    CurriculumRowOutput,
    ExecutorMeOutput,
)
from executors.api.outputs.work import InstructionOutput
