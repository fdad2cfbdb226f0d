"""What weighed is shown in clauses: whole, few, and with the weight of all their n-grams."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.clauses import clauses
from classifier.explanation import strongest_clauses
from classifier.features import UNIT, grams, normalise

LETTER = "发票和授权书都在附件里，请核对。Our staff checked the parcel，结果没有错！以后会注意的；请原谅我们一次。"


def explained(original, weight_of):
    """The clauses of a text in which each n-gram weighs what `weight_of` says of it."""
    text = normalise(original)
    found = grams(text.text)
    return strongest_clauses(original, text, found, np.asarray([weight_of(key) for key in found.keys]))


def test_a_clause_weighs_what_its_n_grams_weigh_together():
    first, second = explained(LETTER, lambda key: {"发票": 2.0, "附": 0.5, "原谅": -1.0, "请": -0.25}.get(key, 0.0))

    # Three signs join the clause before.
    assert (first.text, first.weight) == ("发票和授权书都在附件里，请核对", 2.25)
    assert (second.text, second.weight) == ("请原谅我们一次", -1.25)


def test_the_weights_of_all_clauses_are_the_weight_of_the_text(model, rows):
    for row in rows[:200]:
        said = model.suggest(row.case)
        if not said.abstained:
            rest = next(f.weight for f in said.features if f.name == "text.rest")
            named = sum(f.weight for f in said.features if f.name != "text.rest")
            assert sum(p.weight for p in said.phrases) + rest == pytest.approx(said.score - named, abs=1e-9)


def test_at_most_three_a_side_and_none_under_a_tenth_of_the_strongest():
    words = {"甲": 5.0, "乙": 1.0, "丙": 3.0, "丁": 0.49, "戊": 2.0, "己": -0.51, "庚": -4.0}
    text = "，".join(f"这里说的是{word}" for word in words)
    shown = explained(text, lambda key: words.get(key, 0.0))

    assert [(p.text[-1], p.weight) for p in shown] == [
        ("甲", 5.0),
        ("丙", 3.0),
        ("戊", 2.0),
        ("庚", -4.0),
        ("己", -0.51),
    ]
    assert [
        p.text[-1]
        for p in explained("，".join(f"这里说的是{word}" for word in "甲丁"), lambda key: words.get(key, 0.0))
    ] == ["甲"]


@given(st.text(st.sampled_from("好人品 abcE1,.，。！、\u200b轉"), max_size=120), st.integers(0, 2**32 - 1))
def test_no_clause_cuts_a_word_and_none_overlap(original, seed):
    text = normalise(original)
    inside = {at for m in UNIT.finditer(text.text) if m["word"] for at in range(m.start() + 1, m.end())}
    draw = np.random.default_rng(seed)
    phrases = explained(original, lambda key: draw.normal())

    spans = sorted((p.start, p.end) for p in phrases)
    assert all(original[p.start : p.end] == p.text and p.text.strip() for p in phrases)
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in itertools.pairwise(spans))
    assert not inside & {clause.start for clause in clauses(text.text)}


def test_a_single_sign_is_never_shown_where_the_text_says_more():
    phrases = explained("是。不是我店发的货，真的。啊！", lambda key: 1.0)

    assert min(len(p.text) for p in phrases) > 3


def test_a_text_of_nothing_explains_nothing():
    assert explained(" 。！", lambda key: 1.0) == ()
