"""What the comparison of texts and of versions holds, for any texts."""

import random
import time
from itertools import pairwise

from rules.comparing import Kind, Passage, compare_texts, pair_clauses
from rules.models import Clause


def older_of(passages):
    return "".join(p.text for p in passages if p.kind is not Kind.ADDED)


def newer_of(passages):
    return "".join(p.text for p in passages if p.kind is not Kind.REMOVED)


def clause(number, text, title=""):
    return Clause(number=number, text_zh=text, title_zh=title, text_hash=text)


def test_chinese_is_compared_by_character():
    found = compare_texts("冒用身份情节严重的，关闭店铺。", "冒用身份情节严重，经提示仍不改正的，关闭店铺。")
    assert found == (
        Passage(Kind.SAME, "冒用身份情节严重"),
        Passage(Kind.ADDED, "，经提示仍不改正"),
        Passage(Kind.SAME, "的，关闭店铺。"),
    )


def test_numbers_and_words_are_whole():
    found = compare_texts("Pay within 15 days.", "Pay within 10 working days.")
    assert [(p.kind, p.text) for p in found] == [
        (Kind.SAME, "Pay within "),
        (Kind.REMOVED, "15"),
        (Kind.ADDED, "10 working"),
        (Kind.SAME, " days."),
    ]


def test_equal_and_empty_texts():
    assert compare_texts("文", "文") == (Passage(Kind.SAME, "文"),)
    assert compare_texts("", "") == ()
    assert compare_texts("", "新") == (Passage(Kind.ADDED, "新"),)
    assert compare_texts("旧", "") == (Passage(Kind.REMOVED, "旧"),)


def test_both_texts_can_be_read_out_of_any_comparison():
    chance = random.Random(13)
    alphabet = "的店铺关闭退款，。；！\n abc 12."
    wrong = []
    for _ in range(400):
        older = "".join(chance.choices(alphabet, k=chance.randrange(60)))
        newer = "".join(chance.choices(alphabet, k=chance.randrange(60)))
        if chance.random() < 0.5:
            at = chance.randrange(len(older) + 1)
            newer = older[:at] + newer[:5] + older[at + chance.randrange(4) :]
        found = compare_texts(older, newer)
        kinds = [p.kind for p in found]
        repeats = any(a == b for a, b in pairwise(kinds))
        if (older_of(found), newer_of(found)) != (older, newer) or repeats or any(not p.text for p in found):
            wrong.append((older, newer, found))
    assert wrong == []


def test_the_largest_clauses_do_not_take_long():
    """8,000 characters is what a clause holds; one character repeated is the worst for difflib."""
    texts = [("的" * 8000, "的" * 7999 + "了"), ("的了" * 4000, "了的店" * 2600), ("a b " * 2000, "b a " * 2000)]
    began = time.process_time()
    for older, newer in texts:
        found = compare_texts(older, newer)
        assert (older_of(found), newer_of(found)) == (older, newer)
    assert time.process_time() - began < 3


def test_an_inserted_clause_does_not_shift_the_others():
    older = [clause("1", "适用于全部账号。"), clause("2", "账号应当由本人注册。"), clause("3", "不得转租。")]
    newer = [
        older[0],
        clause("2", "价格不得虚标。"),
        clause("3", "账号应当由本人注册。"),
        clause("4", "不得转租。"),
    ]
    found = [(a and a.number, b and b.number) for a, b in pair_clauses(older, newer)]
    assert found == [("1", "1"), (None, "2"), ("2", "3"), ("3", "4")]


def test_a_changed_clause_is_beside_what_it_was_and_a_dropped_one_where_it_stood():
    older = [
        clause("1", "一。"),
        clause("2", "虚假宣传的，下架三日。"),
        clause("3", "不得好评返现。"),
        clause("4", "四。"),
    ]
    newer = [
        clause("1", "一。"),
        clause("2", "虚假宣传的，下架一至七日。"),
        clause("4", "四。"),
        clause("5", "完全另外的内容"),
    ]
    found = [(a and a.number, b and b.number) for a, b in pair_clauses(older, newer)]
    assert found == [("1", "1"), ("2", "2"), ("3", None), ("4", "4"), (None, "5")]


def test_every_clause_comes_once_for_any_versions():
    chance = random.Random(7)
    for _ in range(60):
        sides = [
            [clause(str(n), "".join(chance.choices("甲乙丙丁戊己", k=chance.randrange(1, 9)))) for n in range(size)]
            for size in (chance.randrange(8), chance.randrange(8))
        ]
        pairs = pair_clauses(*sides)
        assert sorted(id(a) for a, _b in pairs if a) == sorted(map(id, sides[0]))
        assert [id(b) for _a, b in pairs if b] == list(map(id, sides[1]))
