"""The machine of an executor as a table: state × verb, written by hand."""

from collections import Counter
from itertools import product

import pytest

from casework.machine import steps_of
from executors.machine import MAY_ACT, ExecutorState
from executors.models import Executor

LIVE = set(ExecutorState) - {"ENDED"}
EXECUTOR = {
    "begin_training": {"REGISTERED"},
    "certify": {"IN_TRAINING"},
    "activate": {"CERTIFIED"},
    "suspend": {"ACTIVE", "REINSTATED"},
    "reinstate": {"SUSPENDED"},
    "end": LIVE,
    "extend_contract": LIVE,
    "record_terms": LIVE,
    "propose_sub_processor": LIVE,
    "decide_sub_processor": LIVE,
    "add_pay_term": LIVE,
    "grant_mandate": LIVE,
    "revoke_mandate": LIVE,
    "add_person": LIVE,
    "end_person": LIVE,
    "fail_attempt": LIVE,
    "certify_person": LIVE,
    "withdraw_certification": LIVE,
    "note_rule_change": LIVE,
    "remind": LIVE,
}


def test_every_verb_leaves_exactly_the_states_it_should():
    edges = Counter((s.verb, str(s.source)) for s in steps_of(Executor))
    every = product(map(str, ExecutorState), EXECUTOR.items())

    assert [(state, verb) for state, (verb, left) in every if edges[verb, state] != (1 if state in left else 0)] == []


def test_the_table_names_every_verb():
    assert set(EXECUTOR) <= {s.verb for s in steps_of(Executor)}


def test_only_activation_and_a_person_lead_to_where_it_may_act():
    leading = {(s.verb, s.by) for s in steps_of(Executor) if s.target in MAY_ACT}

    assert leading == {("activate", ("client", "compliance")), ("reinstate", ("compliance",))}


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "end"])
def test_what_is_done_to_it_has_a_reason(verb):
    steps = [s for s in steps_of(Executor) if s.verb == verb]

    assert steps
    assert not any(step.allows(Executor(state_reason=" ")) for step in steps)
    assert all(step.allows(Executor(state_reason="已整改")) for step in steps)
