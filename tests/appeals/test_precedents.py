"""Precedents beside a case: after the first view alone, without who they were about, and none with a conflict."""

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from appeals import queries
from appeals.commands import claim_appeal
from casework import clock
from casework.errors import FirstViewRequired
from tests import factories as make
from tests.pages import browser, living, page_of, text_of

pytestmark = pytest.mark.once
now = living(hours=3)
WORDS = "详情页写的是“国标级”，指符合国家标准，不是“国家级”，存档的截图也能看清楚，请核对原图。"
TESTID = 'data-testid="precedents"'


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: False)


def decided(world, now, outcome="OVERTURNED", notice=None, filed=None, by=None, **changes):
    """A case of another shop, decided by somebody else."""
    notice, by = notice or world.notice(world.other_merchant), by or world.rosa
    appeal = make.file(world.eve, notice, now=now, **{"statement": WORDS} | (filed or {}))
    return make.decide(by, make.ready_to_decide(by, appeal, now=now), outcome=outcome, now=now, **changes)


@pytest.fixture
def case(world, now):
    appeal = make.file(world.alice, world.notice(), statement=WORDS, now=now)
    return make.ready_to_decide(world.rita, appeal, now=clock.now())


def beside(actor, appeal):
    same, other = queries.precedents_for(actor, appeal)
    return [p.outcome for p in same], [p.outcome for p in other]


def page(actor, appeal):
    """The page once they are asked for."""
    typed = {"version": appeal.version, "add": "precedents", "facts": 1, "arguments": 1, "reasons": "已经写的理由。"}
    return browser(actor).post(reverse("workbench:edit", args=[appeal.ref]), typed)


def test_nobody_reads_them_before_their_own_view_is_locked(world, now):
    decided(world, now)
    appeal = make.file(world.alice, world.notice(), now=now)
    claim_appeal(actor=world.rita, ref=appeal.ref, now=clock.now())
    appeal.refresh_from_db()
    for each in (world.rita, world.sara):
        with pytest.raises(FirstViewRequired):
            queries.precedents_for(each, appeal)
    assert TESTID not in page_of(page(world.rita, appeal))


def test_newest_of_the_same_outcome_and_of_the_other_side_by_side(world, now, case):
    for outcome in ("OVERTURNED", "UPHELD", "OVERTURNED", "OVERTURNED", "OVERTURNED"):
        decided(world, now, outcome=outcome)
    first = queries.first_view_of(world.rita, case).outcome
    undone, kept = ["measure revoked"] * 3, ["measure upheld"]
    assert beside(world.rita, case) == ((undone, kept) if first == "OVERTURNED" else (kept, undone))
    shown = text_of(page(world.rita, case))
    assert "Decided as in my first view" in shown
    assert "已经写的理由。" in shown
    assert "Decided as in my first view" not in text_of(
        browser(world.rita).get(reverse("workbench:case", args=[case.ref]))
    )
    assert "100% of the words in common" in shown


def test_another_clause_or_other_arguments_are_not_alike(world, now, case):
    decided(world, now, filed={"ground": "other", "statement": "完全另外的说法，与本案的情况都无关系。"})
    assert beside(world.rita, case) == ([], [])
    decided(world, now, filed={"ground": "other"})  # alike by its words
    assert sorted(map(len, beside(world.rita, case))) == [0, 1]
    other_rule = make.publish_rule(world.platform, code="other-rule", now=now)
    decided(
        world, now, notice=make.issue(world.platform, make.draft(world.other_merchant, other_rule, now=now), now=now)
    )
    assert sorted(map(len, beside(world.rita, case))) == [0, 1]


def test_names_and_numbers_of_the_party_stay_away(world, now, case):
    appeal = decided(
        world, now, reasons=f"{world.other_merchant.name}的订单 TB20260101889 与电话13800138000相符,处置不能成立。"
    )
    html = page_of(page(world.rita, case))
    assert "＊的订单 ＊ 与电话＊相符" in html
    for name in (world.other_merchant.name, appeal.number, appeal.ref, appeal.notice.number, "TB2026", "13800138000"):
        assert name not in html


def test_names_of_people_of_the_party_stay_away_also_of_who_left_it(world, now, case):
    User.objects.filter(pk=world.eve.person).update(display_name="许知秋")
    Membership.objects.filter(user=world.eve.person).update(ended_at=now, ended_by="usr_x")
    decided(world, now, reasons="店主许知秋提交的授权书与存档截图相符,处置不能成立。", by=None)
    html = page_of(page(world.rita, case))
    assert "店主＊提交的授权书" in html
    assert "许知秋" not in html


def test_none_in_which_the_reader_has_a_conflict(world, now, case):
    elsewhere = make.staff("reviewer", now=now, name="tom", team=make.make_team("north"))
    decided(world, now, notice=world.notice(world.other_merchant, officer=world.rita.code), by=elsewhere)
    assert beside(world.rita, case) == ([], [])
    decided(world, now)
    assert sorted(map(len, beside(world.rita, case))) == [0, 1]


def test_none_that_waits_for_a_second_look_of_the_reader(world, now, case, monkeypatch):
    monkeypatch.setattr("appeals.commands.decide._is_drawn", lambda *_: True)
    decided(world, now)
    assert beside(world.rita, case) == ([], [])
