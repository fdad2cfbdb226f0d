"""The same rows give the same bits, the newest cases test, and a machine does not learn from itself."""

import dataclasses
import random
from datetime import timedelta

import numpy as np
import pytest

from classifier.cases import TooFewCases
from classifier.training import _calibration, _forward, ece, train


def test_training_is_repeatable_whatever_the_order_of_the_rows(rows, trained):
    shuffled = rows[:]
    random.Random(3).shuffle(shuffled)
    again, report = train(shuffled, seed=0, version="test-1")

    assert again.hash == trained[0].hash
    assert report == trained[1]


def test_the_newest_cases_are_never_trained_on(rows, trained):
    """Turning every label of the newest fifth around changes the report, not one weight of the model."""
    cut = len(rows) - len(rows) // 5
    lied = rows[:cut] + [dataclasses.replace(r, overturned=not r.overturned) for r in rows[cut:]]
    model, report = train(lied, seed=0, version="test-1")

    assert model.hash == trained[0].hash
    assert report.outcome.accuracy == pytest.approx(1 - trained[1].outcome.accuracy)


def test_the_report_says_what_was_learnt_from_what(rows, trained):
    _, report = trained

    assert report.n_rows == 500
    assert report.n_train == 400
    assert report.n_test + report.n_left_out_repeated + report.n_left_out_known == 100
    assert sum(report.per_ground.values()) == sum(report.per_language.values()) == 400
    assert set(report.per_language) == {"zh", "en"}
    assert report.ground.macro_f1 > 0.95
    assert report.outcome.auc > 0.85
    assert report.outcome.ece < 0.15
    assert set(report.outcome_by_language) == {"zh", "en"}
    assert sum(s.n for s in report.outcome_by_language.values()) == report.n_test
    assert report.train_to < report.test_to
    assert report.model_hash == trained[0].hash
    assert report.as_dict()["ground"]["accuracy"] == report.ground.accuracy


def test_labels_without_signal_are_not_reported_as_knowledge(rows):
    """With outcomes drawn by lot, the AUC is about one half and no probability is far from the base rate."""
    rng = random.Random(5)
    drawn = [dataclasses.replace(r, overturned=rng.random() < 0.5) for r in rows]
    model, report = train(drawn, seed=0, version="noise")

    assert 0.3 < report.outcome.auc < 0.7
    said = [model.overturn_probability(model.score(r.case)) for r in rows[-100:]]
    assert min(said) > 0.2
    assert max(said) < 0.8


@pytest.mark.exhaustive
@pytest.mark.parametrize("share", [0.0, 0.4])
def test_confidence_in_a_ground_is_about_as_often_right_as_it_says(decided_cases, share):
    """Whether all labels are clean or four in ten are drawn by lot."""
    rng = random.Random(11)
    rows = decided_cases(1_000)
    grounds = sorted({r.route_ground for r in rows})
    drawn = [dataclasses.replace(r, route_ground=rng.choice(grounds)) if rng.random() < share else r for r in rows]
    _, report = train(drawn, seed=0, version="v")

    assert report.ground.accuracy == pytest.approx(1 - 0.75 * share, abs=0.1)
    assert report.ground.ece < 0.1


def test_repeated_texts_are_not_tested_on(rows):
    end = rows[-1].decided_at
    copies = [
        dataclasses.replace(rows[i], filed_at=end + timedelta(hours=i), decided_at=end + timedelta(hours=i + 1))
        for i in range(100)
    ]
    _, report = train([*rows, *copies], seed=0, version="copies")

    assert report.n_left_out_repeated >= 100


def test_machine_decisions_are_not_learnt(rows, trained):
    made_up = [dataclasses.replace(r, overturned=not r.overturned, decided_by_person=False) for r in rows[:200]]
    model, report = train([*rows, *made_up], seed=0, version="test-1")

    assert model.hash == trained[0].hash
    assert report.n_left_out_automatic == 200


def test_too_few_cases_give_no_model(rows):
    with pytest.raises(TooFewCases, match="199 cases"):
        train(rows[:199], seed=0, version="v")
    with pytest.raises(TooFewCases, match="one outcome"):
        train([dataclasses.replace(r, overturned=True) for r in rows], seed=0, version="v")
    with pytest.raises(TooFewCases, match="two grounds"):
        train([dataclasses.replace(r, route_ground="other") for r in rows], seed=0, version="v")


def test_two_grounds_are_enough(rows, case):
    two = [r for r in rows if r.route_ground in ("facts_wrong", "authorised")]
    model, report = train(two, seed=0, version="two", minimum=100)

    assert model.grounds == ("authorised", "facts_wrong")
    assert report.ground.accuracy > 0.95
    assert model.suggest(case("en")).route_ground == "authorised"
    assert model.suggest(case("zh")).route_ground == "facts_wrong"


def test_a_rare_ground_does_not_break_training(rows):
    few = [dataclasses.replace(r, route_ground="evidence_wrong") if i in (5, 50) else r for i, r in enumerate(rows)]
    model, _ = train(few, seed=0, version="rare")

    assert model.ground_counts[model.grounds.index("evidence_wrong")] == 2


def test_no_words_are_kept_in_a_model(trained):
    plain = str(trained[0].facts_of_file())

    assert "监控" not in plain
    assert "camera" not in plain


def test_calibration_error_is_counted_right():
    assert ece(np.array([0.8] * 10), np.array([1.0] * 8 + [0.0] * 2)) == pytest.approx(0.0)
    assert ece(np.array([0.9] * 10), np.array([1.0] * 5 + [0.0] * 5)) == pytest.approx(0.4)
    assert ece(np.array([1.0, 0.1]), np.array([1.0, 1.0])) == pytest.approx(0.45)


def test_the_newest_cases_say_how_often_measures_are_revoked_now():
    draw = np.random.default_rng(0)
    scores = draw.normal(size=3_000)
    before = draw.random(2_600) < 1 / (1 + np.exp(-2 * scores[:2_600]))
    now = draw.random(400) < 1 / (1 + np.exp(-(2 * scores[2_600:] - 3)))  # as telling as before, and far rarer

    slope, shift = _calibration(scores, np.concatenate([before, now]).astype(np.int64))

    assert 1 < slope < 2.5
    assert np.mean(1 / (1 + np.exp(-slope * scores[-300:] - shift))) == pytest.approx(now[-300:].mean(), abs=0.01)


@pytest.mark.parametrize("outcome", [0, 1])
def test_scores_that_tell_nothing_give_the_rate_of_the_newest_cases(outcome):
    slope, shift = _calibration(np.linspace(-1, 1, 400), np.full(400, outcome))

    assert slope == 0.01
    assert (1 / (1 + np.exp(-shift))) == pytest.approx(outcome, abs=0.005)


def test_how_far_a_score_is_trusted_is_learnt_from_cases_newer_than_all_that_scored_them():
    folds = _forward(np.arange(100) % 2)

    assert [(old[0], old[-1], new[0], new[-1]) for old, new in folds] == [(0, 59, 60, 79), (0, 79, 80, 99)]


def test_where_all_older_cases_ended_alike_the_first_part_begins_later():
    folds = _forward(np.asarray([1] * 80 + [0] * 20))

    assert [(old.size, new[0], new[-1]) for old, new in folds] == [(81, 81, 89), (90, 90, 99)]
