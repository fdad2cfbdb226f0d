"""The page of a party: one timeline, for whom it may be read, paged without a loss, each look logged."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import commands as accounts
from accounts.models import Membership, User
from accounts.queries import actor_of_user
from casework import clock
from console import parties
from helpline.commands import ask_call_back
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.surfaces.test_party_pages import text

pytestmark = pytest.mark.once


def path(party):
    return f"/workbench/parties/{party.ref}/"


def entries(client, at):
    """What happened, and to which case or person, as the page says it."""
    page = text(client.get(at))
    rows = re.findall(r'data-testid="entry">(.*?)</tr>', page, re.DOTALL)
    return [tuple(re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row.split("</td>")[:2]) for row in rows]


def names(client, at):
    return [name for _what, name in entries(client, at)]


@pytest.fixture
def compliance(db):
    return browser(make.staff("compliance", now=clock.now()))


def test_everything_about_a_party_stands_in_one_timeline(world, compliance, now):
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now)
    make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now + timedelta(minutes=1))
    owner = User.objects.get(pk=world.alice.person)
    call = ask_call_back(actor=world.alice, phone="13811112222", now=now, source="192.0.2.1")
    admin = browser(make.staff("administrator", now=clock.now()))
    said = {"name": world.merchant.name, "status": "ACTIVE", "language": "zh-hans", "email": "new@example.com"}
    assert admin.post(f"/admin/accounts/party/{world.merchant.pk}/change/", said).status_code == 302
    kinds = {kind: names(compliance, f"{path(world.merchant)}?kind={kind}") for kind in parties.KINDS}
    assert notice.number in kinds["notices"]
    assert kinds["appeals"] == [appeal.number, appeal.number], "filed and decided"
    assert owner.get_username() in kinds["people"]
    assert kinds["calls"] == [call.number]
    assert len(kinds["record"]) == 1
    everything = names(compliance, path(world.merchant))
    assert sorted(everything) == sorted(name for found in kinds.values() for name in found)


def test_a_reviewer_sees_the_cases_they_may_see_and_nothing_of_people(world, now):
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now)
    found = entries(browser(world.rita), path(world.merchant))
    assert {name for _what, name in found} == {notice.number, appeal.number}
    assert appeal.number not in names(browser(world.otto), path(world.merchant)), "otto decided the measure"
    assert f'href="{path(world.merchant)}"' in browser(world.rita).get("/workbench/queue/").content.decode()
    assert (
        f'href="{path(world.merchant)}"' in browser(world.rita).get(f"/workbench/case/{appeal.ref}/").content.decode()
    )


def test_a_mediator_sees_what_they_mediate_and_of_strangers_nothing(court):
    held, _waiting = court.joined(), court.open()
    assert set(names(browser(court.mia), path(court.buyer))) == {held.number}
    stranger = make.staff("mediator", now=clock.now())
    assert browser(stranger).get(path(court.buyer)).status_code == 404
    assert browser(court.claimant_of(held.ground)).get(path(court.buyer)).status_code == 403
    assert browser(make.staff("help_line", now=clock.now())).get(path(court.buyer)).status_code == 403


@pytest.mark.parametrize("role", ["reviewer", "compliance", "administrator"])
def test_whoever_ever_acted_for_it_does_not_get_it(world, now, role):
    world.notice()
    user = User.objects.get(pk=world.alice_staff.person)
    [held] = Membership.objects.filter(user=user, ended_at=None)
    accounts.end_membership(actor=make.CONSOLE, membership=held, now=now)
    accounts.grant_staff_role(actor=make.CONSOLE, user=user, role=role, now=now)
    user.refresh_from_db()
    assert browser(actor_of_user(user, via=world.sara.via)).get(path(world.merchant)).status_code == 403


def test_no_entry_is_lost_or_twice_between_pages_also_of_one_moment(world, compliance, now, monkeypatch):
    for later in range(6):  # all notices at one moment, and every other appeal
        make.file(world.alice, world.notice(), now=now + timedelta(minutes=later % 2))
    monkeypatch.setattr(parties, "ROWS", 100)
    whole = names(compliance, path(world.merchant))
    monkeypatch.setattr(parties, "ROWS", 3)
    read, there, back = [], path(world.merchant), []
    assert len(whole) > 12
    while there:
        page = compliance.get(there)
        read += names(compliance, there)
        older = re.search(r'href="([^"]+)" rel="next"', page.content.decode())
        last, there = there, older and path(world.merchant) + older[1].replace("&amp;", "&")
    assert read == whole
    while last:
        back = names(compliance, last) + back
        newer = re.search(r'href="([^"]+)" rel="prev"', compliance.get(last).content.decode())
        last = newer and path(world.merchant) + newer[1].replace("&amp;", "&")
    assert back[-len(whole) + 3 :] == whole[3:], "and the same way back"


def test_a_longer_history_takes_no_more_statements_and_each_look_is_logged(world, compliance, now, caplog):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            compliance.get(path(world.merchant))
        return len(asked)

    make.file(world.alice, world.notice(), now=now)
    statements()
    few = statements()
    for _ in range(4):
        make.file(world.alice, world.notice(), now=now)
    with caplog.at_level(logging.INFO, logger="console.parties"):
        assert statements() <= few <= 35
    assert caplog.records[-1].getMessage().endswith(f"opened the page of {world.merchant.ref}")


def test_the_search_leads_to_it(world, compliance):
    assert (
        f'href="{path(world.merchant)}"' in compliance.get(f"/workbench/find/?q={world.merchant.ref}").content.decode()
    )
