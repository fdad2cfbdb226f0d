"""One search of the workbench: what it finds by what, for whom, in how many statements, and what is logged of it."""

import logging
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from accounts import commands as accounts
from accounts.models import User
from accounts.queries import actor_of_user
from casework import clock
from casework.actor import Via
from helpline.commands import ask_call_back
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.surfaces.test_lists import about
from tests.surfaces.test_party_pages import browser as party_browser
from tests.surfaces.test_party_pages import text

PATH = "/workbench/find/"


def groups(client, words):
    """The names that were found, by kind."""
    page = text(client.get(f"{PATH}?{urlencode({'q': words})}"))
    parts = re.findall(r'data-testid="found-(\w+)">(.*?)</section>', page, re.DOTALL)
    return {kind: re.findall(r"data-open>([^<]+)</a>", part) for kind, part in parts}


def shop_called(world, name):
    return make.make_party(world.client, "MERCHANT", name, now=world.now)


@pytest.fixture
def compliance(db):
    return browser(make.staff("compliance", now=clock.now()))


@pytest.fixture
def shop(world):
    """A shop with an owner whose user name is a phone number, its notice and its appeal."""
    owner = {
        "username": "13800138000",
        "role": "owner",
        "display_name": "欧阳采薇",
        "password": "a-bamboo-grove-in-rain-7",
    }
    party, _new = accounts.create_party(
        actor=world.platform,
        kind="MERCHANT",
        name="云岭山货铺",
        external_ref="SHOP-90017",
        now=world.now,
        users=[owner],
    )
    notice = about(world, "野生核桃", "SKU-7788", party)
    user = User.objects.get(username="13800138000")
    appeal = make.file(actor_of_user(user, via=Via.WEB), notice, now=clock.now())
    return party, user, notice, appeal


@pytest.mark.parametrize(
    "words",
    ["云岭", "云岭山货铺", "SHOP-90017", "13800138000", "+86 138-0013-8000", "138 0013 8000", "采薇", "欧阳采薇"],
)
def test_overseers_find_a_party_and_its_cases_by_who_it_is(compliance, shop, words):
    party, _user, notice, appeal = shop
    found = groups(compliance, words)
    is_person = words[0] in "欧采1+"
    assert found.get("people", []) == (["欧阳采薇"] if is_person else [])
    assert found.get("parties", []) == ([] if is_person else [party.name])
    assert (found["notices"], found["appeals"]) == ([notice.number], [appeal.number])


@pytest.mark.parametrize("name", ["number", "ref_of_party", "order", "words"])
def test_cases_are_found_by_number_party_object_and_words(compliance, shop, name):
    party, _user, notice, appeal = shop
    words = {"number": notice.number, "ref_of_party": party.ref, "order": "sku-7788", "words": "核桃"}[name]
    found = groups(compliance, words)
    assert notice.number in found["notices"]
    assert found["appeals"] == [appeal.number]


def test_a_reviewer_finds_the_cases_of_a_party_and_nobody_themselves(world, shop):
    _party, _user, notice, appeal = shop
    assert groups(browser(world.rita), "云岭") == {"appeals": [appeal.number], "notices": [notice.number]}
    assert groups(browser(world.rita), "13800138000") == {}, "whom a user name belongs to is not told"
    assert groups(browser(world.otto), "云岭").get("appeals", []) == [], "otto decided it"


def test_a_mediator_finds_what_they_mediate(court):
    waiting, held = court.open(), court.joined()
    found = groups(browser(court.mia), court.buyer.name)
    assert found == {"disputes": [held.number]} != {"disputes": [waiting.number]}
    assert groups(browser(court.mia), held.number) == {"disputes": [held.number]}


def test_whoever_calls_back_finds_a_request_by_its_number_however_it_is_written(db):
    now = clock.now()
    call = ask_call_back(actor=None, phone="+86 138 1111 2222", now=now, source="192.0.2.1")
    line = browser(make.staff("help_line", now=now))
    for words in ("13811112222", "0086-138-1111-2222", "１３８ １１１１ ２２２２"):
        assert groups(line, words) == {"calls": [call.number]}, words
    assert groups(line, "1381111222") == {}, "a part of a number finds nothing"
    assert groups(browser(make.staff("reviewer", now=now)), "13811112222") == {}


def test_a_party_is_found_by_its_new_name_and_the_exact_one_first(world, compliance):
    exact, *others = (shop_called(world, name) for name in ("海棠", "海棠小店", "海棠花铺"))
    assert groups(compliance, "海棠")["parties"][0] == exact.name
    admin = browser(make.staff("administrator", now=clock.now()))
    said = {"name": "木槿花铺", "status": "ACTIVE", "language": "zh-hans", "email": ""}
    assert admin.post(f"/admin/accounts/party/{others[1].pk}/change/", said).status_code == 302
    assert groups(compliance, "木槿")["parties"] == ["木槿花铺"]
    assert "海棠花铺" not in groups(compliance, "海棠")["parties"]


def test_ten_of_each_are_shown_in_as_many_statements_as_one(world, compliance):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            groups(compliance, "连锁")
        return len(asked)

    def shop_of(number):
        party = shop_called(world, f"连锁店{number:02}")
        about(world, "连锁货", f"SKU-{number}", party)

    shop_of(0)
    groups(compliance, "连锁")
    one = statements()
    for number in range(1, 12):
        shop_of(number)
    assert statements() <= one
    found = groups(compliance, "连锁")
    assert [len(found[kind]) for kind in ("parties", "notices")] == [10, 10]


def test_who_was_shown_is_logged_and_never_the_words(compliance, shop, caplog):
    _party, user, notice, appeal = shop
    with caplog.at_level(logging.INFO, logger="console.finding"):
        groups(compliance, "13800138000")
        groups(compliance, "nobody has this")
    [record] = caplog.records
    said = record.getMessage()
    assert all(each in said for each in (user.ref, notice.number, appeal.number))
    assert "13800138000" not in said
    assert user.display_name not in said


@pytest.mark.parametrize(
    "role", ["reviewer", "senior_reviewer", "mediator", "help_line", "compliance", "administrator"]
)
def test_the_box_stands_on_the_pages_of_each_role_and_the_page_opens(db, role):
    client = browser(make.staff(role, now=clock.now()))
    page = text(client.get(PATH))
    assert 'name="q"' in page
    assert 'aria-keyshortcuts="/ Control+K"' in page
    assert groups(client, "x") == {}, "one character is no word"
    client.cookies["workbench_shortcuts"] = "off"
    assert "aria-keyshortcuts" not in text(client.get(PATH))


def test_a_party_cannot_open_it(world):
    assert party_browser(world.alice).get(f"{PATH}?q=ab").status_code == 403
