"""What the program says of each state: each machine has a complete row for it, and every set agrees with the rows."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.functional import Promise

from appeals import machine as appeals
from appeals.models import Appeal
from casework.clock import now as clock_now
from casework.ledger import case_models
from casework.machine import ACTOR, row_of, state_field, step_for, steps_of
from casework.states import UNKNOWN, State, waits_on
from disputes import machine as disputes
from disputes.models import Dispute
from disputes.web.sentences import TALK_ENDS
from surfaces.templatetags.surface_tags import APPEARANCE, appearance

ALL = pytest.mark.parametrize("model", case_models(), ids=lambda model: model.KIND)
TONES = {"good", "wait", "warn", "stop", "calm"}
TURNS = {
    "appeal": {"platform", "appellant"},
    "dispute": {"platform", "sides", "bearers", "debtors", "reviewers"},
    "fact": {"bearer"},
    "notice": set(),
    "sibling": {"platform"},
    "publication": {"platform"},
    "executor": {"platform", "executor"},
    "instruction": {"executor"},
    "incident": {"platform", "executor"},
    "recourse": {"platform", "executor"},
    "infringement": {"platform", "holder"},
    "tip": {"platform"},
    "rulemaking": {"platform"},
    "exit": {"platform"},
    "catalogue_change": {"platform"},
    "webhook": set(),
    "counsel_signature": set(),
    "law_work": {"platform"},
    "price_finding": {"platform"},
    "retention_run": set(),
    "legal_hold": set(),
    "account_record": set(),
    "authority_seat": set(),
    "authority_matter": {"platform"},
}
"""Whose turn it can be, by kind of case: what `turn_of` and the pages know how to name."""
SEEN_ELSEWHERE = {("appeal", "SYSTEM_REVIEW"), ("dispute", "NEGOTIATING")}
"""Open states that stand on no tab: the system looks at the one, the sides talk to each other in the other."""


BEFORE_ANYBODY_HOLDS_IT = {
    ("dispute", "accept_fast_refund"),
    ("dispute", "agree_to_claim"),
    ("dispute", "pause"),
    ("dispute", "resume"),
    ("dispute", "settle"),
}
"""Edges that end or pause a case, or let it go on, whether or not somebody holds it."""

NOBODY_S_TURN = {
    ("counsel_signature", "GIVEN"),  # it stands until counsel takes it back
    ("dispute", "SETTLED"),  # what was agreed is turned into what is owed at once
    ("executor", "ACTIVE"),
    ("executor", "SUSPENDED"),
    ("executor", "REINSTATED"),
    ("authority_seat", "ACTIVE"),  # it ends by itself
    ("legal_hold", "IN_FORCE"),  # it stands until compliance lifts it
    ("retention_run", "ENDING"),  # the worker carries it out
    ("rulemaking", "PUBLICISED"),  # it takes effect by itself
    ("rulemaking", "IN_FORCE"),
}
"""Open states in which time runs and that yet wait for nobody, each for its reason."""
SAYS_ITSELF = {("dispute", "DETERMINED")}
"""States of which the page says by its own panel what a side can do next, and until when."""
SPRITE = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()


def unsaid(model):
    """What is missing of each state, as sentences; of a complete machine, nothing."""
    rows, kind, found = model.STATES, model.KIND, []
    tabs = getattr(model, "TABS", {})
    states = {value for value, _label in state_field(model).choices}
    found += [f"{state}: no row" for state in states - set(rows)]
    found += [f"{state}: a row for no state" for state in set(rows) - states]
    tells_next_step = any(row.next_step for row in rows.values())
    for state, row in rows.items():
        if row.tone not in TONES or f'id="{row.icon}"' not in SPRITE:
            found.append(f"{state}: no look")
        if row.turn and row.turn not in TURNS[kind]:
            found.append(f"{state}: a turn of nobody known")
        if row.tab and row.tab not in tabs:
            found.append(f"{state}: on a tab that no list has")
        if row.is_open and tabs and not row.tab and (kind, state) not in SEEN_ELSEWHERE:
            found.append(f"{state}: open and on no tab")
        if row.is_open and not row.is_paused and TURNS[kind] and not row.turn and (kind, state) not in NOBODY_S_TURN:
            found.append(f"{state}: open and nobody's turn")
        says_itself = (kind, state) in SAYS_ITSELF
        if (row.turn or row.is_paused) and tells_next_step and not row.next_step and not says_itself:
            found.append(f"{state}: no next step")
    return sorted(found)


@ALL
def test_every_state_has_turn_tab_look_and_next_step(model):
    assert unsaid(model) == []


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (None, ["HANDED_OVER: no row"]),
        (State.open("wait", "person", turn="platform", tab="", next_step="…"), ["HANDED_OVER: open and on no tab"]),
        (State.open("wait", "person", turn="platform", tab="late", next_step=""), ["HANDED_OVER: no next step"]),
        (State.open("wait", "person", turn="", tab="late", next_step=""), ["HANDED_OVER: open and nobody's turn"]),
        (State.paused("wait", "pause", tab="late", next_step=""), ["HANDED_OVER: no next step"]),
        (State.paused("wait", "pause", tab="late", next_step="…"), []),
        (State.open("blue", "person", turn="platform", tab="late", next_step="…"), ["HANDED_OVER: no look"]),
        (State.open("wait", "crown", turn="platform", tab="late", next_step="…"), ["HANDED_OVER: no look"]),
        (
            State.open("wait", "person", turn="court", tab="nowhere", next_step="…"),
            ["HANDED_OVER: a turn of nobody known", "HANDED_OVER: on a tab that no list has"],
        ),
    ],
)
def test_a_new_state_is_found_wherever_it_was_forgotten(row, missing, monkeypatch):
    field = state_field(Appeal)
    monkeypatch.setattr(field, "choices", [*field.choices, ("HANDED_OVER", "handed over")])
    monkeypatch.setattr(Appeal, "STATES", Appeal.STATES | ({"HANDED_OVER": row} if row else {}))

    assert [line for line in unsaid(Appeal) if line.startswith("HANDED_OVER")] == missing


@ALL
def test_of_a_state_that_a_newer_version_wrote_is_said_that_it_is_unknown(model):
    case = model(state="OF_TOMORROW")

    assert row_of(model, "OF_TOMORROW") is UNKNOWN
    assert (case.has_known_state, "OF_TOMORROW" in case.get_state_display()) == (False, True)


def test_a_row_says_everything():
    with pytest.raises(TypeError, match="turn"):
        State.open("wait", "person", tab="late", next_step="…")
    with pytest.raises(TypeError, match="tab"):
        State.final("calm", "dot")


@ALL
def test_an_open_state_can_be_left_and_no_final_one_leads_back(model):
    is_open = {str(state): row.is_open for state, row in model.STATES.items()}
    ways = [(s.source, s.target) for s in steps_of(model) if s.target is not None and s.source != s.target]

    only_grows = {"ON_RECORD"}  # the record of an account
    assert {state for state, yes in is_open.items() if yes} - only_grows <= {source for source, _target in ways}
    assert [(source, target) for source, target in ways if not is_open[source] and is_open[target]] == []


@ALL
def test_what_is_final_is_nobody_s_turn_and_opens_nothing(model):
    final = [row for row in model.STATES.values() if not row.is_open]

    assert not any(row.turn for row in final)
    assert all(model.STATES[state].is_open for state in model.OPENS_IN)


@ALL
def test_sentences_are_translated(model):
    assert all(isinstance(row.next_step, Promise) for row in model.STATES.values() if row.next_step)


def test_a_code_looks_the_same_wherever_it_stands():
    seen = {}
    for model in case_models():
        for state, row in model.STATES.items():
            assert seen.setdefault(str(state), (row.tone, row.icon)) == (row.tone, row.icon), (model, state)
    assert not set(seen) & set(APPEARANCE)
    assert appearance() == seen | dict(APPEARANCE)


@ALL
def test_a_tab_is_a_complete_row_and_something_stands_on_it(model):
    tabs = getattr(model, "TABS", {})
    taken = {s.source for s in steps_of(model) if s.takes == ACTOR and model.STATES[s.source].is_open}

    assert all(name == tab.name and isinstance(tab.label, Promise) for name, tab in tabs.items())
    assert [tab for tab in tabs if tab not in {row.tab for row in model.STATES.values()}] in ([], ["all"])
    assert all(tabs[tab.lapses_to].can_be_taken for tab in tabs.values() if tab.lapses_to)
    if model.HOLDER:  # whoever may take a case from a tab finds an edge that gives it to them
        assert {state for state, tab in waits_on(model.STATES, tabs).items() if tab and tabs[tab].can_be_taken} <= taken
        assert {c for tab in tabs.values() if tab.is_own for c in tab.seen_by.columns} <= set(model.HOLDER)
        found_there = {tab for tab in waits_on(model.STATES, tabs).values() if tab}
        left_by_taking = {waits_on(model.STATES, tabs)[state] for state in taken}
        assert found_there <= left_by_taking, "a tab from which nothing is ever taken"


@ALL
def test_what_an_edge_says_of_the_holder_fits_the_tabs_it_leads_between(model):
    """A case comes from a shared tab onto one's own by being taken, and back by being left."""
    tabs, wrong = getattr(model, "TABS", {}), []
    own = {str(state) for state, row in model.STATES.items() if row.tab and tabs[row.tab].is_own}
    for step in steps_of(model):
        target = step.target or step.source
        from_shared = model.STATES[step.source].tab and step.source not in own
        if target in own and from_shared and not step.takes and (model.KIND, step.verb) not in BEFORE_ANYBODY_HOLDS_IT:
            wrong.append(f"{step.verb}: onto a tab of its holder, and nobody takes it")
        back = step.source in own and target not in own and model.STATES[target].is_open
        if back and not step.leaves and (model.KIND, step.verb) not in BEFORE_ANYBODY_HOLDS_IT:
            wrong.append(f"{step.verb}: open and off its holder's tab, and the holder does not leave it")
        if (step.takes or step.leaves) and not model.HOLDER:
            wrong.append(f"{step.verb}: says who holds it, and there is no column for it")

    assert wrong == []


