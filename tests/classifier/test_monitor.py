"""When a certificate falls by its audits, and when the cases no longer resemble its proofs."""

import itertools
import math
import random

import pytest

from classifier import monitor
from classifier.monitor import (
    LEAST_RECENT,
    Recent,
    Reference,
    chances_of_seeing,
    power,
    psi,
    reference_of,
    stakes,
    stands_out,
    warnings,
    watch,
)


def test_no_audits_say_nothing():
    state = watch([], alpha=0.05)

    assert (state.audited, state.errors, state.bound, state.is_crossed) == (0, 0, 0.0, False)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_at_alpha_no_bet_gains_or_loses_whatever_has_happened(alpha, monkeypatch):
    monkeypatch.setattr(monitor, "AGAIN", 3)
    expected = 0.0
    for errors in itertools.product([False, True], repeat=8):
        chance = math.prod(alpha if each else 1 - alpha for each in errors)
        expected += chance * stakes(errors, alpha)[-1]

    assert expected == pytest.approx(1.0)


def test_two_errors_of_two_are_no_alarm_and_three_of_three_are():
    assert not watch([True, True], alpha=0.05).is_crossed
    assert watch([True] * 3, alpha=0.05).is_crossed
    assert watch([True] * 3 + [False] * 90, alpha=0.05).is_crossed  # what was shown once is shown


def test_errors_after_many_right_closings_are_seen():
    good = [False] * 400

    assert not watch([*good, True, True, True], alpha=0.05).is_crossed
    assert watch([*good, *([True] * 8)], alpha=0.05).is_crossed


@pytest.mark.parametrize("outcomes", [[True] * 3, [True, *[False] * 5] * 12, [False] * 30 + [True] * 4])
def test_the_bound_is_above_alpha_where_it_is_crossed_and_nowhere_else(outcomes):
    state = watch(outcomes, alpha=0.05)

    assert (state.bound > 0.05) is state.is_crossed
    assert 0.0 < state.bound < sum(outcomes) / len(outcomes)


@pytest.mark.parametrize(("audited", "errors"), [(0, 0), (20, 2)])
def test_the_chance_of_seeing_an_error_rate_is_that_of_all_histories(audited, errors, monkeypatch):
    monkeypatch.setattr(monitor, "AGAIN", 10_000)
    alpha, rate, ahead = 0.05, 0.3, 10
    past = [True] * errors + [False] * (audited - errors)
    seen = 0.0
    for each in itertools.product([False, True], repeat=ahead):
        now_on = stakes([*past, *each], alpha)[audited:]
        if max(now_on) - (1 - monitor.FIRST) >= 1 / monitor.LEVEL:
            seen += math.prod(rate if one else 1 - rate for one in each)

    found = chances_of_seeing(rate, alpha=alpha, audited=audited, errors=errors, ahead=ahead)
    assert found[ahead] == pytest.approx(seen)


def test_the_power_says_after_how_many_closings_twice_alpha_is_seen():
    nothing = power(watch([], alpha=0.05), alpha=0.05, left=102)
    clean = power(watch([False] * 100, alpha=0.05), alpha=0.05, left=102)

    assert nothing.error == 0.1
    assert 0.1 < nothing.before_end < 0.2
    assert nothing.evenly < nothing.nearly
    assert clean.evenly > nothing.evenly
    assert power(watch([], alpha=0.001), alpha=0.001, left=190).evenly is None


def spread(n, *, low=0.0, high=1.0, seed=0):
    draw = random.Random(seed)
    return [round(draw.uniform(low, high), 3) for _i in range(n)]


@pytest.fixture(scope="module")
def reference():
    return reference_of(spread(500), decided=300, overturned=90, texts=500, unknown=10)


def test_tenths_of_even_scores_are_about_equal(reference):
    assert len(reference.edges) == 9
    assert all(share == pytest.approx(0.1, abs=0.02) for share in reference.shares)
    assert psi(reference, spread(500, seed=1)) < 0.1


def test_equal_scores_make_fewer_parts_and_no_crash():
    made = reference_of([0.7] * 300, decided=0, overturned=0, texts=0, unknown=0)

    assert (made.edges, made.shares) == ((), (1.0,))
    assert psi(made, [0.2] * 300) == 0.0
    assert reference_of([], decided=0, overturned=0, texts=0, unknown=0).shares == (0.0,)
    assert warnings(made, Recent(scores=[0.1] * 300, decided=100, overturned=50, texts=100, unknown=50)) == ()


def test_like_cases_give_no_warning(reference):
    recent = Recent(scores=spread(400, seed=2), decided=150, overturned=50, texts=400, unknown=12)

    assert warnings(reference, recent) == ()


@pytest.mark.parametrize(
    ("recent", "why"),
    [
        (Recent(scores=spread(400, low=0.5)), ("scores",)),
        (Recent(decided=150, overturned=90), ("base_rate",)),
        (Recent(decided=150, overturned=10), ("base_rate",)),
        (Recent(texts=200, unknown=40), ("vocabulary",)),
        (Recent(texts=500, unknown=0), ()),
        (Recent(scores=spread(LEAST_RECENT - 1, low=0.9), decided=49, overturned=49, texts=49, unknown=49), ()),
    ],
)
def test_each_drift_is_named_and_too_few_cases_are_none(reference, recent, why):
    assert warnings(reference, recent) == why


@pytest.mark.parametrize(
    "changes",
    [
        {"shares": (1.0,)},
        {"edges": (0.5, 0.2), "shares": (0.3, 0.3, 0.4)},
        {"overturned": 301},
        {"unknown": 501},
    ],
)
def test_a_reference_that_makes_no_sense_is_refused(reference, changes):
    values = {name: getattr(reference, name) for name in Reference.__dataclass_fields__} | changes
    with pytest.raises(ValueError):
        Reference(**values)


@pytest.mark.parametrize(
    ("closings", "of", "others", "of_others", "expected"),
    [(3, 4, 0, 15, True), (3, 4, 0, 12, False), (2, 2, 0, 10_000, False), (3, 100, 30, 1_000, False)],
)
def test_a_phrase_or_a_party_stands_out_where_its_usual_share_does_not_explain_it(
    closings, of, others, of_others, expected
):
    share = (others + 1) / (of_others + 2)
    tail = sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(closings, of + 1))

    assert stands_out(closings, of, others, of_others) is expected
    assert expected == (closings >= 3 and tail < 0.001)
