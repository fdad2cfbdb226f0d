"""What the lint of wording finds, how well, and that our own texts pass it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polib
import pytest
from django.utils.translation import override

from rules.wording import KINDS, findings, lint
from rules.wording.patterns import PATTERNS
from rules.wording.scorer import doubts, examples
from tests.rules.wording_set import BLIND, blind, measured, sentences

ROOT = Path(__file__).resolve().parents[2]


def kinds(text: str) -> set[str]:
    return {finding.kind for finding in lint(text)}


def test_the_set_is_large_enough_and_names_known_kinds() -> None:
    rows = sentences()
    forbidden = [row for row in rows if row.kind != "-"]

    assert len({row.text for row in rows}) == len(rows)
    assert len(forbidden) >= 150
    assert len(rows) - len(forbidden) >= 150
    assert {row.kind for row in forbidden} == set(KINDS) == {pattern.kind for pattern in PATTERNS}
    assert {row.language for row in forbidden} == {"zh", "en"} == {row.language for row in rows if row.kind == "-"}


@pytest.mark.parametrize("is_held_out", [False, True], ids=["tuned", "held out"])
def test_precision_and_recall_stay_above_their_floors(is_held_out: bool) -> None:
    got = measured([row for row in sentences() if row.is_held_out == is_held_out])

    assert got.forbidden >= 50
    assert got.harmless >= 50
    assert got.precision >= 0.95
    assert got.recall >= 0.93
    assert got.right_kind >= 0.93


FOUND, TWINS, ORDINARY, PRECISE = 0.77, 0.16, 0.10, 0.84
"""On the blind set, slightly worse than measured: 0.79 found, 0.14 of lawful twins and 0.08 of ordinary sentences."""


def test_patterns_and_scorer_hold_their_floors_on_sentences_of_an_author_who_knew_neither() -> None:
    rows = blind()
    forbidden = [row.is_stopped for row in rows if row.is_forbidden]
    twins = [row.is_stopped for row in rows if not row.is_forbidden and row.kind != "none"]
    ordinary = [row.is_stopped for row in rows if row.kind == "none"]
    refused = [row.is_forbidden for row in rows if row.refused]

    assert (len(forbidden), len(twins), len(ordinary)) == (264, 242, 120)
    assert sum(forbidden) / len(forbidden) >= FOUND
    assert sum(twins) / len(twins) <= TWINS
    assert sum(ordinary) / len(ordinary) <= ORDINARY
    assert sum(refused) / len(refused) >= PRECISE


def test_the_blind_set_shares_two_sentences_with_what_is_learnt() -> None:
    taught = {row.text for row in examples()}
    shared = [line for line in BLIND.read_text("utf-8").splitlines() if line.split("\t")[3] in taught]

    assert {row.author for row in examples()} == {"a", "b"}
    assert {row.kind for row in examples()} == {*KINDS, "none"}
    assert len(shared) == 2, "two that both wrote by chance; docs/wording.md says so"


def test_a_doubt_names_its_sentence_and_what_patterns_find_is_none() -> None:
    text = "商家应当按时发货。对活动条款的含义存在分歧的,一律以我方客服给出的说明为准。"

    [doubt] = doubts(text)
    assert doubt.kind == "final-say"
    assert text[doubt.start : doubt.end] == doubt.excerpt == "对活动条款的含义存在分歧的,一律以我方客服给出的说明为准"
    assert doubts("本规则的最终解释权归平台所有。") == []
    assert doubts(" \n。") == []


def test_the_notice_and_the_clauses_that_once_passed_are_found() -> None:
    assert "no-complaint" in kinds("终局决定，您不得向12315投诉或提起诉讼。")
    assert "final-say" in kinds("本规则的最终解释权归平台所有。")
    assert "exclusive" in kinds("商家不得在其他平台开店，须二选一。")
    assert "no-complaint" in kinds("消费者不得投诉。")
    assert "refund-without-return" in kinds("平台可以判定仅退款，费用由商家承担。")
    assert "consumer-rights" in kinds("下单时即视为知悉：本店商品一律不支持七天无理由退货。")


DISGUISED = {
    "blanks": "最 终 解 释 权 归 平 台",
    "full width and marks of emphasis": "**最终**解释权归平台",
    "zero width": "最\u200b终\u2060解释\u00ad权归平台",
    "traditional": "最終解釋權歸平臺",
    "marks between": "最·终-解_释_权归平台",
    "full width letters": "ｆｉｎａｌ ａｎｄ ｂｉｎｄｉｎｇ",
    "capitals": "This Decision Is FINAL AND BINDING",
    "Cyrillic letters": "fin\u0430l and bindin\u0261",
}


@pytest.mark.parametrize("text", [text for name, text in DISGUISED.items() if name != "Cyrillic letters"])
def test_disguise_hides_nothing(text: str) -> None:
    assert kinds(text) & {"final-say", "final-decision"}


def test_lookalikes_of_letters_hide_nothing() -> None:
    assert "final-decision" in kinds("this is fin\u0430l and binding")


def test_a_finding_names_its_place_in_the_original() -> None:
    text = "第一条 商家自愿参加。\n第二条 本规则**最 终**解\u200b释权归平台，特此公告。"

    [finding] = lint(text)

    assert text[finding.start : finding.end] == finding.excerpt
    assert finding.excerpt.startswith("最 终")
    assert finding.excerpt.endswith("解\u200b释权")


HARMLESS = {
    "forbids the ban": "商家不得要求消费者放弃投诉的权利。",
    "denies it": "本规则不限制您向12315投诉。",
    "reports it": "商家在页面写明“最终解释权归本店所有”。",
    "calls it void": "排除消费者起诉权利的约定无效。",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_words_that_are_taken_back_are_no_finding(text: str) -> None:
    assert lint(text) == []


def test_what_is_taken_back_covers_its_own_sentence_only() -> None:
    assert "no-complaint" in kinds("商家不得要求消费者放弃投诉的权利。您不得向12315投诉。")
    assert "final-say" in kinds("平台不强制参加活动，活动最终解释权归平台。")


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def test_every_sentence_of_ours_passes() -> None:
    """Catalogue, templates, burden table, and of the sample what the platform says; not what its parties say.

    What is wrong with a forbidden wording is not said without naming it.
    """
    with override("en"):
        named = {str(kind.why) for kind in KINDS.values()}
    found = []
    catalogue = polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"))
    ours = [
        text
        for entry in catalogue
        if "borrowed" not in entry.comment and entry.msgid not in named
        for text in (entry.msgid, entry.msgid_plural, entry.msgstr, *entry.msgstr_plural.values())
    ]
    files = [path for path in (ROOT / "sample/data").rglob("*.toml") if path.parts[-2] not in ("appeals", "orders")]
    files += (ROOT / "disputes/default_table").rglob("*.toml")
    for path in files:
        ours += texts(tomllib.loads(path.read_text("utf-8")))
    ours += [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.txt")]
    assert len(ours) > 10_000
    for text in ours:
        found += [f"{finding.kind}: {finding.excerpt} in {text}" for finding in lint(text)]

    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_proposed_instead_passes(language: str) -> None:
    with override(language):
        assert [str(kind.instead) for kind in KINDS.values() if lint(str(kind.instead))] == []


def test_text_full_of_what_patterns_begin_with_takes_no_time(django_assert_max_num_queries: Any) -> None:
    import time

    for bait in ("不得", "最终", "商家必须", "退款", "不得向法院", "we may not ", "final ", "会员权益随时", "消费者"):
        text = bait * (20_000 // len(bait))
        began = time.process_time()
        lint(text)
        assert time.process_time() - began < 2.0, bait


def test_a_long_text_leaves_other_threads_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    clock = iter(range(10_000))
    time = SimpleNamespace(sleep=turns.append, perf_counter=lambda: next(clock) * 0.0004)
    monkeypatch.setattr(findings, "time", time)
    anchor = PATTERNS[0].anchors[0]

    lint(f"{anchor}。")
    assert turns == []
    lint(f"{anchor}。" * 30)
    assert len(turns) == 10  # a sentence takes 0.4 ms here