def test_the_sets_of_appeals_follow_from_the_rows():
    assert set(appeals.CLAIMABLE) == {s.source for s in steps_of(Appeal) if s.verb == "claim"}
    assert set(appeals.OPEN) == {"SYSTEM_REVIEW", *(state for state, row in Appeal.STATES.items() if row.tab)}
    assert {*appeals.ENDED_WITHOUT_DECISION, "DECIDED"} == set(appeals.FINAL) == set(Appeal.STATES) - set(appeals.OPEN)


def test_a_dispute_is_on_one_of_five_steps_wherever_it_stands():
    assert set(disputes.STEP_OF) == set(Dispute.STATES) - set(disputes.PAUSES)
    assert set(disputes.STEP_OF.values()) == {1, 2, 3, 4, 5, 6}
    assert set(disputes.PROOF_IS_OVER) == {state for state, step in disputes.STEP_OF.items() if step > 4}


def test_a_dispute_goes_on_where_it_was_paused():
    resumes = [step for step in steps_of(Dispute) if step.verb == "resume"]

    assert {step.target for step in resumes} == {s.source for s in steps_of(Dispute) if s.verb == "pause"}
    for step in resumes:
        assert step_for(Dispute(state="PAUSED", paused_from=step.target), "resume") == step
    assert step_for(Dispute(state="PAUSED", paused_from=""), "resume") is None


