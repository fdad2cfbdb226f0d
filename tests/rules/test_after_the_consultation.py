"""Between consultation and adoption only what an opinion or a correction explains may change, clause by clause."""

from dataclasses import replace

import pytest
from django.test import Client

from casework.errors import Invalid, NotYourTurn
from casework.ledger import verify
from rules import commands
from rules.commands import ClauseText, Explanation
from rules.models import ClauseChange, ConsultedClause
from tests.laws import assert_refused, insert
from tests.rules.building import CLAUSES, DAY, MINOR, REQUIRED, Making

BAIT = ClauseText("1", "商家应当缴纳三万元包装费，否则关闭店铺。", "Merchants pay 30,000 yuan, or the shop is closed.")
LONGER = replace(CLAUSES[0], text_zh="商家应当在七十二小时内发货。", text_en="Merchants dispatch within 72 hours.")
MENDED = replace(CLAUSES[0], text_zh="商家应当于四十八小时内发货。")


@pytest.fixture
def making(world):
    made = Making(world)
    made.consult(7)
    made.say("四十八小时对偏远地区太短，请改为七十二小时。")
    made.say("不要再加规则了。")
    made.close()
    made.answer(1, disposition="ADOPTED", reason="采纳，改为七十二小时。")
    made.answer(2)
    return made


def edit(making, *clauses):
    values = {"effective_from": making.now + 60 * DAY, "assessment": MINOR, "required": REQUIRED, "now": making.now}
    commands.edit_rule_version(actor=making.carl, ref=making.ref, clauses=clauses, **values)


def explain(making, **why):
    changes = [Explanation(**{"clause": "1"} | why)]
    commands.explain_changes(actor=making.carl, ref=making.ref, changes=changes, now=making.now)


def test_bait_and_switch_is_refused_and_consulted_on_anew(making):
    """The attempt of 2026-11-30: a sound package became a fee of 30,000 yuan and the closure of shops."""
    edit(making, BAIT)
    with pytest.raises(NotYourTurn):
        making.adopt()
    for why, code in (
        ({"opinion": 1}, "new-figure"),
        ({"opinion": 2}, "not-taken-up"),
        ({"correction": "文字"}, "no-correction"),
    ):
        with pytest.raises(Invalid) as refused:
            explain(making, **why)
        assert [error.code for error in refused.value.errors] == [code]
    assert_refused("rule_is_adopted_as_consulted_on_or_with_every_change_explained", lambda: _adopted(making))

    making.consult(7)  # anew: everybody reads the fee, and says what they think
    page = Client().get(f"/consultations/{making.ref}/").content.decode()
    assert BAIT.text_zh in page
    with pytest.raises(Invalid):
        making.adopt()
    making.close()
    making.adopt()
    assert sorted(making.row.consulted_clauses.values_list("round", "text_zh")) == [
        (1, CLAUSES[0].text_zh), (2, BAIT.text_zh),
    ]  # fmt: skip
    assert list(verify()) == []


def _adopted(making):
    row = making.refresh()
    type(row).objects.filter(pk=row.pk).update(state="ADOPTED", adopted_at=making.now)


def test_what_an_opinion_asked_is_adopted_and_everybody_reads_why(making):
    edit(making, LONGER)
    with pytest.raises(NotYourTurn):
        making.adopt()
    explain(making, opinion=1)
    making.adopt()
    making.publicise(making.now + 15 * DAY)

    version = making.refresh().rule_version
    page = Client().get(f"/rules/{version.rule.code}/{version.number}/").content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert "请改为七十二小时。" in page
    [changed] = (
        Client().get(f"/api/v1/rules/{version.rule.code}/versions/{version.number}").json()["how_made"]["changed"]
    )
    assert (changed["clause"], changed["opinion"], changed["answer"]) == ("1", 1, "采纳，改为七十二小时。")
    assert list(verify()) == []


def test_an_explanation_is_of_the_text_that_it_explains(making):
    edit(making, LONGER)
    explain(making, opinion=1)
    edit(making, BAIT)
    with pytest.raises(NotYourTurn):
        making.adopt()
    edit(making, CLAUSES[0])
    making.adopt()  # as it was consulted on


def test_a_correction_mends_words(making):
    edit(making, MENDED)
    explain(making, correction="“在”改为“于”。")
    making.adopt()
    assert ClauseChange.objects.get().correction == "“在”改为“于”。"


def test_a_clause_that_came_in_or_was_dropped_is_explained_too(making):
    edit(making, CLAUSES[0], ClauseText("2", "平台每年公布发货情况。", "Once a year the platform reports."))
    with pytest.raises(NotYourTurn):
        making.adopt()
    with pytest.raises(Invalid) as refused:
        explain(making, clause="2", opinion=1)
    assert [error.code for error in refused.value.errors] == ["another-clause"]
    edit(making, ClauseText("2", CLAUSES[0].text_zh, CLAUSES[0].text_en))
    with pytest.raises(NotYourTurn):
        making.adopt()


def test_the_platform_s_own_people_explain_nothing_by_an_opinion(world):
    made = Making(world)
    made.consult(7)
    made.say("请加收包装费三万元，否则关闭店铺。", actor=made.carl)
    made.close()
    made.answer(1, disposition="ADOPTED", reason="采纳。")
    edit(made, BAIT)
    with pytest.raises(Invalid) as refused:
        explain(made, opinion=1)
    assert [error.code for error in refused.value.errors] == ["own-opinion"]


def test_the_database_keeps_what_was_put_out_and_what_explains_it(making):
    edit(making, LONGER)
    explain(making, opinion=1)
    row, clause = ClauseChange.objects.get(), making.row.consulted_clauses.get()
    rejected = row.making.opinions.get(no=2).pk
    for name, attempt in {
        "consulted_clause_stays_as_it_was_put_out": lambda: ConsultedClause.objects.update(text_zh="别的"),
        "consulted_clause_is_once_in_its_round": lambda: insert(clause),
        "clause_change_is_append_only": lambda: ClauseChange.objects.update(correction="文字"),
        "clause_change_is_explained_once": lambda: insert(row),
        "clause_change_follows_an_opinion_or_a_correction": lambda: insert(row, text_hash="x", correction="文字"),
        "clause_change_follows_an_opinion_that_was_taken_up": lambda: insert(row, text_hash="x", opinion_id=rejected),
    }.items():
        assert_refused(name, attempt)
