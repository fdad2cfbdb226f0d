"""Reads of executors for pages and the API, always through what the actor may see."""

from executors.queries.incidents import (
    Cause,
    acts_sharing,
    cause_of_suspension,
    causes_of_incident,
    double_reviews_for,
    error_classes,
    incident_file,
    incident_for,
    incidents_for,
    recourse_for,
    recourses_for,
    worked_for_executor_of,
)
from executors.queries.instructions import instruction_for, instructions_for
from executors.queries.measurement import Quality, Standing, quality_for, standing_of
from executors.queries.registry import (
    acts_for,
    at_work_for_executors,
    executor_for,
    executors_for,
    people_for,
    person_of,
)
from executors.queries.training import (
    attempt_for,
    attempts_for,
    certification_for,
    certifications_for,
    curricula_for,
    curriculum_for,
)

__all__ = [
    "Cause",
    "Quality",
    "Standing",
    "acts_for",
    "acts_sharing",
    "at_work_for_executors",
    "attempt_for",
    "attempts_for",
    "cause_of_suspension",
    "causes_of_incident",
    "certification_for",
    "certifications_for",
    "curricula_for",
    "curriculum_for",
    "double_reviews_for",
    "error_classes",
    "executor_for",
    "executors_for",
    "incident_file",
    "incident_for",
    "incidents_for",
    "instruction_for",
    "instructions_for",
    "people_for",
    "person_of",
    "quality_for",
    "recourse_for",
    "recourses_for",
    "standing_of",
    "worked_for_executor_of",
]