def test_a_conversation_ends_in_every_final_state_of_a_dispute():
    assert set(TALK_ENDS) == set(disputes.FINAL)
    waiting = {s for s, row in Dispute.STATES.items() if row.turn}
    may_act = {
        s for s, row in Dispute.STATES.items() if row.turn == "reviewers"
    }  # nobody has to, so nobody is reminded
    assert {*disputes.WITH_PLATFORM, *disputes.WITH_SIDES} == waiting - may_act
    assert may_act == {"DETERMINED"}


@ALL
def test_an_edge_into_a_pause_stops_every_clock(model):
    runs = [step for step in steps_of(model) if not model.STATES[step.source].is_paused]
    every = {clock for step in runs for clock in step.cancels}  # the pause's own clock begins with it
    into = [step for step in steps_of(model) if step.target and model.STATES[step.target].is_paused]

    assert [step.verb for step in into if set(step.cancels) != every] == []
    assert into or model is not Dispute


def test_nothing_is_due_in_an_appeal_in_which_no_time_runs(monkeypatch):
    now = clock_now()
    appeal = Appeal(state="HUMAN_REVIEW", decide_due_at=now)
    assert (appeal.due_at, appeal.decision_due_at) == (now, now)

    paused = State.paused("wait", "pause", tab="mine", next_step="…")
    monkeypatch.setattr(Appeal, "STATES", Appeal.STATES | {"HUMAN_REVIEW": paused})
    assert (appeal.due_at, appeal.decision_due_at, appeal.is_open) == (None, None, True)
    assert Appeal(state="DECIDED", decide_due_at=now).due_at is None


def test_the_live_queue_names_no_tab():
    """Script, page and frames know tabs by their rows, so that a new one is counted, marked and told like any other."""
    places = ["static/js/queue.js", "templates/console/appeals/queue.html", "appeals/queries/live.py"]
    texts = {place: (Path(settings.BASE_DIR) / place).read_text() for place in places}

    quoted = {(place, tab): rf"""["'`]{tab}["'`]""" for place in places for tab in Appeal.TABS}
    assert [(place, tab) for (place, tab), word in quoted.items() if re.search(word, texts[place])] == []
