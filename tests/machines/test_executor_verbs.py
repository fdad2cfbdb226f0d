"""Every edge that a person or a client takes is declared as a verb of `verbs.py`, or stands here with the reason."""

import pytest

from casework.machine import steps_of
from executors import verbs as of_executors
from executors.models import Executor, Incident, Instruction, Recourse
from notices import verbs as of_notices
from notices.models import Notice, SiblingReview

DECLARED = {
    Executor: (of_executors.EXECUTOR, of_executors.EXECUTOR_PARTS, of_executors.CERTIFICATION),
    Instruction: (of_executors.INSTRUCTION,),
    Incident: (of_executors.INCIDENT, of_executors.INCIDENT_FILES),
    Recourse: (of_executors.RECOURSE,),
    Notice: (of_notices.NOTICE, of_notices.REMEDY),
    SiblingReview: (of_notices.SIBLING,),
}
FOLLOW = {
    (Executor, "fail_attempt"): "follows from handing a test in",
    (Executor, "certify_person"): "follows from handing a test in",
    (Notice, "uphold"): "follows from the end of an appeal",
    (Notice, "uphold_ended"): "follows from the end of an appeal",
    (Notice, "uphold_reduced"): "follows from the end of an appeal",
    (Notice, "reduce"): "follows from a decision on an appeal or a dispute",
    (Notice, "record_reading"): "follows from reading it for the first time",
    (Notice, "record_determination"): "follows from determining a dispute",
    (SiblingReview, "correct"): "one verb keeps or corrects: `decide`, declared by `keep`",
}
"""Edges that somebody takes by doing something else, with what that is."""


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model.KIND)
def test_every_edge_of_people_is_declared_or_follows_from_something_declared(model):
    of_people = {step.verb for step in steps_of(model) if set(step.by) - {"system"}}
    every = {step.verb for step in steps_of(model)}
    follow = {verb for of, verb in FOLLOW if of is model}
    declared = {verb.machine_verb() for group in DECLARED[model] for verb in group} - {""}

    assert of_people == declared | follow
    assert not declared & follow
    assert declared <= every
