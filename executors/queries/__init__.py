"""Reads of executors for pages and the API, always through what the actor may see."""

from executors.queries.incidents import (
    Cause,
    acts_by_outward_name,
    acts_sharing,
    acts_with_second_look_by,
    cause_of_suspension,
    causes_of_incident,
    double_reviews_for,
    double_reviews_to_ask_of,
    error_classes,
    incident_file,
    incident_for,
    incidents_between,
    incidents_for,
    recourse_for,
    recourses_for,
    worked_for_executor_of,
)
from executors.queries.instructions import instruction_for, instructions_for
from executors.queries.measurement import quality_for, suspension_test_of
from executors.queries.registry import (
    executor_for,
    executors_for,
    names_of,
    officers_by_code,
    people_for,
    person_of,
    with_mandates,
)
from executors.queries.training import (
    attempt_for,
    attempts_for,
    certification_for,
    certifications_for,
    curricula_for,
    curriculum_for,
)
