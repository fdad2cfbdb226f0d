"""Whoever cannot sign in reads and appeals by a link to the contact of record; a stranger learns nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import commands
from accounts.commands.access import OPEN_FOR, TO_ONE_ADDRESS, USABLE_FOR
from accounts.contacts import link_address
from accounts.models import AccessLink, AccessRequest, ApiToken, Membership, Party, StaffRole, User
from accounts.queries import actor_of_link, addresses_of, open_link
from accounts.signing import signed
from appeals.models import Appeal
from casework import clock
from casework.errors import NotAllowed, NotFound, TooManyRequests
from tests import factories as make
from tests.appeals.test_workbench import browser
from tests.laws import assert_refused
from tests.pages import living

pytestmark = pytest.mark.once


ADDRESS = "Shop@example.com"
SECOND = timedelta(seconds=1)


now = living(hours=1)


@pytest.fixture
def shop(world):
    """The merchant's account is blocked and the platform has its address."""
    party = world.merchant
    party.email = ADDRESS
    party.save()
    commands.set_party_status(actor=world.platform, party=party, status="CLOSED")
    User.objects.filter(memberships__party=party).update(is_active=False)
    return party


@pytest.fixture
def officer(now, db):
    return make.staff("help_line", now=now, code="H-9")


def ask(now, address="shop@example.com", source="192.0.2.1"):
    commands.ask_access_link(address=address, source=source, now=now)
    commands.send_access_links(now=now)


def link_to(shop, now, **asked):
    ask(now, **asked)
    return AccessLink.objects.filter(party=shop).first()


def entered(link):
    client = Client(headers={"accept-language": "en"})
    at = link_address(link).removeprefix("http://127.0.0.1:8000")
    return client, client.post(at)


def page(response):
    return response.content.decode()


def test_a_blocked_shop_reads_appeals_and_demands_a_person_by_a_link(world, shop, now):
    notice, foreign = world.notice(), world.notice(world.other_merchant)
    stranger = Client(headers={"accept-language": "en"})
    assert (
        stranger.post("/access/", {"email": " shop@EXAMPLE.com "}).headers["Location"].startswith("/access/code/arq_")
    )
    commands.send_access_links(now=clock.now())
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert notice.number not in message.body
    link = AccessLink.objects.get()
    address = link_address(link)
    assert address in message.body
    path = address.removeprefix("http://127.0.0.1:8000")

    assert stranger.get(path).status_code == 200  # as a mail scanner does: nothing is used up
    answer = stranger.post(path)
    assert answer.headers["Location"] == "/notices/"
    listed = page(stranger.get("/notices/"))
    assert notice.number in listed
    assert foreign.number not in listed
    assert "You act for 云上数码 without signing in" in listed
    assert stranger.get(f"/notices/{foreign.ref}/").status_code == 404

    sent = {"ground": "facts_wrong", "statement": "It was not me.", "items": "1", "review": "human", "to": "submit"}
    filed = stranger.post(f"/notices/{notice.ref}/appeal/", sent)
    assert filed.status_code == 302, page(filed)
    appeal = Appeal.objects.get()
    assert appeal.filed_by == shop.contact
    assert stranger.get(f"/appeals/{appeal.ref}/").status_code == 200
    assert stranger.post(f"/appeals/{appeal.ref}/demand-human/").status_code == 302
    appeal.refresh_from_db()
    assert appeal.human_demanded

    for closed in ("/account/", "/disputes/new/", "/notifications/", "/workbench/"):
        assert stranger.get(closed).headers["Location"].startswith("/account/login/"), closed
    assert stranger.get("/api/v1/me").status_code == 401
    assert stranger.post(path).status_code == 404  # used
    assert Client().get(path).status_code == 404
    left = stranger.post("/access/leave/")
    assert left.headers["Clear-Site-Data"] == '"storage"'
    assert stranger.get("/notices/").headers["Location"].startswith("/account/login/")


