"""What proves a promise and what does not: exact numbers, the fixed sequence, the limits of a certificate."""

import contextlib
import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from scipy.stats import beta, binom

from classifier.binomial import binomial_cdf, lower_bound, upper_bound
from classifier.budget import most_a_day, most_closings
from classifier.certificate import (
    LIFE,
    NotCertified,
    Proof,
    certify,
    least_cases,
    passes,
    seen_often,
    seen_often_together,
    spent_ppm,
)

ISSUED = datetime(2026, 11, 1, tzinfo=UTC)


def proofs(*groups):
    """`(probability, right, wrong)` many of each."""
    return [Proof(p, False) for p, right, _ in groups for _i in range(right)] + [
        Proof(p, True) for p, _, wrong in groups for _i in range(wrong)
    ]


@pytest.mark.parametrize("n", [1, 7, 59, 124, 500, 5_000])
@pytest.mark.parametrize("p", [0.001, 0.05, 0.2, 0.5, 0.97])
def test_the_binomial_is_exact(n, p):
    for k in {0, 1, n // 20, n // 2, n - 1, n}:
        assert binomial_cdf(k, n, p) == pytest.approx(float(binom.cdf(k, n, p)), rel=1e-9, abs=1e-12)
    assert binomial_cdf(-1, n, p) == 0.0


def test_the_bounds_are_clopper_and_pearsons():
    for errors, n in [(0, 59), (3, 200), (10, 200), (40, 200), (199, 200)]:
        assert upper_bound(errors, n, 0.05) == pytest.approx(float(beta.ppf(0.95, errors + 1, n - errors)), abs=1e-9)
        low = float(beta.ppf(0.01, errors, n - errors + 1)) if errors else 0.0
        assert lower_bound(errors, n, 0.01) == pytest.approx(low, abs=1e-9)
    assert upper_bound(5, 5, 0.05) == 1.0


@pytest.mark.parametrize(
    ("alpha", "delta", "needed"),
    [
        (0.01, 0.05, (299, 473, 628, 1049)),
        (0.02, 0.05, (149, 236, 313, 523)),
        (0.05, 0.05, (59, 93, 124, 208)),
        (0.10, 0.10, (22, 38, 52, 91)),
    ],
)
def test_so_many_cases_are_needed_for_so_many_errors(alpha, delta, needed):
    assert tuple(least_cases(alpha, delta, errors) for errors in (0, 1, 2, 5)) == needed
    for errors, n in zip((0, 1, 2, 5), needed, strict=True):
        assert passes(errors, n, alpha, delta)
        assert not passes(errors, n - 1, alpha, delta)


def test_the_search_goes_down_while_the_test_passes():
    found = certify(proofs((0.99, 124, 0), (0.9, 80, 2), (0.8, 60, 2), (0.7, 10, 30), (0.6, 900, 0)))

    # At 0.7 it fails, and nothing below is looked at, however good it would be.
    assert (found.threshold, found.n, found.k, found.pool) == (0.8, 268, 4, 1208)
    assert found.bound == upper_bound(4, 268, 0.05) <= 0.05


def test_too_few_cases_prove_nothing():
    with pytest.raises(NotCertified) as refused:
        certify(proofs((0.99, 123, 0)))
    assert refused.value.reason == "too_few"
    assert certify(proofs((0.99, 124, 0))).n == 124
    with pytest.raises(NotCertified):
        certify([])


def test_sure_cases_below_one_half_count_for_nothing():
    with pytest.raises(NotCertified) as refused:
        certify(proofs((0.49, 2_000, 0)))
    assert refused.value.reason == "too_few"


def test_too_many_errors_at_the_start_end_the_search_although_fewer_cases_would_have_passed():
    with pytest.raises(NotCertified) as refused:
        certify(proofs((0.99, 100, 0), (0.98, 21, 3), (0.9, 5_000, 0)))
    assert refused.value.reason == "too_many_errors"


def test_the_order_of_the_cases_does_not_matter():
    given = proofs((0.99, 130, 1), (0.9, 80, 2), (0.8, 60, 9))
    mixed = random.Random(1).sample(given, len(given))

    assert certify(mixed) == certify(given)


@pytest.mark.parametrize("levels", [(0.0, 0.05), (0.21, 0.05), (0.05, 0.0), (0.05, 0.11), (1.0, 1.0)])
def test_only_levels_that_promise_something_are_taken(levels):
    with pytest.raises(ValueError, match="alpha runs to"):
        certify(proofs((0.99, 500, 0)), alpha=levels[0], delta=levels[1])


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(probability):
    with pytest.raises(ValueError):
        certify([Proof(probability, False)])


def test_a_plain_threshold_breaks_its_promise_and_a_certified_one_does_not():
    """Small beside the benchmark, and without chance: 200 fixed draws of 400 cases whose truth is known."""
    draw = random.Random(20261125)
    broken = {"naive": 0, "certified": 0}
    for _run in range(200):
        cases = [(s := draw.random(), draw.random() < (1 - s) ** 2) for _i in range(1_000)]
        given = [Proof(round(0.5 + s / 2, 3), wrong) for s, wrong in cases]
        best, n, k = 1.0, 0, 0
        for case in sorted(given, key=lambda c: -c.probability):
            n, k = n + 1, k + case.is_error
            if k <= 0.05 * n:
                best = case.probability
        broken["naive"] += truth(best) > 0.05
        with contextlib.suppress(NotCertified):
            broken["certified"] += truth(certify(given).threshold) > 0.05

    assert broken["certified"] <= 10
    assert broken["naive"] >= 60


def truth(threshold):
    """The error rate at or above: the mean of (1 − s)² over s from there to one."""
    s = max(0.0, 2 * (threshold - 0.0005 - 0.5))
    return (1 - s) ** 2 / 3


def test_what_all_attempts_spend_together_is_less_than_delta():
    for delta in (1, 10, 50, 100):
        spent = [spent_ppm(delta, number) for number in range(1, 2_000)]
        assert spent == sorted(spent, reverse=True)
        assert 0.9 * delta * 1_000 <= sum(spent) <= delta * 1_000
    with pytest.raises(ValueError, match="counted from one"):
        spent_ppm(50, 0)


# — the certificate —


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 123, "k": 0},
        {"k": 6},
        {"k": -1},
        {"n": 500},
        {"alpha": 0.01},
        {"alpha": 0.5},
        {"delta": 0.5},
        {"spent": 0.05},  # no attempt has the whole of delta
        {"spent": 0.0},  # proved before attempts shared it
        {"spent": 0.0001, "k": 4},
        {"threshold": 0.49},
        {"threshold": 1.01},
        {"threshold": float("nan")},
        {"model_hash": ""},
        {"direction": "uphold"},
        {"expires_at": ISSUED + LIFE + timedelta(seconds=1)},
        {"expires_at": ISSUED},
        {"data_to": ISSUED + timedelta(days=1)},
        {"data_from": ISSUED},
    ],
)
def test_a_certificate_that_its_numbers_do_not_prove_cannot_be_built(certificate, changes):
    with pytest.raises(ValueError):
        certificate(**changes)


