"""Agreement with people, and whether it is surely more than always saying the more common outcome."""

import pytest
from scipy.stats import binomtest

from classifier.agreement import Agreement, agreement_of, leans_to_undo

PAIRS = [(True, True)] * 30 + [(True, False)] * 10 + [(False, True)] * 15 + [(False, False)] * 45


def test_it_counts_where_the_lean_and_where_the_more_common_outcome_was_right():
    found = agreement_of(PAIRS)

    # 55 of 100 measures were kept, so the baseline says that of every case.
    assert (found.n, found.agreed, found.common, found.better, found.worse) == (100, 75, 55, 30, 10)
    assert found.agreed - found.common == found.better - found.worse
    assert agreement_of((not leant, not undone) for leant, undone in PAIRS) == found


@pytest.mark.parametrize(("permille", "leans"), [(499, False), (500, True)])
def test_it_leans_from_one_half_on(permille, leans):
    assert leans_to_undo(permille) is leans


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (5, 0), (6, 0), (10, 2), (9, 3), (40, 20), (60, 41), (61, 40)])
def test_it_beats_the_baseline_where_the_exact_paired_test_says_so(better, worse):
    found = Agreement(200, 100 + better - worse, 100, better, worse)
    is_sure = better + worse > 0 and binomtest(better, better + worse, alternative="greater").pvalue < 0.025

    assert found.beats_baseline == is_sure


def test_the_interval_is_clopper_and_pearson_s():
    low, high = agreement_of(PAIRS).interval
    expected = binomtest(75, 100).proportion_ci(0.95, "exact")

    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_of_no_case_nothing_is_surely_better():
    assert not agreement_of([]).beats_baseline
