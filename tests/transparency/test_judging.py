"""Kappa is scikit-learn's, AC1 that of Gwet's example; the intervals hold what they say; the page by its cuts."""

import random

import pytest
from sklearn.metrics import cohen_kappa_score

from appeals.models import Outcome
from casework import clock
from tests import factories as make
from tests.pages import browser, living, text_of
from transparency.judging import agreed
from transparency.queries import courses, judged
from triage import commands as triage

pytestmark = pytest.mark.once
now = living(hours=3)
OUTCOMES = tuple(Outcome.values)


def drawn_pairs(lots, n, share):
    one = [lots.choice(OUTCOMES) for _ in range(n)]
    return [(each, each if lots.random() < share else lots.choice(OUTCOMES)) for each in one]


def test_kappa_is_that_of_scikit_learn():
    lots = random.Random(20261202)
    for n in (2, 3, 10, 57, 400):
        for share in (0.0, 0.3, 0.9, 1.0):
            pairs = drawn_pairs(lots, n, share)
            if len({each for pair in pairs for each in pair}) == 1:
                continue
            found = agreed(pairs, OUTCOMES)
            theirs = cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])
            assert found.kappa is not None
            assert found.kappa.value == pytest.approx(theirs)
            assert found.kappa.low <= found.kappa.value <= found.kappa.high


def test_ac1_is_that_of_a_worked_example_where_kappa_misleads():
    """Two raters, 125 cases: 118 both yes, 5 and 2 apart, none both no: kappa says that they do not agree."""
    pairs = [("yes", "yes")] * 118 + [("yes", "no")] * 5 + [("no", "yes")] * 2
    found = agreed(pairs, ("yes", "no"))
    assert (found.n, found.same) == (125, 118)
    assert found.raw.value == pytest.approx(0.944)
    assert found.kappa.value == pytest.approx(-0.0234, abs=5e-5)
    assert found.ac1.value == pytest.approx(0.9408, abs=5e-5)


def test_of_nothing_nothing_is_said_and_of_one_outcome_no_kappa():
    assert agreed([], OUTCOMES) == agreed(iter(()), OUTCOMES)
    assert agreed([], OUTCOMES).raw is None
    alone = agreed([("UPHELD", "UPHELD")] * 20, OUTCOMES)
    assert alone.kappa is None
    assert alone.ac1.value == 1
    assert alone.ac1.low < 0.9


def test_the_intervals_hold_the_truth_as_often_as_they_say():
    lots = random.Random(7)
    weights = (0.75, 0.15, 0.10)

    def draw(n):
        one = lots.choices(OUTCOMES, weights, k=n)
        return [(each, each if lots.random() < 0.8 else lots.choices(OUTCOMES, weights)[0]) for each in one]

    truth = agreed(draw(200_000), OUTCOMES)
    for n in (30, 120):
        found = [agreed(draw(n), OUTCOMES) for _ in range(300)]
        for name in ("raw", "kappa", "ac1"):
            value = getattr(truth, name).value
            held = [f for f in (getattr(each, name) for each in found) if f is not None]
            assert sum(f.low <= value <= f.high for f in held) / len(held) > 0.92, (n, name)


def test_the_page_says_it_by_clause_and_language_and_ranks_nobody(world, now, monkeypatch, settings):
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    for outcome, second in (("UPHELD", "UPHELD"), ("UPHELD", "OVERTURNED"), ("OVERTURNED", "OVERTURNED")):
        appeal = make.file(world.alice, world.notice(officer=""), now=now)
        make.decide(world.rosa, make.ready_to_decide(world.rosa, appeal, now=now), now=now, outcome=outcome)
        triage.record_audit_view(actor=world.rita, ref=appeal.ref, outcome=second, note="n", now=clock.now())
    at = clock.now()
    whole = judged(at)[""]
    assert (whole.agreement.n, whole.agreement.same, whole.decisions, whole.unread) == (3, 2, 3, 0)
    for by in ("clause", "language", "executor"):
        assert sum(each.decisions for each in judged(at, by=by).values()) == 3
    assert sum(each.n for each in courses(at)) == 3
    assert {(each.first, each.outcome) for each in courses(at)} == {
        ("OVERTURNED", "UPHELD"),
        ("OVERTURNED", "OVERTURNED"),
    }
    for who in (world.sara, make.staff("compliance", now=now), make.staff("administrator", now=now)):
        for by in ("clause", "language", "executor", "officer"):
            page = browser(who).get(f"/workbench/figures/quality/?by={by}")
            assert page.status_code == 200
            assert world.rosa.code not in text_of(page)
            assert "67% (21–94)" in text_of(page)
            assert (", clause " in text_of(page)) == (by in ("clause", "officer"))
    mine = text_of(browser(world.sara).get(f"/workbench/figures/quality/?officer={world.rosa.code}"))
    assert "67% (21–94)" in mine
    carl = text_of(
        browser(make.staff("compliance", now=now)).get(f"/workbench/figures/quality/?officer={world.rita.code}")
    )
    assert "67% (21–94)" in carl  # compliance is shown the whole, whoever is asked for
    assert browser(world.rosa).get("/workbench/figures/quality/").status_code == 403
