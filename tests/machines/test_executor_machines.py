"""Instructions, incidents, claims and second looks at notices: state × verb, written by hand beside the code."""

from collections import Counter
from itertools import product

import pytest

from casework.machine import steps_of
from executors.machine import IncidentState, InstructionState, RecourseState
from executors.models import Incident, Instruction, Recourse
from notices.machine import SiblingState
from notices.models import SiblingReview

OPEN_INSTRUCTION = {"ISSUED", "ACKNOWLEDGED"}
INSTRUCTION = {
    "acknowledge": {"ISSUED"},
    "complete": {"ACKNOWLEDGED"},
    "withdraw": OPEN_INSTRUCTION,
    "mark_overdue": OPEN_INSTRUCTION,
    "remind": OPEN_INSTRUCTION,
}
UNHEARD = {"OPENED", "UNEXPLAINED"}
INCIDENT = {
    "add_file": UNHEARD,
    "explain": UNHEARD,
    "lapse_explanation": {"OPENED"},
    "remind": {"OPENED"},
    "find": {"EXPLAINED", "UNEXPLAINED", "CONTESTED"},
    "contest": {"FOUND", "COMPENSATED"},
    "compensate": {"FOUND", "CONTESTED", "COMPENSATED"},
    "mark_finding_overdue": {"EXPLAINED", "UNEXPLAINED", "CONTESTED"},
    "mark_compensation_overdue": {"FOUND", "CONTESTED"},
    "keep_compensation": {"FOUND"},
    "close": {"COMPENSATED"},
}
OPEN_CLAIM = {"CLAIMED", "DISPUTED"}
RECOURSE = {
    "dispute": {"CLAIMED"},
    "record_part_payment": OPEN_CLAIM,
    "settle": OPEN_CLAIM,
    "write_off": OPEN_CLAIM,
}
SIBLING = {"keep": {"OPEN"}, "correct": {"OPEN"}, "overtake": {"OPEN"}}
TABLES = [
    (Instruction, InstructionState, INSTRUCTION),
    (Incident, IncidentState, INCIDENT),
    (Recourse, RecourseState, RECOURSE),
    (SiblingReview, SiblingState, SIBLING),
]


@pytest.mark.parametrize(("model", "states", "table"), TABLES, ids=lambda value: getattr(value, "KIND", ""))
def test_every_verb_leaves_exactly_the_states_it_should(model, states, table):
    edges = Counter((s.verb, str(s.source)) for s in steps_of(model))
    every = product(map(str, states), table.items())

    assert [(state, verb) for state, (verb, left) in every if edges[verb, state] != (1 if state in left else 0)] == []


@pytest.mark.parametrize(("model", "_states", "table"), TABLES, ids=lambda value: getattr(value, "KIND", ""))
def test_the_table_above_names_every_verb(model, _states, table):
    assert {s.verb for s in steps_of(model)} == set(table)


@pytest.mark.parametrize("round_", [1, 3])
def test_a_finding_is_contested_once(round_):
    [step] = [s for s in steps_of(Incident) if s.verb == "contest" and s.source == "FOUND"]

    assert step.allows(Incident(round=2))
    assert not step.allows(Incident(round=round_))
