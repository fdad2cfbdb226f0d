"""Nothing is closed alone but what a certificate in force covers, and never against a demand: whoever asks, and how."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from classifier.certificate import Permission, Signature, Warrant, on_grid
from classifier.clauses import clauses, parts
from classifier.features import TriageInput, normalise
from classifier.model import word_vector
from classifier.person import asks_for_a_person

ISSUED = datetime(2026, 11, 1, tzinfo=UTC)
LATER = timedelta(days=10)
WISHES = [
    *("请转人工。", "要求人工复核。", "I want a human review.", "I want a real person."),
    *(
        "转 人 工",
        "转\u200b人工",
        "转人·工",
        "請轉人工",
        "zhuǎn réngōng",
        "转入工客服",
        "h.u.m.a.n please",
        "I want a huamn",
    ),
]


def test_without_a_mandate_nothing_is_automatic(model, case):
    suggestion = model.suggest(case())

    assert (suggestion.automatic_action, suggestion.warrant, suggestion.withheld) == (None, None, ())


def test_a_covered_case_may_be_restored_and_carries_its_warrant(model, case, permission):
    suggestion = model.suggest(case(), permission=permission())

    assert suggestion.automatic_action == "restore"
    assert suggestion.warrant.permission == permission()
    assert suggestion.withheld == ()


def test_the_threshold_counts_in_thousandths(model, case, permission):
    at = on_grid(model.suggest(case()).closing_probability) / 1000

    assert model.suggest(case(), permission=permission(threshold=at)).automatic_action == "restore"
    above = model.suggest(case(), permission=permission(threshold=at + 0.001))
    assert (above.automatic_action, above.withheld) == (None, ("below_threshold",))


def test_a_ground_that_the_words_do_not_speak_of_is_ticked_in_vain(model, case, permission):
    said = model.suggest(case(ground="authorised"), permission=permission())

    assert said.route_ground == "facts_wrong"
    assert (said.closing_probability, said.automatic_action, said.withheld) == (0.0, None, ("below_threshold",))


@pytest.mark.parametrize(
    ("changed", "given", "why"),
    [
        ({"human_demanded": True}, {}, "demanded"),
        ({"measure_types": ("funds_frozen",)}, {}, "measure"),
        ({"measure_types": ("listing_removed", "funds_frozen")}, {}, "measure"),
        ({"measure_types": ()}, {}, "measure"),
        ({"ground": "other"}, {}, "ground"),
        ({"clause_codes": ("R9-1@1",)}, {}, "clause"),
        ({"clause_codes": ("R1-8@1", "R9-1@1")}, {}, "clause"),
        ({"clause_codes": ("R1-8@2",)}, {}, "clause"),
        ({"clause_codes": ()}, {}, "clause"),
        ({}, {"languages": frozenset({"en"})}, "language"),
        ({}, {"now": ISSUED + timedelta(days=45)}, "expired"),
        ({}, {"now": ISSUED - timedelta(seconds=1)}, "not_yet"),
        ({}, {"revoked_at": ISSUED + LATER}, "revoked"),
        ({}, {"signatures": ()}, "unsigned"),
        ({}, {"signatures": (Signature("usr_a", ISSUED), Signature("usr_a", ISSUED))}, "unsigned"),
        ({}, {"signatures": (Signature("a", ISSUED), Signature("b", ISSUED + 2 * LATER))}, "unsigned"),
        ({}, {"model_hash": "0" * 64}, "other_model"),
        ({}, {"warnings": ("scores",)}, "drift"),
        ({}, {"repeats": None}, "not_searched"),
        ({}, {"repeats": ("known_case",)}, "repeats"),
        ({}, {"is_spent": True}, "budget"),
        ({}, {"threshold": 1.0}, "below_threshold"),
    ],
)
def test_each_reason_alone_leaves_the_case_to_a_person(model, case, permission, changed, given, why):
    suggestion = model.suggest(case(**changed), permission=permission(**given))

    assert suggestion.automatic_action is None
    assert suggestion.abstained or why in suggestion.withheld


@pytest.mark.parametrize("words", WISHES)
def test_a_demand_in_words_is_never_automatic(model, case, permission, words):
    suggestion = model.suggest(case("zh", statement=case("zh").statement + words), permission=permission())

    assert suggestion.asks_for_a_person
    assert suggestion.automatic_action is None


# — any input, any feature, any state —

times = st.datetimes(datetime(2026, 9, 1), datetime(2027, 3, 1), timezones=st.just(UTC))
signers = st.sampled_from(["usr_a", "usr_b", "usr_c"])
OF_THE_CASE = {
    "statement": st.one_of(
        st.text(max_size=60), st.sampled_from(["", "\0", "\ud800", "😀" * 9, "\u200b" * 40, *WISHES])
    ),
    "wish": st.sampled_from(WISHES),
    "ground": st.sampled_from(["authorised", "other", ""]),
    "language": st.sampled_from(["zh", "en", "fr", ""]),
    "measure_types": st.lists(st.sampled_from(["listing_removed", "funds_frozen", "teleported"]), max_size=2).map(
        tuple
    ),
    "clause_code": st.sampled_from(["R2-3", ""]),
    "clause_codes": st.lists(st.sampled_from(["R1-8@1", "R1-8@2", "R2-3@1", ""]), max_size=3).map(tuple),
    "human_demanded": st.just(True),
    "amount_minor": st.integers(-1, 10**12),
    "days_blocked": st.integers(-1, 10**6),
    "automated_decision": st.sampled_from(["none", "partial", "full"]),
}
OF_THE_STATE = {
    "now": times,
    "threshold": st.floats(0.5, 1.0),
    "signatures": st.lists(st.builds(Signature, signers, times), max_size=3).map(tuple),
    "revoked_at": times,
    "languages": st.sampled_from([frozenset({"en"}), frozenset()]),
    "grounds": st.sampled_from([frozenset({"authorised"}), frozenset()]),
    "warnings": st.sampled_from([("base_rate",), ("scores", "vocabulary")]),
    "model_hash": st.just("0" * 64),
    "repeats": st.sampled_from([None, ("itself",)]),
    "is_spent": st.just(True),
}


@st.composite
def situations(draw):
    """A case that may be closed under a permission in force, and then up to three things that are otherwise."""
    names = draw(st.lists(st.sampled_from([*OF_THE_CASE, *OF_THE_STATE]), unique=True, max_size=3))
    case = {"ground": "facts_wrong", "measure_types": ("listing_removed",), "clause_codes": ("R1-8@1",)}
    case |= {name: draw(OF_THE_CASE[name]) for name in names if name in OF_THE_CASE}
    return case, {name: draw(OF_THE_STATE[name]) for name in names if name in OF_THE_STATE}, draw(st.integers(0, 499))


def may_be_closed(suggestion, case: TriageInput, given: Permission, model_hash: str) -> bool:
    """The rule once more, written out: all that must be true of a case that is closed alone."""
    certificate, text = given.certificate, normalise(case.statement)
    people = {s.who for s in certificate.signatures if s.at <= given.now}
    return (
        not case.human_demanded
        and not asks_for_a_person(text)
        and not suggestion.abstained
        and not given.warnings
        and given.repeats == ()
        and not given.is_spent
        and certificate.model_hash == model_hash
        and certificate.issued_at <= given.now < certificate.expires_at
        and (certificate.revoked_at is None or certificate.revoked_at > given.now)
        and len(people) >= 2
        and len(set(case.measure_types)) == 1
        and case.measure_types[0] in certificate.scope.measure_types
        and case.ground in certificate.scope.grounds
        and text.language in certificate.scope.languages
        and len(case.clause_codes) > 0
        and all(code in certificate.scope.clauses for code in case.clause_codes)
        and round(suggestion.closing_probability * 1000) >= round(certificate.threshold * 1000)
    )


@given(situations())
@settings(max_examples=600, deadline=None)
def test_no_input_feature_or_state_makes_it_automatic_where_it_may_not_be(model, rows, permission, situation):
    changed, state, index = situation
    changed["statement"] = changed.get("statement", rows[index].case.statement) + changed.pop("wish", "")
    case = dataclasses.replace(rows[index].case, **changed)
    given = permission(**state)

    suggestion = model.suggest(case, permission=given)

    allowed = may_be_closed(suggestion, case, given, model.hash)
    event("closed" if allowed else "left to a person")
    assert (suggestion.automatic_action == "restore") == allowed
    assert (suggestion.warrant is not None) == allowed
    if not allowed:
        assert suggestion.withheld
        forced = {"automatic_action": "restore", "warrant": suggestion.warrant}
        with pytest.raises(ValueError):
            dataclasses.replace(suggestion, **forced)
        if suggestion.closing_probability is not None:
            with pytest.raises(ValueError):
                Warrant(permission=given, case=case, model_hash=model.hash, probability=suggestion.closing_probability)


# — nor by building a suggestion by hand —


@pytest.mark.parametrize(
    "changes",
    [
        {"human_demanded": True},
        {"asks_for_a_person": True},
        {"overturn_probability": None},
        {"closing_probability": None},
        {"closing_probability": 0.999},
        {"warrant": None},
        {"automatic_action": None},
        {"model_hash": "0" * 64},
        {"input_hash": "0" * 64},
        {"abstained": True, "abstain_reasons": ("too_short",)},
        {"automatic_action": "uphold"},
        {"automatic_action": "reject"},
        {"automatic_action": ""},
    ],
)
def test_a_suggestion_with_an_automatic_action_cannot_be_bent(model, case, permission, changes):
    automatic = model.suggest(case(), permission=permission())

    with pytest.raises(ValueError):
        dataclasses.replace(automatic, **changes)


def test_a_warrant_of_one_case_serves_no_other(model, case, permission):
    one, other = model.suggest(case(), permission=permission()), model.suggest(case(human_demanded=True))

    with pytest.raises(ValueError):
        dataclasses.replace(other, automatic_action="restore", warrant=one.warrant, human_demanded=False)
    with pytest.raises(ValueError, match="demanded"):
        dataclasses.replace(one.warrant, case=case(human_demanded=True))


def test_a_demand_does_not_change_the_score(model, case):
    assert model.suggest(case(human_demanded=True)).score == model.suggest(case()).score


# — nor by writing more, or less, or something else —


@given(st.integers(0, 499), st.integers(0, 499), st.text(alphabet="的好，。恢复真货a b", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_words_bring_a_case_above_what_its_circumstances_alone_say(model, rows, one, other, padding):
    case = rows[one].case
    reach = model.suggest(case).reach
    for statement in (rows[other].case.statement, case.statement + rows[other].case.statement, padding):
        said = model.suggest(dataclasses.replace(case, statement=statement))
        assert said.reach == reach
        assert (said.closing_probability or 0.0) <= reach


def test_a_part_that_speaks_against_the_case_is_not_outweighed_by_what_is_written_beside_it(model, rows):
    """The least favourable substantial part counts, so nothing that is added raises it."""
    worst = "我们承认卖的是仿品，确实违规了，以前也因为同样的事被处理过，没有任何材料，仓库里还有一批没有卖完。"

    def least(case, statement):
        words = word_vector(normalise(statement), model.idf)
        return model.least_favourable(model.score(dataclasses.replace(case, statement=statement), words), words)

    def whole(case, statement):
        return model.score(dataclasses.replace(case, statement=statement))

    chinese = [r for r in rows if normalise(r.case.statement).language == "zh"]
    praise = max((r.case.statement for r in chinese), key=lambda text: whole(chinese[0].case, text))
    for case in (r.case for r in chinese[:20]):
        before = least(case, worst)
        for added in (worst + praise * 9, praise + "。" + worst, worst + "好" * 3_000, worst * 9):
            assert least(case, added) <= before + 1e-9
    assert whole(chinese[0].case, worst + praise * 9) > whole(chinese[0].case, worst)


def test_a_part_counts_as_much_as_the_same_words_alone(model, rows):
    text = "".join(r.case.statement for r in rows[:30] if normalise(r.case.statement).language == "zh")
    words = word_vector(normalise(text), model.idf)
    found = parts(clauses(words.text.text))
    alone = [word_vector(normalise(words.text.text[a:b]), model.idf) for a, b in found]
    expected = [float(model.outcome_weights[w.buckets].astype(float) @ w.values) for w in alone]

    assert len(found) > 20
    assert model._of_parts(words, found) == pytest.approx(expected, abs=1e-6)
