"""Compliance sees for whom and with which words the system closes, and what chance does not explain."""

from datetime import timedelta

import pytest

from casework import counts
from casework.errors import NotFound
from tests import factories as make
from triage import commands as triage
from triage.queries.closings import WATCHED, closing_rates_for

pytestmark = pytest.mark.once

MAGIC = "经平台资质中心复核确认本店商品全部合规无误"
"""Which of its passages are kept depends on the words before it: these are the same in every run."""


@pytest.fixture(autouse=True)
def automation(world, now, monkeypatch):
    """Closings without the checks that would stop these, since what slipped through is what has to be seen."""
    monkeypatch.setattr("triage.commands.certificates.most_a_day", lambda _alpha: 10)
    monkeypatch.setattr("triage.commands.closing.search_repeats", lambda _appeal: ())
    world.more["certificate"] = make.switch_on(world.carl, now=now)


@pytest.fixture
def every_lot_is_drawn(monkeypatch):
    monkeypatch.setattr("triage.commands.closing.lot_of", lambda *_: 0)


def closed(world, now, statement: str, *, of: str = ""):
    party = make.make_party(world.client, "MERCHANT", of, now=now) if of else world.merchant
    actor = make.member(party, now=now, name=of) if of else world.alice
    appeal = make.file(actor, world.notice(party), now=now, review="system_first", statement=statement)
    make.suggested(appeal, now=now)
    return triage.finalise_automatically(appeal_id=appeal.pk, now=now)


def decided_by_people(world, now, count: int) -> None:
    for _ in range(count):
        appeal = make.file(world.eve, world.notice(world.other_merchant), now=now, statement=make.own_words())
        make.suggested(appeal, now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)


@pytest.mark.exhaustive
def test_words_that_closings_of_several_parties_share_stand_out(world, now):
    decided_by_people(world, now, 15)
    for name in ("甲店", "乙店", "丙店"):
        closed(world, now, f"{make.own_words(name)}，{MAGIC}", of=name)
    closed(world, now, make.own_words(), of="丁店")

    rates = closing_rates_for(world.carl, now=now)
    assert (rates.closed, rates.by_people, rates.filed) == (4, 15, 19)
    (phrase,) = rates.phrases
    assert phrase.words in MAGIC
    assert len(phrase.words) >= 8
    assert (phrase.closed, phrase.parties, phrase.others, phrase.stands_out) == (3, 3, 0, True)


@pytest.mark.exhaustive
def test_words_that_people_grant_as_often_do_not_stand_out(world, now):
    for no in range(6):
        said = make.own_words(f"people {no}") + MAGIC
        appeal = make.file(world.eve, world.notice(world.other_merchant), now=now, statement=said)
        make.suggested(appeal, now=now)
        make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)
    for name in ("甲店", "乙店", "丙店"):
        closed(world, now, make.own_words(name) + MAGIC, of=name)

    (phrase,) = closing_rates_for(world.carl, now=now).phrases
    assert (phrase.closed, phrase.others, phrase.stands_out) == (3, 6, False)


def test_a_party_s_rate_is_of_what_it_filed_and_counts_what_second_looks_found(world, now, every_lot_is_drawn):
    decided_by_people(world, now, 12)
    first = closed(world, now, make.own_words())
    closed(world, now, make.own_words())
    closed(world, now, make.own_words(), of="乙店")
    make.file(world.alice, world.notice(), now=now)
    triage.record_audit_view(actor=world.rita, ref=first.ref, outcome="UPHELD", note="又看了一遍。", now=now)

    mine = {rate.party.pk: rate for rate in closing_rates_for(world.carl, now=now).parties}[world.merchant.pk]
    assert (mine.closed, mine.filed, mine.audited, mine.wrong, mine.stands_out) == (2, 3, 1, 1, False)


def test_where_nothing_was_closed_what_was_filed_and_decided_is_counted_up_to_a_cap(world, now, monkeypatch):
    decided_by_people(world, now, 2)
    make.file(world.alice, world.notice(), now=now)
    rates = closing_rates_for(world.carl, now=now)
    assert (rates.closed, rates.by_people, rates.filed) == (0, 2, 3)

    monkeypatch.setattr(counts, "CAP", 2)
    rates = closing_rates_for(world.carl, now=now)
    assert (rates.closed, rates.by_people, rates.filed) == (0, 2, 2)


def test_what_is_older_than_the_window_is_left_out(world, now):
    closed(world, now, make.own_words())

    assert closing_rates_for(world.carl, now=now).closed == 1
    assert closing_rates_for(world.carl, now=now + WATCHED + timedelta(seconds=1)).closed == 0


@pytest.mark.parametrize("who", ["rita", "alice", "eve"])
def test_nobody_else_reads_them(world, now, who):
    with pytest.raises(NotFound):
        closing_rates_for(getattr(world, who), now=now)
