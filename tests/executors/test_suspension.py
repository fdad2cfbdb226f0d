"""The stated false-alarm rate and the wait for a bad executor, on the benchmark's simulation and with fewer lives.

What does not belong here: the arithmetic of the test (test_measurement), and what a suspension does (test_outcomes).
"""

import numpy as np
import pytest

from bench.suspension import ACCEPTED, FALSE_ALARM, Life, evidence_suffices, live, repeated_binomial
from executors.measurement import Course, SuspensionTest

pytestmark = pytest.mark.once

EXECUTORS = 2_000


def test_the_simulation_suspends_where_the_product_does():
    test = SuspensionTest(accepted=ACCEPTED, false_alarm=FALSE_ALARM)
    courses = np.random.default_rng(7).random((40, 400)) < np.linspace(0.05, 0.4, 40)[:, None]

    over = evidence_suffices(courses)

    assert {bool(row.any()) for row in over} == {True, False}
    for course, row in zip(courses, over, strict=True):
        crossing = test.follow(Course(), course.tolist()).crossing
        assert (crossing.of if crossing else 0) == (row.argmax() + 1 if row.any() else 0)


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_an_executor_at_the_accepted_rate_is_suspended_no_more_often_than_stated(rate):
    lives = live(Life(1_000, rate), evidence_suffices, executors=EXECUTORS, seed=1)

    assert lives.interval[1] <= 0.0175  # what 2,000 lives at exactly 1 % would show, with room for luck
    assert lives.share <= FALSE_ALARM


def test_the_obvious_test_suspends_ten_times_as_many_good_executors_as_it_says():
    """The control: without evidence that allows looking at it after each decision, the simulation shows it."""
    lives = live(Life(1_000, ACCEPTED), repeated_binomial, executors=EXECUTORS, seed=1)

    assert lives.interval[0] > 5 * FALSE_ALARM


def test_twice_the_accepted_rate_is_seen_after_a_hundred_odd_decisions():
    lives = live(Life(1_000, 2 * ACCEPTED), evidence_suffices, executors=EXECUTORS, seed=2)
    turned = live(Life(1_600, 2 * ACCEPTED, good=1_000), evidence_suffices, executors=EXECUTORS, seed=3)

    assert lives.share > 0.999
    assert 90 <= lives.after(0.5) <= 140
    assert lives.after(0.9) <= 300
    assert 180 <= turned.after(0.5) <= 300


def test_who_was_suspended_before_it_went_wrong_waited_for_nothing():
    lives = live(Life(60, 1.0, good=50, first=1.0), evidence_suffices, executors=3, seed=1)

    assert lives.suspended == 3
    with pytest.raises(IndexError):
        lives.after(0.5)
