"""How such cases ended before: only what was decided before a case was filed may weigh in it."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import TriageInput, facts, pseudonym
from classifier.past import WEIGHT, Decided, counts_of, rates, rates_at_filing
from classifier.training import train

START = datetime(2026, 1, 1, tzinfo=UTC)


def decided(filed, took, *, overturned, clause="R:1", measure="delist", **more):
    case = TriageInput(statement="", ground="facts_wrong", measure_types=(measure,), clause_code=clause, **more)
    filed_at = START + timedelta(hours=filed)
    return Decided(case, overturned, filed_at, filed_at + timedelta(hours=took))


PASTS = st.lists(
    st.builds(
        decided,
        st.integers(0, 200),
        st.integers(0, 80),
        overturned=st.booleans(),
        clause=st.sampled_from(["R:1", "R:2", ""]),
        measure=st.sampled_from(["delist", "deduct"]),
        detector=st.sampled_from(["", "eye"]),
    ),
    max_size=30,
)


@given(PASTS)
def test_rates_are_those_of_the_decisions_before_filing_and_no_others(past):
    for one, found in zip(past, rates_at_filing(past), strict=True):
        before = [other for other in past if other.decided_at < one.filed_at]
        assert found == rates(one.case, counts_of(before))


@given(PASTS, PASTS)
def test_later_rows_change_no_earlier_rate(past, later):
    end = max((one.decided_at for one in past), default=START)
    moved = [
        dataclasses.replace(o, filed_at=o.filed_at + (end - START), decided_at=o.decided_at + (end - START))
        for o in later
    ]

    assert rates_at_filing([*past, *moved])[: len(past)] == rates_at_filing(past)


def test_a_decision_at_the_very_moment_of_filing_is_not_known_yet():
    early = decided(0, 5, overturned=True)
    same, after = decided(5, 1, overturned=False), decided(6, 1, overturned=False)

    none_known = rates(same.case, {})
    assert rates_at_filing([early, same, after])[1] == none_known
    assert rates_at_filing([early, same, after])[2] != none_known


def test_a_rate_is_eased_towards_the_common_one_and_a_new_clause_weighs_nothing():
    past = [decided(n, 1, overturned=n < 30, clause="R:1" if n < 40 else "R:2") for n in range(100)]
    counts = counts_of(past)
    known = dict(rates(decided(0, 0, overturned=True, clause="R:1").case, counts))
    new = dict(rates(decided(0, 0, overturned=True, clause="R:9").case, counts))

    assert counts[""] == (100, 30)
    assert counts["clause=R:1"] == (40, 30)
    common = (30 + WEIGHT / 2) / (100 + WEIGHT)
    assert known["past.clause"] > 0
    assert (30 + WEIGHT * common) / (40 + WEIGHT) < 30 / 40
    assert new["past.clause"] == pytest.approx(0)
    assert set(known) == {"past.ground", "past.clause", "past.measure", "past.clause_measure"}


# — in a model —


@pytest.fixture(scope="module")
def told(rows):
    """Cases whose words say nothing of the outcome; the clause, the tool, the third party and the party's record do."""

    def one(i, row):
        good = (i // 7) % 2 == 0
        return dataclasses.replace(
            row,
            overturned=good if i % 10 else not good,
            case=dataclasses.replace(
                row.case,
                clause_code=f"R:{int(good)}{i % 3}",
                detector="eye" if good else "ear",
                executor=pseudonym("one" if good else "other"),
                history=(("account_days", 400.0), ("earlier_overturned", 9.0 if good else 0.0)),
            ),
        )

    return [one(i, row) for i, row in enumerate(rows)]


@pytest.fixture(scope="module")
def trained_on_it(told):
    return train(told, seed=0, version="told")


def test_what_is_beyond_the_words_weighs(told, trained_on_it):
    model, report = trained_on_it
    row = next(r for r in told[::-1] if r.case.detector == "eye")
    names = {f.name for f in model.suggest(row.case).features}

    assert report.outcome.auc > 0.8
    assert {"past.clause", "past.detector", "past.executor", "detector=eye", "history.earlier_overturned"} <= names
    assert model.past["detector=eye"][0] > 100
    bare = dataclasses.replace(row.case, detector="ear", clause_code="R:00", executor=pseudonym("other"), history=())
    assert model.overturn_probability(model.score(row.case)) > model.overturn_probability(model.score(bare)) + 0.2


def test_a_model_knows_nothing_that_was_decided_after_its_last_case(told, trained_on_it):
    cut = len(told) - len(told) // 5
    lied = told[:cut] + [dataclasses.replace(r, overturned=not r.overturned) for r in told[cut:]]

    assert train(lied, seed=0, version="told")[0].hash == trained_on_it[0].hash
    assert trained_on_it[0].past[""] == (cut, sum(r.overturned for r in told[:cut]))


def test_cases_filed_before_the_last_decision_test_nothing(told, trained_on_it):
    _, report = trained_on_it
    cut = len(told) - len(told) // 5
    last = told[cut - 1].decided_at

    assert report.n_left_out_known == sum(r.filed_at <= last for r in told[cut:]) > 0
    assert report.n_test + report.n_left_out_repeated + report.n_left_out_known == len(told) - cut


def test_weights_beyond_the_words_add_up_to_the_score(told, trained_on_it):
    for row in told[-20:]:
        said = trained_on_it[0].suggest(row.case)
        if not said.abstained:
            parts = [p.weight for p in said.phrases] + [f.weight for f in said.features]
            assert sum(parts) == pytest.approx(said.score, abs=1e-9)


def test_a_case_cannot_be_decided_before_it_is_filed(rows):
    with pytest.raises(ValueError, match="filed before"):
        dataclasses.replace(rows[0], filed_at=rows[0].decided_at + timedelta(seconds=1))


def test_a_demand_the_form_s_language_the_kind_of_party_and_the_length_weigh_nothing_by_themselves(case):
    assert facts(case(human_demanded=True)) == facts(case())
    assert facts(dataclasses.replace(case(), language="fr")) == facts(case())
    assert facts(dataclasses.replace(case(), party_kind="CONSUMER")) == facts(case())
    assert facts(dataclasses.replace(case(), statement="另外写的话" * 300)) == facts(case())


def test_a_pseudonym_is_no_name_and_always_the_same():
    assert pseudonym("华东审核外包") == pseudonym("华东审核外包") != pseudonym("另一家")
    assert "华" not in pseudonym("华东审核外包")
    assert pseudonym("") == ""
