"""Searching the clauses of all versions with words that people type (办法 9)."""

import re
from datetime import datetime, time
from pathlib import Path

import pytest
from django.utils import translation

from casework.clock import BEIJING
from rules.models import Clause, PlatformRule, RuleVersion
from rules.queries import rules_with_history
from rules.searching import find_clauses
from rules.words import alternatives, known_words_in, same_meaning, words_of
from sample.content.rules import RULES
from sample.loading.rules import clause_texts
from tests.factories import publish_rule_version

TABLE = Path(__file__).parents[2] / "docs" / "searching-rules.md"


@pytest.fixture(scope="module")
def module_published(module_database, module_world):
    """The rules of the sample with all their versions."""
    with module_database():
        for rule in RULES:
            for version in sorted(rule.versions, key=lambda each: each.effective_from):
                start = datetime.combine(version.effective_from, time(), BEIJING)
                publish_rule_version(
                    actor=module_world.platform,
                    code=rule.code,
                    name_zh=rule.name.zh,
                    name_en=rule.name.en,
                    number=version.number,
                    effective_from=start,
                    summary_zh=version.summary.zh,
                    summary_en=version.summary.en,
                    clauses=clause_texts(version),
                    now=start,
                )
        return module_world


@pytest.fixture
def published(module_published, db):
    return module_published


def said(pieces):
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def rows_of_table():
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| [^-]", line)
    ][1:]


def test_ten_words_that_users_type_find_what_the_document_says(published):
    """`docs/searching-rules.md` shows what a search finds first; the same words find it here."""
    rows = rows_of_table()
    assert len(rows) >= 10
    with translation.override("zh-hans"):
        for typed, count, rule, number, sentence in rows:
            found = [each for each in find_clauses(typed).clauses if each.clause.version.rule.code != published.rule]
            first = found[0]
            shown = (str(len(found)), first.clause.version.rule.name_zh, first.clause.number)
            assert shown == (count, rule, number), typed
            assert said(first.excerpt) == sentence.replace("**", "\x00").replace("\x00", "[", 1).replace(
                "\x00", "]"
            ) or (said(first.excerpt).replace("[", "**").replace("]", "**") == sentence), typed


def test_a_closed_shop_is_found_by_the_word_that_sellers_use(published):
    with translation.override("zh-hans"):
        found = find_clauses("封店")
        also = found.also
    assert found.clauses
    assert all("封店" not in each.clause.text_zh for each in found.clauses)
    assert "[关闭店铺]" in said(found.clauses[0].excerpt)
    assert "关闭店铺" in also


def test_every_version_is_searched_and_one_wording_comes_once(published):
    """“逾期未更新的” came with the second version of its rule, “变更后三个工作日内更新” left with it."""
    with translation.override("zh-hans"):
        old, new = find_clauses("变更后三个工作日"), find_clauses("逾期未更新")
        both = find_clauses("转租 冻结账号")
    assert [[v.number for v in each.versions] for each in old.clauses] == [["2025-06-01"]]
    assert [[v.number for v in each.versions] for each in new.clauses] == [["2026-03-15"]]
    assert [[v.number for v in each.versions] for each in both.clauses] == [["2026-03-15"], ["2025-06-01"]]
    scope = find_clauses("适用于在禾市注册").clauses
    assert [[v.number for v in each.versions] for each in scope] == [["2026-03-15", "2025-06-01"]]


def test_what_is_not_published_is_not_found(published):
    draft = RuleVersion.objects.create(
        rule=PlatformRule.objects.get(code="advertising"), number="draft", effective_from=published.now
    )
    Clause.objects.create(version=draft, position=1, number="1", text_zh="尚未公布的秘密条款", text_hash="x")
    assert not find_clauses("秘密条款").clauses


def test_a_question_is_answered_by_the_words_in_it(published):
    with translation.override("zh-hans"):
        found = find_clauses("店被封店了要怎么申诉")
    assert found.is_by_parts
    assert found.clauses
    assert known_words_in("店被封店了要怎么申诉") == ["封店", "申诉"]


def test_what_stands_nowhere_finds_nothing(published):
    assert not find_clauses("量子纠缠").clauses
    assert not find_clauses("，。 ？").clauses
    assert not find_clauses("100%_\\").clauses


def test_a_rule_is_found_by_its_name_and_narrows_the_search(published):
    with translation.override("zh-hans"):
        named, narrowed = find_clauses("账号与安全"), find_clauses("广告 绝对化")
        elsewhere = find_clauses("绝对化用语", rule="account-security")
    assert [rule.code for rule in named.rules] == ["account-security"]
    assert {each.clause.version.rule.code for each in narrowed.clauses} == {"advertising"}
    assert not elsewhere.clauses


def test_the_list_of_rules_takes_the_same_words(published):
    assert {rule.code for rule in rules_with_history("封店")} >= {"account-security"}
    assert not rules_with_history("量子纠缠")


def test_english_readers_see_english_sentences(published):
    with translation.override("en"):
        first = find_clauses("absolute terms").clauses[0]
    assert (first.language, "[absolute terms]" in said(first.excerpt)) == ("en", True)


def test_the_word_list_is_sound():
    """A word in two groups would mean both; one character would be found everywhere."""
    seen = {}
    for word, group in same_meaning().items():
        assert len(word) >= 2
        assert word in {each.lower() for each in group}
        assert seen.setdefault(word, group) == group
    assert words_of("封店，  申诉 封店") == ["封店", "申诉"]
    assert alternatives("封店")[0] == "封店"
    assert words_of("ＡＢＣ") == ["abc"]
