"""What a model says: weights that add up, doubts that silence it, and what it may never do."""

import dataclasses
import random
import tomllib
from pathlib import Path

import pytest

SAID = tomllib.loads(Path("console/appeals/words.toml").read_text())["abstains"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_clear_case_is_routed_and_scored(model, case, language):
    suggestion = model.suggest(case(language))

    assert not suggestion.abstained
    assert suggestion.language == language
    assert suggestion.route_ground == {"zh": "facts_wrong", "en": "authorised"}[language]
    assert suggestion.queue == {"zh": "visibility", "en": "qualification"}[language]
    assert suggestion.overturn_probability > 0.7
    assert suggestion.model_hash == model.hash


def test_the_ground_is_read_from_the_words_not_from_the_choice(model, case):
    assert model.suggest(case("en", ground="disproportionate")).route_ground == "authorised"


def test_weights_add_up_to_the_score(model, rows):
    weighed = [s for s in (model.suggest(row.case) for row in rows) if not s.abstained]

    assert len(weighed) > 400
    for s in weighed:
        total = sum(p.weight for p in s.phrases) + sum(f.weight for f in s.features)
        assert total == pytest.approx(s.score, abs=1e-9)


def test_the_score_is_the_plain_product_of_weights_and_values(model, case):
    """Counted again without the code under test: every n-gram by itself, in pure Python."""
    import math
    from collections import Counter

    from classifier.features import buckets, facts, grams, normalise
    from classifier.past import rates

    text = normalise(case("zh").statement)
    counts = Counter(buckets(grams(text.text).keys))
    values = {b: (1 + math.log(n)) * float(model.idf[b]) for b, n in counts.items()}
    length = math.sqrt(sum(v * v for v in values.values()))
    words = sum(float(model.outcome_weights[b]) * v / length for b, v in values.items())
    named = sum(model.outcome_facts.get(name, 0.0) * v for name, v in facts(case("zh")))
    before = sum(model.outcome_facts.get(name, 0.0) * v for name, v in rates(case("zh"), model.past))

    assert model.suggest(case("zh")).score == pytest.approx(words + named + before + model.outcome_intercept, abs=1e-9)


def test_the_same_input_gives_the_same_suggestion(model, case):
    assert model.suggest(case()) == model.suggest(case()) == model.suggest_many([case()])[0]


PADDINGS = {
    "zero width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: text.replace("e", "e\u00ad"),
    "full width": lambda text: text.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}),
    "lookalikes": lambda text: text.replace("o", "\u043e").replace("e", "\u0435"),
    "blank lines": lambda text: text.replace(" ", "\n\n\u3000 "),
    "capitals": str.upper,
    "a tail of nothing": lambda text: text + "\u2060" * 20_000,
    "a head of nothing": lambda text: "\ufeff" * 20_000 + text,
}


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_padding_and_disguise_change_nothing(model, case, padding, language):
    plain, disguised = case(language), case(language, statement=PADDINGS[padding](case(language).statement))
    a, b = model.suggest(plain), model.suggest(disguised)

    assert (a.score, a.overturn_probability, a.route_ground, a.abstained) == (
        b.score,
        b.overturn_probability,
        b.route_ground,
        b.abstained,
    )
    assert [p.weight for p in a.phrases] == [p.weight for p in b.phrases]
    assert all(disguised.statement[p.start : p.end] == p.text for p in b.phrases)


def test_blanks_between_chinese_signs_change_nothing(model, case):
    spaced = case("zh", statement=" ".join(case("zh").statement))

    assert model.suggest(spaced).score == pytest.approx(model.suggest(case("zh")).score, abs=0.05)


# — silence —


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("", "empty"),
        (" \u200b\n。！？", "empty"),
        ("冤枉", "too_short"),
        ("please help", "too_short"),
        ("магазин закрыт по ошибке прошу восстановить доступ", "language_unknown"),
        ("お店が間違って閉鎖されましたので確認をお願いします", "language_unknown"),
        ("Quantum chromodynamics predicts gluon confinement below hadronic wavelengths", "out_of_vocabulary"),
        ("鸿蒙初辟乾坤朗朗瑶池蟠桃宴饮群仙齐贺", "out_of_vocabulary"),
        ("物流单号和监控录像都能证明" * 400, "too_long"),
    ],
)
def test_a_model_in_doubt_says_nothing(model, case, permission, statement, reason):
    suggestion = model.suggest(case("zh", statement=statement), permission=permission())

    assert reason in suggestion.abstain_reasons
    assert suggestion.abstained
    assert suggestion.route_ground == "facts_wrong"  # as the appellant chose
    assert suggestion.queue == "visibility"
    assert suggestion.overturn_probability is None
    assert suggestion.score is None
    assert suggestion.phrases == ()
    assert suggestion.features == ()
    assert suggestion.automatic_action is None
    assert suggestion.withheld == ("abstained",)
    assert set(suggestion.abstain_reasons) <= set(SAID)  # each has its words


def test_an_unseen_measure_is_left_to_a_person(model, case):
    assert model.suggest(case(measure_types=("listing_removed", "teleported"))).abstain_reasons == ("measure_unseen",)


def test_a_ground_with_too_few_cases_is_left_to_a_person(model, case):
    rare = dataclasses.replace(model, ground_counts=(3,) * len(model.grounds))

    assert rare.suggest(case()).abstain_reasons == ("ground_too_rare",)


def test_low_confidence_is_left_to_a_person(model, case):
    vague = dataclasses.replace(model, ground_temperature=1_000.0)

    assert vague.suggest(case()).abstain_reasons == ("low_confidence",)


# — the model itself —


def test_a_changed_weight_is_another_model(model):
    weights = model.outcome_weights.copy()
    weights[int(abs(weights).argmax())] += 1e-3

    assert dataclasses.replace(model, outcome_weights=weights).hash != model.hash
    assert dataclasses.replace(model, outcome_intercept=model.outcome_intercept + 1e-9).hash != model.hash
    assert dataclasses.replace(model).hash == model.hash


@pytest.mark.parametrize(
    "broken",
    [{"ground_temperature": -1.0}, {"outcome_intercept": float("nan")}, {"grounds": ("facts_wrong",)}, {"version": ""}],
)
def test_an_unusable_model_is_refused(model, broken):
    with pytest.raises(ValueError):
        dataclasses.replace(model, **broken)


def test_many_at_once_are_suggested_as_one_by_one(model, rows):
    cases = [row.case for row in random.Random(1).choices(rows, k=40)]
    alone = [model.suggest(case) for case in cases]

    for one, among in zip(alone, model.suggest_many(cases), strict=True):
        assert (among.route_ground, among.queue, among.priority) == (one.route_ground, one.queue, one.priority)
        assert among.overturn_probability == pytest.approx(one.overturn_probability)
