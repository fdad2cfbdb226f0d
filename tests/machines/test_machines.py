"""Every machine as a table: state × verb, reachability, no dead state, and the drawn chart is the code."""

from collections import Counter
from itertools import product

import pytest
from django.core.management import call_command

from appeals.machine import AppealState
from appeals.models import Appeal
from casework.ledger import case_models
from casework.machine import steps_of
from executors.machine import MAY_ACT, ExecutorState, IncidentState, InstructionState, RecourseState
from executors.models import Executor, Incident, Instruction, Recourse
from notices.machine import NoticeState, SiblingState
from notices.models import Notice, SiblingReview
from rules.machine import RuleState
from rules.models import Rulemaking
from tests.surfaces.appealing import LEAVES
from webhooks.machine import EndpointState
from webhooks.models import WebhookEndpoint

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
    "plan_talk": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED", "IN_FORCE"},
    "call_off_talk": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED", "IN_FORCE"},
    "remind_of_talk": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED", "IN_FORCE"},
    "record_talk": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED", "IN_FORCE"},
    "adopt": {"CONSULTATION"},
    "publicise": {"ADOPTED"},
    "tell_parties": {"PUBLICISED", "IN_FORCE", "WITHDRAWN"},
    "start": {"PUBLICISED"},
    "supersede": {"IN_FORCE"},
    "withdraw": {"DRAFT", "CONSULTATION", "ADOPTED", "PUBLICISED"},
}
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
    "remind_of_term": LIVE,
}
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
ENDPOINT = {"disable": {"ACTIVE"}, "enable": {"DISABLED"}, "rotate_secret": {"ACTIVE", "DISABLED"}}
TABLES = [
    (Appeal, AppealState, LEAVES),
    (Notice, NoticeState, NOTICE),
    (SiblingReview, SiblingState, SIBLING),
    (Rulemaking, RuleState, RULEMAKING),
    (Executor, ExecutorState, EXECUTOR),
    (Instruction, InstructionState, INSTRUCTION),
    (Incident, IncidentState, INCIDENT),
    (Recourse, RecourseState, RECOURSE),
    (WebhookEndpoint, EndpointState, ENDPOINT),
]


@pytest.mark.parametrize(("model", "states", "table"), TABLES, ids=lambda value: getattr(value, "KIND", ""))
def test_every_verb_leaves_exactly_the_states_it_should(model, states, table):
    edges = Counter((s.verb, str(s.source)) for s in steps_of(model))
    every = product(map(str, states), table.items())

    assert [(state, verb) for state, (verb, left) in every if edges[verb, state] != (1 if state in left else 0)] == []


@pytest.mark.parametrize(("model", "_states", "table"), TABLES, ids=lambda value: getattr(value, "KIND", ""))
def test_the_tables_name_every_verb(model, _states, table):
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


@pytest.mark.parametrize("round_", [1, 3])
def test_a_finding_is_contested_once(round_):
    [step] = [s for s in steps_of(Incident) if s.verb == "contest" and s.source == "FOUND"]

    assert step.allows(Incident(round=2))
    assert not step.allows(Incident(round=round_))


def test_only_activation_and_a_person_lead_to_where_it_may_act():
    leading = {(s.verb, s.by) for s in steps_of(Executor) if s.target in MAY_ACT}

    assert leading == {("activate", ("client", "compliance")), ("reinstate", ("compliance",))}


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "end"])
def test_what_is_done_to_it_has_a_reason(verb):
    steps = [s for s in steps_of(Executor) if s.verb == verb]

    assert steps
    assert not any(step.allows(Executor(state_reason=" ")) for step in steps)
    assert all(step.allows(Executor(state_reason="已整改")) for step in steps)