def test_limits_name_the_line_or_say_nothing(world, shop, now):
    for _time in range(5):
        commands.ask_access_link(address=ADDRESS, source="192.0.2.1", now=now)
    with pytest.raises(TooManyRequests):
        commands.ask_access_link(address="other@example.com", source="192.0.2.1", now=now)
    commands.send_access_links(now=now)
    assert len(mail.outbox) == TO_ONE_ADDRESS
    for _time in range(2):  # whoever asks from elsewhere is not shut out by it, once
        commands.ask_access_link(address=ADDRESS, source="192.0.2.2", now=now)
    commands.send_access_links(now=now)
    assert len(mail.outbox) == TO_ONE_ADDRESS + 1
    assert not AccessRequest.objects.filter(done_at=None).exists()


def test_the_contact_of_record_is_the_party_s_address_else_its_owner_s(world, now):
    consumer = world.consumer
    User.objects.filter(pk=world.bob.user_id).update(email="bob@example.com", is_active=False)
    assert addresses_of(consumer.pk) == [("bob@example.com", "zh-hans")]  # messages reach whoever is blocked
    ask(now, address="bob@example.com")
    assert AccessLink.objects.get().party == consumer
    world.merchant.email = ADDRESS
    world.merchant.save()
    User.objects.filter(pk=world.alice.user_id).update(email="alice@example.com")
    ask(now, address="alice@example.com", source="192.0.2.3")
    assert not AccessLink.objects.filter(party=world.merchant).exists()
    assert addresses_of(world.merchant.pk) == [("alice@example.com", "zh-hans")]


def test_an_address_that_begins_with_a_plus_is_no_number(world, now):
    Party.objects.filter(pk=world.merchant.pk).update(email="+shop@example.com")
    link = link_to(world.merchant, now, address="+shop@example.com")

    assert mail.outbox[0].to == ["+shop@example.com"]
    assert commands.enter_by_link(signed=signed(link.ref, purpose="access"), now=now + SECOND).pk == link.pk


def test_a_link_is_of_our_key_works_in_time_and_once(shop, now):
    link = link_to(shop, now)
    good = signed(link.ref, purpose="access")
    for wrong in (
        link.ref,
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        signed(link.ref, purpose="other"),
        "x" * 300,
    ):
        with pytest.raises(NotFound):
            commands.enter_by_link(signed=wrong, now=now)
    with pytest.raises(NotFound):
        commands.enter_by_link(signed=good, now=now + USABLE_FOR + SECOND)
    assert commands.enter_by_link(signed=good, now=now + USABLE_FOR).open_until == now + USABLE_FOR + OPEN_FOR
    with pytest.raises(NotFound):
        commands.enter_by_link(signed=good, now=now + USABLE_FOR)


def test_the_session_ends_with_its_time_and_with_its_link(world, shop, now, officer):
    client, _answer = entered(link_to(shop, clock.now()))
    assert client.get("/notices/").status_code == 200
    assert commands.end_access_links(actor=officer, party=shop, now=clock.now()) == 1
    ended = client.get("/notices/", follow=True)
    assert "What the link opened is closed again" in page(ended)
    link = link_to(shop, clock.now() - OPEN_FOR, source="192.0.2.7")
    client, _answer = entered(link)
    assert client.get("/notices/").status_code == 200  # four hours from when it was used, and not from when it was sent
    link.refresh_from_db()
    assert open_link(link.ref, now=link.open_until) == link
    assert open_link(link.ref, now=link.open_until + SECOND) is None
    with pytest.raises(NotAllowed):
        commands.end_access_links(actor=world.eve, party=shop, now=now)


def test_an_officer_has_it_sent_to_the_contact_of_record_alone(world, shop, now, officer):
    notice = world.notice()
    console, at = browser(officer), "/workbench/phone/"
    found = {"number": notice.number, "identified_by": "number_on_file"}
    assert "S•••@example.com" in page(console.post(at, found))
    assert console.post(at, found | {"step": "link", "email": "thief@example.com"}).status_code == 302
    commands.send_access_links(now=clock.now())
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert "End 1 link that works" in page(console.post(at, found))
    assert console.post(at, found | {"step": "end-links"}).status_code == 302
    link = AccessLink.objects.get()
    assert link.revoked_by == officer.ref
    assert entered(link)[1].status_code == 404
    for somebody in (world.rita, world.alice):
        with pytest.raises(NotAllowed):
            commands.send_access_link(actor=somebody, party=shop, now=now)