def test_it_is_in_force_between_two_moments_with_two_names(certificate):
    made = certificate()

    assert made.standing(ISSUED) == ()
    assert made.standing(ISSUED - timedelta(seconds=1)) == ("unsigned", "not_yet")
    assert made.standing(made.expires_at) == ("expired",)
    assert dataclasses.replace(made, revoked_at=ISSUED).standing(ISSUED) == ("revoked",)
    assert dataclasses.replace(made, signatures=made.signatures[:1]).standing(ISSUED) == ("unsigned",)


def test_it_covers_what_its_scope_and_time_allow(certificate, case):
    assert certificate().covers(case(), ISSUED)
    assert not certificate().covers(case(human_demanded=True), ISSUED)
    assert not certificate().covers(case(ground="other"), ISSUED)
    assert not certificate().covers(case(), ISSUED + LIFE)


def test_rare_codes_are_left_out_of_a_scope():
    assert seen_often(["a"] * 5 + ["b"] * 4, 5) == {"a"}


def test_a_code_seen_only_beside_a_rare_one_is_left_out_too():
    cases = [("a",)] * 5 + [("a", "b")] * 5 + [("c", "d")] * 4 + [("c",)] + [()] * 9

    assert seen_often_together(cases, 5) == {"a", "b"}
    assert seen_often_together([("a", "b")] * 4 + [("a",)], 5) == frozenset()


# — whatever is written —


def reaching(*groups):
    """`(probability, right, wrong, reach of the wrong ones)`."""
    return [
        Proof(p, is_error, reach if is_error else None)
        for p, right, wrong, reach in groups
        for is_error in (False,) * right + (True,) * wrong
    ]


def test_the_threshold_is_the_lowest_one_at_which_words_decide_little():
    found = certify(reaching((0.99, 150, 0, 0), (0.9, 80, 2, 0.95), (0.6, 0, 3, 0.9), (0.5, 0, 9, 0.7)))

    # At 0.9 two errors lie untouched, and words could bring three more there: five, more than twice two.
    assert (found.threshold, found.k, found.reachable) == (0.99, 0, 0)
    fewer = certify(reaching((0.99, 150, 0, 0), (0.9, 80, 2, 0.95), (0.6, 0, 2, 0.9), (0.5, 0, 9, 0.7)))
    assert (fewer.threshold, fewer.k, fewer.reachable) == (0.9, 2, 4)


def test_where_words_decide_nothing_is_certified():
    with pytest.raises(NotCertified) as refused:
        certify(reaching((0.99, 300, 0, 0), (0.4, 0, 3, 1.0)))
    assert refused.value.reason == "words_decide"


def test_cases_in_which_the_model_abstained_could_have_been_written_otherwise():
    sure = reaching((0.99, 300, 0, 0))
    assert certify(sure, beside=[Proof(0.0, True, 1.0)] * 2).reachable == 2
    with pytest.raises(NotCertified):
        certify(sure, beside=[Proof(0.0, True, 1.0)] * 3)


# — the budget —


def test_no_more_than_ten_wrong_closings_are_expected_where_one_in_twenty_deceives():
    for alpha in range(1, 201):
        expected = most_closings(alpha) * (0.05 + 0.95 * alpha / 1000)
        assert 10 - 0.25 < expected <= 10
        assert 1 <= most_a_day(alpha) <= most_closings(alpha) / 10 or most_a_day(alpha) == 1
    assert (most_closings(50), most_a_day(50)) == (102, 10)


@pytest.mark.parametrize(
    "changes", [{"closings": 103}, {"closings": 0}, {"a_day": 11}, {"a_day": 0}, {"reachable": 7}, {"reachable": 2}]
)
def test_a_certificate_without_its_limits_cannot_be_built(certificate, changes):
    assert certificate().closings == 102
    with pytest.raises(ValueError):
        certificate(**changes)
