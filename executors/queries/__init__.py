"""Reads of executors for pages and the API, always through what the actor may see."""

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
    "acts_for",
    "at_work_for_executors",
    "attempt_for",
    "attempts_for",
    "certification_for",
    "certifications_for",
    "curricula_for",
    "curriculum_for",
    "executor_for",
    "executors_for",
    "people_for",
    "person_of",
]
