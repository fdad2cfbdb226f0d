"""Every machine as a table: state × verb, reachability, no dead state, and the drawn chart is the code."""

from collections import Counter
from itertools import product

import pytest
from django.core.management import call_command

from appeals.machine import AppealState
from appeals.models import Appeal
from casework.ledger import case_models
from casework.machine import steps_of
from notices.machine import NoticeState
from notices.models import Notice
from rules.machine import RuleState
from rules.models import Rulemaking
from tests.surfaces.appealing import LEAVES

# As `LEAVES` for a notice.
STANDING = {"IN_FORCE", "REDUCED", "ENDED"}
NOTICE = {
    "open_appeal": STANDING,
    "uphold": {"UNDER_APPEAL"},
    "uphold_ended": {"UNDER_APPEAL"},
    "uphold_reduced": {"UNDER_APPEAL"},
    "reduce": STANDING | {"UNDER_APPEAL"},
    "revoke": STANDING | {"UNDER_APPEAL"},
    "end": {"IN_FORCE", "REDUCED"},
    "end_some": {"IN_FORCE", "REDUCED", "UNDER_APPEAL"},
    "amend": STANDING,
    "record_reading": set(NoticeState),
    "record_determination": set(NoticeState),
    "add_translation": set(NoticeState),
    "confirm_decision": set(NoticeState),
    "confirm_remedy": set(NoticeState),
    "fail_remedy": set(NoticeState),
    "mark_remedy_late": set(NoticeState),
    "close_appeal_window": set(NoticeState),
}
RULEMAKING = {
    "edit": {"DRAFT", "CONSULTATION"},
    "open_consultation": {"DRAFT", "CONSULTATION"},
    "enter": {"CONSULTATION"},
    "explain_changes": {"CONSULTATION"},
    "receive_opinion": {"CONSULTATION"},
    "close_consultation": {"CONSULTATION"},
    "answer_opinions": {"CONSULTATION"},
    "record_talk": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED", "IN_FORCE"},
    "adopt": {"CONSULTATION"},
    "publicise": {"ADOPTED"},
    "tell_parties": {"PUBLICISED", "IN_FORCE", "WITHDRAWN"},
    "start": {"PUBLICISED"},
    "supersede": {"IN_FORCE"},
    "withdraw": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED"},
}
TABLES = [(Appeal, AppealState, LEAVES), (Notice, NoticeState, NOTICE), (Rulemaking, RuleState, RULEMAKING)]


@pytest.mark.parametrize(("model", "states", "table"), TABLES, ids=lambda value: getattr(value, "KIND", ""))
def test_every_verb_leaves_exactly_the_states_it_should(model, states, table):
    edges = Counter((s.verb, str(s.source)) for s in steps_of(model))
    every = product(map(str, states), table.items())

    assert [(state, verb) for state, (verb, left) in every if edges[verb, state] != (1 if state in left else 0)] == []


@pytest.mark.parametrize(("model", "table"), [(Appeal, LEAVES), (Notice, NOTICE), (Rulemaking, RULEMAKING)])
def test_the_tables_name_every_verb(model, table):
    assert {s.verb for s in steps_of(model)} == set(table)


@pytest.mark.parametrize("model", case_models(), ids=lambda m: m.KIND)
def test_every_state_is_reached_and_every_open_state_has_a_way_out(model):
    reached, front = set(), {str(state) for state in model.OPENS_IN}
    while front:
        reached |= front
        front = {s.target for s in steps_of(model) if s.source in reached and s.target} - reached
    every = {value for value, _label in model._meta.get_field("state").choices}
    final = every - {s.source for s in steps_of(model) if s.target is not None}

    assert reached == every
    of_appeals = {"DECIDED", "WITHDRAWN", "LATE_REFUSED", "CORRECTED", "ANSWERED"}
    assert final == of_appeals or model is not Appeal


def test_no_edge_leads_from_a_demand_to_an_automated_decision():
    automated = [s for s in steps_of(Appeal) if s.verb == "finalise_automatically"]
    demanded = Appeal(human_demanded=True)

    assert automated
    assert not any(step.allows(demanded) for step in automated)
    assert all(step.allows(Appeal(human_demanded=False)) for step in automated)


def test_only_a_person_or_the_guarded_step_decides():
    deciding = {s.verb for s in steps_of(Appeal) if s.target == AppealState.DECIDED}

    assert deciding == {"decide", "finalise_automatically"}


def test_statecharts_are_drawn_from_the_code():
    call_command("statecharts", "--check")
