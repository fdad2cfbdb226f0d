"""Rates, intervals and the test that suspends, against numbers worked out elsewhere and by plain enumeration."""

import itertools
import math

import pytest

from executors.measurement import BLOCK, ODDS_TRIED, Course, Share, SuspensionTest, stake, wilson

pytestmark = pytest.mark.once

TEST = SuspensionTest(accepted=0.1, false_alarm=0.01)


def evidence_after(decided):
    """The evidence after each of these decided appeals."""
    course = Course()
    for overturned in decided:
        yield TEST.follow(course, [overturned]).evidence


def crossing_of(decided):
    return TEST.follow(Course(), decided).crossing


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [  # R: binom::binom.confint(x, n, methods = "wilson"), and Newcombe (1998), table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (30, 30, 0.8865, 1.0),
    ],
)
def test_the_interval_is_wilson_s(found, of, low, high):
    assert wilson(found, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("found", "of"), [(0, 0), (-1, 3), (4, 3)])
def test_a_share_that_is_none_is_refused(found, of):
    with pytest.raises(ValueError, match="share"):
        wilson(found, of)


def test_a_share_is_said_from_thirty_cases_on():
    few, enough = Share(3, 29), Share(3, 30)

    assert (few.is_shown, few.value, few.interval) == (False, None, None)
    assert (enough.is_shown, enough.value) == (True, 0.1)
    assert enough.interval == wilson(3, 30)


@pytest.mark.parametrize(("accepted", "level"), [(0.0, 0.01), (1.0, 0.01), (0.1, 0.0), (0.1, 1.0), (-0.1, 0.5)])
def test_a_rate_outside_its_range_is_refused(accepted, level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        SuspensionTest(accepted=accepted, false_alarm=level)


@pytest.mark.parametrize("accepted", [0.01, 0.1, 0.5, 0.95])
def test_every_rate_tried_lies_above_the_accepted_one(accepted):
    tried = SuspensionTest(accepted=accepted, false_alarm=0.01).rates_tried

    assert accepted < min(tried)
    assert max(tried) < 1
    assert [p / (1 - p) / (accepted / (1 - accepted)) for p in tried] == pytest.approx(ODDS_TRIED)


def test_all_parts_of_the_stake_are_one_together():
    parts = sum(stake(block) for block in range(100_000))

    assert parts < 1
    assert parts == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_evidence_is_expected_to_stay_or_fall_while_the_rate_is_accepted(rate):
    """Every possible course of twelve decisions, weighed by its probability."""
    expected = [0.0] * 12
    for course in itertools.product((False, True), repeat=12):
        weight = rate ** sum(course) * (1 - rate) ** (12 - sum(course))
        for place, evidence in enumerate(evidence_after(course)):
            expected[place] += weight * evidence

    if rate == 0.1:
        assert expected == pytest.approx([1.0] * 12)
    else:
        assert all(later < earlier for earlier, later in itertools.pairwise([1.0, *expected]))


def test_evidence_is_the_mixture_of_likelihood_ratios():
    """Across the border of a block: written out once more, start by start, without the running sums."""
    course = [place % 7 == 0 for place in range(BLOCK + 10)]

    def ratio(rate, seen):
        return math.prod(rate / 0.1 if x else (1 - rate) / 0.9 for x in seen)

    written_out = sum(
        stake(start // BLOCK) * sum(ratio(p, course[start:]) for p in TEST.rates_tried) / len(ODDS_TRIED)
        for start in (0, BLOCK)
    )
    waiting = 1 - stake(0) - stake(1)

    assert list(evidence_after(course))[-1] == pytest.approx(written_out + waiting)


def test_six_of_the_first_six_suspend_and_five_do_not():
    six = crossing_of([True] * 6)

    assert crossing_of([True] * 5) is None
    assert six is not None
    assert (six.of, six.overturned) == (6, 6)
    assert six.evidence >= 100


def test_it_stops_where_the_evidence_first_suffices():
    course = [False] * 10 + [True] * 40

    found = crossing_of(course)

    assert found is not None
    assert crossing_of(course[: found.of]) == found
    assert crossing_of(course[: found.of - 1]) is None
    assert found.overturned == found.of - 10


def test_a_bad_turn_after_two_thousand_good_decisions_is_seen():
    """One in ten for long, then every third: the fresh parts of the stake see it, a single old one would not."""
    good = [place % 10 == 0 for place in range(2_000)]
    turned = good + [place % 3 == 0 for place in range(300)]

    found = crossing_of(turned)

    assert crossing_of(good) is None
    assert found is not None
    assert 2_000 < found.of < 2_200


def test_evidence_has_no_end_in_a_life_of_errors_or_of_none():
    assert list(evidence_after([True] * 3_000))[-1] < math.inf
    assert 0 < list(evidence_after([False] * 20_000))[-1] < 1


def test_leaving_an_error_out_never_adds_evidence():
    course = [place % 3 == 0 for place in range(3 * BLOCK)]
    whole = list(evidence_after(course))

    for gone in (0, BLOCK - 2, BLOCK + 1, 2 * BLOCK + 2):
        less = list(evidence_after([None if place == gone else x for place, x in enumerate(course)]))
        if course[gone]:
            assert all(a <= b for a, b in zip(less, whole, strict=True))
            assert less[-1] < whole[-1]


def test_what_is_left_out_is_in_no_number():
    found = crossing_of([None, True, None, *[True] * 5, None])

    assert found is not None
    assert (found.of, found.overturned) == (6, 6)
