"""The start page: what is due first on top, then what weighs most, each once, and flat in what it asks."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import clock
from notices import commands as notices
from tests import factories as make
from tests.pages import living
from tests.surfaces.appealing import appeal_in
from tests.surfaces.test_party_pages import browser, text

pytestmark = pytest.mark.once


now = living(hours=1)


def cards(page):
    section = page.partition('data-testid="todo"')[2].partition("</section>")[0]
    return re.findall(r'<p class="hint number">([\w-]+)</p>', section)


def closing(world, **more):
    return make.measure(world.now, **{"type": "close_store", "object_kind": "store", "object_label": "店铺"} | more)


def test_a_closed_account_comes_first_and_five_are_shown_with_the_way_to_all(world):
    light = [world.notice() for _each in range(6)]
    heavy = world.notice(measures=[closing(world, ends_at=None)])
    client = browser(world.alice)
    page = text(client.get("/"))
    assert cards(page)[0] == heavy.number
    assert len(cards(page)) == 5
    assert "See all 7" in page
    assert set(cards(text(client.get("/?all")))) == {each.number for each in [heavy, *light]}


def test_what_is_due_first_comes_first_however_heavy_the_other_is(world):
    closed = world.notice(measures=[closing(world, ends_at=None)])
    asked = appeal_in(world, "asked", now=world.now)
    assert timedelta(days=1) < asked.open_request.due_at - clock.now() < closed.appeal_closes_at - clock.now()
    assert cards(text(browser(world.alice).get("/")))[:2] == [asked.number, closed.number]


def test_what_holds_stands_there_once_and_what_has_ended_does_not(world):
    frozen = world.notice(measures=[closing(world, ends_at=None)])
    ended = world.notice(measures=[make.measure(world.now - timedelta(days=9), ends_at=world.now - timedelta(days=2))])
    client = browser(world.alice)
    for notice in (frozen, ended):
        notices.record_reading(actor=world.alice, ref=notice.ref, now=world.now)
    page = text(client.get("/"))
    holding = page.partition('data-testid="holding"')[2].partition("</section>")[0]
    assert f"/notices/{frozen.ref}/" in holding
    assert page.count(f"/notices/{frozen.ref}/") == 1
    assert ended.ref not in page


def test_an_appeal_that_waits_for_its_appellant_is_not_listed_twice(world):
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=world.now)
    page = text(browser(world.alice).get("/"))
    assert page.count(f">{appeal.number} ") + page.count(f">{appeal.number}<") == 1


def test_a_hundred_notices_and_appeals_cost_what_ten_cost(world):
    client = browser(world.alice)

    def count():
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    for _each in range(10):
        make.file(world.alice, world.notice(), now=world.now)
        world.notice(measures=[closing(world, ends_at=None)])
    few = count()
    for _each in range(90):
        world.notice()
    assert count() == few
    assert few <= 25


def test_the_card_of_a_question_leads_to_where_it_is_answered(world):
    appeal = appeal_in(world, "asked", now=world.now)
    client = browser(world.alice)
    link = re.search(rf'href="(/appeals/{appeal.ref}/[^"#]*)#answer"', text(client.get("/")))

    assert link is not None
    assert 'id="answer"' in text(client.get(link[1]))


def test_a_visitor_finds_what_is_open_to_everybody(world):
    """No door is closed before one has seen it: rules first, and the way in."""
    client = browser()
    page = text(client.get("/"))
    open_to_all = ("/account/login/", "/rules/", "/burden/", "/letters/verify/", "/help/times/", "/help/human/")
    for path in (*open_to_all, "/figures/"):
        assert f'href="{path}"' in page, path
        assert client.get(path).status_code == 200, path
    assert 'data-testid="figures"' in page
    assert 'href="/figures/"' in page
    assert world.alice.ref not in page