def test_a_mail_server_that_refuses_is_tried_again(shop, now, monkeypatch):
    def refuse(*_args, **_more):
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.commands.access.send_text", refuse)
    ask(now)
    monkeypatch.undo()
    assert commands.send_access_links(now=now + SECOND) == 0
    assert commands.send_access_links(now=now + timedelta(minutes=6)) == 1
    assert len(mail.outbox) == 1


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(world, shop, now, officer):
    link = link_to(shop, now)
    rows = AccessLink.objects.filter(pk=link.pk)
    holder = commands.enter_by_link(signed=signed(link.ref, purpose="access"), now=now).party.contact
    later = now + SECOND
    for changes in ({"used_at": later}, {"open_until": later}, {"expires_at": later}, {"party_id": world.consumer.pk}):
        assert_refused("access_link_is_used_once", lambda changes=changes: rows.update(**changes))
    assert_refused("access_link_is_kept", rows.delete)

    def another(**changes):
        values = {"party": shop, "sent_to": ADDRESS, "request": link.request, "created_at": now, "expires_at": later}
        return lambda: AccessLink.objects.create(**{"ref": f"lnk_{make.number()}"} | values | changes)

    owner = {"party": world.consumer, "sent_to": "bob@example.com"}
    assert_refused("access_link_is_sent_to_the_contact_of_record", another(sent_to="thief@example.com"))
    assert_refused("access_link_is_sent_to_the_contact_of_record", another(sent_to=""))
    assert_refused("access_link_is_sent_to_the_contact_of_record", another(**owner))
    User.objects.filter(pk=world.bob.user_id).update(email="bob@example.com")
    another(**owner)()
    assert_refused("access_link_expires_after_it_is_sent", another(expires_at=now))
    assert_refused("access_link_is_used_in_time", another(open_until=later))
    late = {"used_at": later + SECOND, "open_until": later + OPEN_FOR}
    assert_refused("access_link_is_used_in_time", another(**late))
    assert_refused("access_link_is_ended_by_somebody", another(revoked_at=now))
    ended = another(revoked_at=now, revoked_by="holder")()
    used = {"used_at": now, "open_until": later}
    assert_refused(
        "access_link_opens_nothing_once_ended", lambda: AccessLink.objects.filter(pk=ended.pk).update(**used)
    )

    requests = AccessRequest.objects.filter(pk=link.request_id)
    assert_refused("access_request_keeps_no_address_once_done", lambda: AccessRequest.objects.create(asked_at=now))
    assert_refused(
        "access_request_for_a_party_is_by_an_officer", lambda: AccessRequest.objects.create(asked_at=now, party=shop)
    )
    assert_refused("access_request_stays_what_was_asked", lambda: requests.update(done_at=later))
    alone = AccessRequest.objects.create(asked_at=now, done_at=now)
    assert_refused("access_request_is_kept", lambda: AccessRequest.objects.filter(pk=alone.pk).delete())

    people = User.objects.filter(pk=holder.pk)
    assert_refused("contact_of_record_enters_by_link_alone", lambda: people.update(password="md5$x"))
    assert_refused("contact_of_record_enters_by_link_alone", lambda: people.update(email=ADDRESS))
    member = {"user": holder, "started_at": now, "granted_by": "x"}
    assert_refused(
        "contact_of_record_is_no_member",
        lambda: Membership.objects.create(party=world.consumer, role="owner", **member),
    )
    role = {"user": holder, "role": "reviewer", "granted_at": now, "granted_by": "x"}
    assert_refused("contact_of_record_is_no_staff", lambda: StaffRole.objects.create(**role))
    token = {"digest": "x", "user": holder, "password_mark": "x", "created_at": now, "expires_at": later}
    assert_refused("contact_of_record_has_no_token", lambda: ApiToken.objects.create(**token))
    assert not holder.check_password("!")
    assert actor_of_link(rows.get()).parties == {shop.pk: "contact"}
