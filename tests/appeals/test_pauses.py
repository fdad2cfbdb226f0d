"""A pause of a measure is not gained by filing again without anything new, on any surface."""

import pytest
from django.test import Client

from accounts import commands as accounts
from accounts.models import User
from appeals import commands
from appeals.commands import AppealFiling, GroupFiling, NoticeInGroup
from appeals.models import Appeal
from casework import clock
from notices.machine import NoticeState
from notices.models import Notice
from notices.queries import is_under_measure
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused

pytestmark = pytest.mark.once


@pytest.fixture
def notice(world):
    """One whose measures are paused by an appeal."""
    return world.notice(continues_during_appeal=False)


def file(world, notice, now, new_facts=""):
    filing = AppealFiling(ground="facts_wrong", statement="It was not me.", new_facts=new_facts)
    return commands.file_appeal(actor=world.alice, notice_ref=notice.ref, filing=filing, now=now)


def take_back(world, appeal, now):
    commands.withdraw_appeal(actor=world.alice, ref=appeal.ref, now=now)


def paused(notice):
    notice = Notice.objects.get(pk=notice.pk)
    assert notice.state == NoticeState.UNDER_APPEAL
    return notice.is_paused


def test_thirteen_filings_pause_it_once(world, notice, now):
    found = []
    for _time in range(13):
        appeal = file(world, notice, now)
        found.append(paused(notice))
        code = notice.measures.get().type_id
        assert is_under_measure(notice.party_id, code, now) is not found[-1]
        take_back(world, appeal, now)
    assert found == [True] + 12 * [False]


def test_what_is_new_pauses_it_again_as_often_as_is_promised(world, notice, now):
    found = []
    for new in ("", "The receipt.", " The  receipt. ", "", "The photograph.", "The film.", "Another film."):
        appeal = file(world, notice, now, new)
        found.append(paused(notice))
        take_back(world, appeal, now)
    assert found == [True, True, False, False, True, False, False]
    assert Notice.objects.get(pk=notice.pk).pauses == 3


def test_the_second_review_pauses_it_again(world, notice, now):
    appeal = file(world, notice, now)
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now, outcome="UPHELD")
    file(world, notice, now)
    assert paused(notice)


def test_nor_is_it_gained_among_several(world, notice, now):
    take_back(world, file(world, notice, now), now)
    other = world.notice(continues_during_appeal=False)
    commands.file_appeal_group(
        actor=world.alice,
        filing=GroupFiling(
            ground="facts_wrong", statement="No.", notices=[NoticeInGroup(notice.ref, ""), NoticeInGroup(other.ref, "")]
        ),
        now=now,
    )
    assert (paused(notice), paused(other)) == (False, True)


def test_the_page_asks_for_what_is_new_and_api_and_notice_say_what_holds(world, notice):
    now = clock.now()
    take_back(world, file(world, notice, now), now)
    shop, at = browser(world.alice), f"/notices/{notice.ref}/appeal/"
    page = shop.get(at, headers={"accept-language": "en"}).content.decode()
    assert "it pauses them again only if the last one was decided or you name something new" in page
    assert 'name="new_facts"' in page
    sent = {"ground": "facts_wrong", "statement": "No.", "items": "1", "review": "human", "to": "submit"}
    assert shop.post(at, sent | {"new_facts": ""}).status_code == 302
    assert not paused(notice)
    page = shop.get(f"/notices/{notice.ref}/", headers={"accept-language": "en"}).content.decode()
    assert "The measures continue" in page
    take_back(world, Appeal.objects.get(notice=notice, state="SUBMITTED"), clock.now())
    assert shop.post(at, sent | {"new_facts": "The receipt."}).status_code == 302
    assert paused(notice)
    token, _row = accounts.issue_token(actor=world.alice, user=User.objects.get(pk=world.alice.user_id), now=now)
    told = Client(headers={"authorization": f"Bearer {token}"}).get(f"/api/v1/notices/{notice.ref}").json()
    assert (told["is_paused"], told["pauses_used"], told["continues_during_appeal"]) == (True, 2, False)


def test_the_laws_hold_past_the_code(world, notice, now):
    take_back(world, file(world, notice, now), now)
    file(world, notice, now)
    rows = Notice.objects.filter(pk=notice.pk)
    rows.update(state="IN_FORCE")
    assert_refused(
        "pause_is_not_gained_by_filing_again", lambda: rows.update(state="UNDER_APPEAL", is_pause_refused=False)
    )
    rows.update(state="UNDER_APPEAL")
    for pauses in (0, 3):
        assert_refused("pauses_of_a_measure_are_counted_up", lambda pauses=pauses: rows.update(pauses=pauses))
    assert_refused("pauses_of_a_measure_are_counted_up", lambda: rows.update(pauses=2))
