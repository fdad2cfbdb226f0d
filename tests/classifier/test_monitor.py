"""When a certificate falls by its audits, and when the cases no longer resemble its proofs."""

import math
import random

import pytest
from scipy.stats import beta

from classifier.monitor import (
    LEAST_RECENT,
    WINDOW,
    Recent,
    Reference,
    alarm_at,
    psi,
    reference_of,
    stands_out,
    warnings,
    watch,
)


def test_no_audits_say_nothing():
    state = watch([], alpha=0.05)

    assert (state.audited, state.errors, state.bound, state.is_crossed) == (0, 0, 0.0, False)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 50, 199, 200])
def test_the_alarm_is_where_the_lower_bound_passes_alpha(n):
    limit = alarm_at(n, 0.05)
    for errors in range(1, n + 1):
        low = float(beta.ppf(0.01, errors, n - errors + 1))
        assert (low > 0.05) == (errors >= limit), (errors, n)


def test_one_error_is_no_alarm_and_two_of_two_are():
    assert not watch([True], alpha=0.05).is_crossed
    assert watch([True, True], alpha=0.05).is_crossed


def test_only_the_last_window_counts():
    bad_past = [True] * 30 + [False] * WINDOW

    assert watch(bad_past, alpha=0.05).errors == 0
    assert not watch(bad_past, alpha=0.05).is_crossed
    assert watch(bad_past + [True] * 19, alpha=0.05).is_crossed


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
