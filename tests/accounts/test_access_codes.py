"""Whoever cannot sign in enters by a code that was sent to the phone or e-mail address of record, and answers."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from accounts import commands, texts
from accounts.commands.access import TO_ONE_ADDRESS
from accounts.contacts import CODE_FOR, code_of
from accounts.models import TRIES, AccessLink, AccessRequest, Installation, Party, User
from accounts.queries import actor_of_link, open_link
from appeals import commands as appeals
from casework import clock
from casework.errors import ExternalRefMismatch, Invalid, NotAllowed, NotYourTurn
from disputes import commands as disputes
from disputes.choices import Side
from disputes.models import Message
from disputes.verbs import VERB, actions_for
from operations.limits import device_for, mobile_number
from tests import factories as make
from tests.accounts.conftest import PASSWORD
from tests.disputes.building import PDF, argued
from tests.laws import assert_refused
from tests.pages import living
from tests.webhooks.receiving import receiver

pytestmark = pytest.mark.once


PHONE = "+8613900000217"
SECRET = "whsec_c2VjcmV0IG9mIHRoZSBnYXRld2F5IQ=="
SHUT = {"offer", "agree", "admit", "nothing-to-add", "accept-offer", "refuse-offer", "agree-to-appraisal"}
SHUT |= {"accept-determination", "confirm-obligation", "consent-no-return", "withdraw", "ask-identity", "read-identity"}


now = living(minutes=5)


@pytest.fixture
def shop(court):
    """A closed shop whose people are blocked; the platform has its number."""
    party = commands.set_party_phone(
        actor=court.platform, party=court.seller, phone="139 0000 0217", now=court.now - timedelta(days=4)
    )
    User.objects.filter(memberships__party=party).update(is_active=False)
    return party


@pytest.fixture
def sent(monkeypatch):
    """What goes to phones: (number, text)."""
    said = []

    class Phone:
        def send(self, number, text, *, ref):
            said.append((number, text))

    monkeypatch.setattr(texts, "gateway", Phone)
    return said


def ask(now, address="139 0000 0217", source="192.0.2.1", **more):
    asked = commands.ask_access_link(address=address, source=source, now=now, **more)
    commands.send_access_links(now=now)
    return asked


def code_in(text):
    return next(word for word in text.split() if word.isdigit() and len(word) == 6)


def entered(now, **more):
    asked = ask(now, **more)
    return commands.enter_by_code(asked=asked, code=code_of(AccessLink.objects.first()), now=now)


def test_a_closed_shop_answers_a_dispute_by_a_code_to_its_phone(court, shop, sent):
    dispute = court.open()
    browser = Client(headers={"accept-language": "en"})
    at = browser.post("/access/", {"email": "+86 139-0000-0217"}).headers["Location"]
    commands.send_access_links(now=clock.now())
    ((number, text),) = sent
    assert number == PHONE
    assert dispute.number not in text

    wrong = "000000" if code_in(text) != "000000" else "111111"
    assert browser.post(at, {"code": wrong}).status_code == 400
    assert browser.post(at, {"code": code_in(text)}).headers["Location"] == "/notices/"
    room = f"/disputes/{dispute.ref}/"
    assert dispute.number in browser.get("/disputes/").content.decode()
    assert browser.get(room).status_code == 200
    assert browser.post(f"{room}answer/", {"text": "It was sent.", "refuses": "yes"}).status_code == 302
    assert browser.post(f"{room}messages/", {"text": "Here it is.", "client_id": "a" * 16}).status_code == 302
    file = SimpleUploadedFile("slip.pdf", PDF, "application/pdf")
    assert browser.post(f"{room}facts/1/", {"files": [file], "caption": "The slip"}).status_code == 302
    assert browser.post(f"{room}facts/1/submit/").status_code == 302
    assert browser.post(f"{room}escalate/").status_code == 302
    assert browser.post(f"{room}demand-human/").status_code == 302
    dispute.refresh_from_db()
    assert (dispute.answered_at is not None, dispute.human_demanded, dispute.state) == (True, True, "ESCALATED")
    assert dispute.evidence.get().side == Side.RESPONDENT
    assert Message.objects.get(kind="text").sender == shop.contact

    for closed in ("/account/", "/disputes/new/", "/notifications/", f"{room}ask-identity/"):
        assert browser.get(closed).headers["Location"].startswith("/account/login/"), closed
    assert browser.get("/api/v1/disputes").status_code == 401
    assert Client().post(at, {"code": code_in(text)}).status_code == 400  # used


def test_it_binds_no_money_and_gives_nothing_up(court, shop, sent, now):
    dispute = court.open()
    offer = disputes.make_offer(actor=court.bob, ref=dispute.ref, terms=disputes.Terms("REFUND", 29_900), now=now)
    holder = actor_of_link(entered(now))
    found = {action.name for action in actions_for(holder, dispute, now=now)}
    assert found == {"answer", "demand-human", "evidence", "submit-evidence", "platform-records", "message"}
    assert VERB.keys() >= SHUT
    for refused in (
        lambda: disputes.accept_offer(actor=holder, offer_ref=offer.ref, now=now),
        lambda: disputes.refuse_offer(actor=holder, offer_ref=offer.ref, now=now),
        lambda: disputes.agree_to_claim(actor=holder, ref=dispute.ref, now=now),
        lambda: disputes.admit_fact(actor=holder, ref=dispute.ref, fact_no=1, now=now),
        lambda: disputes.answer_evidence(actor=holder, ref=dispute.ref, fact_no=1, now=now),
        lambda: disputes.make_offer(actor=holder, ref=dispute.ref, terms=disputes.Terms("REFUND", 1), now=now),
        lambda: disputes.open_dispute(
            actor=holder,
            order=court.order(buyer=shop.external_ref, seller=court.other.external_ref),
            filing=disputes.DisputeFiling("not_received", "REFUND", 29_900, "x", ""),
            now=now,
        ),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_review_can_be_asked_for_and_no_determination_accepted(court, shop, sent, now):
    dispute = argued(court, now)
    holder = actor_of_link(entered(now))
    found = {action.name for action in actions_for(holder, dispute, now=now)}
    assert "request-review" in found
    assert not found & SHUT
    assert disputes.request_review(actor=holder, ref=dispute.ref, now=now).round == 2


def test_an_appeal_is_not_withdrawn_by_it(court, shop, sent, now):
    notice = court.notice(shop)
    holder = actor_of_link(entered(now))
    appeal = make.file(holder, notice, now=now)
    with pytest.raises(NotAllowed):
        appeals.withdraw_appeal(actor=holder, ref=appeal.ref, now=now)


@pytest.mark.parametrize("known", ["139 0000 0217", "shop@example.com"])
def test_the_answer_and_its_work_are_the_same_for_what_is_unknown(court, shop, sent, now, known):
    Party.objects.filter(pk=shop.pk).update(email="shop@example.com")
    told = []
    for address in (known, "139 0000 0218", "nobody@example.com"):
        browser = Client(headers={"accept-language": "en"})
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post("/access/", {"email": address})
        at = answer.headers["Location"]
        commands.send_access_links(now=clock.now())
        with CaptureQueriesContext(connection) as tried:
            page = browser.post(at, {"code": "x"})
        said = page.content.decode().split("<main")[1].split("csrfmiddlewaretoken")[0]
        told.append((answer.status_code, len(at), len(asked), page.status_code, said, len(tried)))
    assert told[0] == told[1] == told[2]
    assert len(sent) + len(mail.outbox) == 1


def test_a_code_works_in_time_once_for_five_tries_and_upon_its_request(shop, sent, now):
    asked, other = ask(now), ask(now, source="192.0.2.2")
    second, first = AccessLink.objects.all()
    good = code_of(first)
    assert code_of(second) != good
    assert commands.enter_by_code(asked=other, code=good, now=now) is None
    assert commands.enter_by_code(asked=asked, code=good, now=now + CODE_FOR + timedelta(seconds=1)) is None
    assert commands.enter_by_code(asked=asked[:-1], code=good, now=now) is None
    assert commands.enter_by_code(asked=asked, code=f" {good[:3]} {good[3:]}", now=now) == first
    assert commands.enter_by_code(asked=asked, code=good, now=now) is None
    for _try in range(TRIES):
        assert commands.enter_by_code(asked=other, code="no", now=now) is None
    assert commands.enter_by_code(asked=other, code=code_of(second), now=now) is None
    assert not AccessRequest.objects.exclude(address="").exists()


def test_tries_and_requests_of_strangers_shut_nobody_out(shop, sent, now):
    for n in range(TO_ONE_ADDRESS + 1):
        guessed = ask(now, source=f"192.0.2.{n % 2}")
        for _try in range(TRIES + 1):
            commands.enter_by_code(asked=guessed, code="no", now=now)
    before = len(sent)
    link = entered(now, source="198.51.100.1")
    assert link is not None
    assert entered(now, source="198.51.100.1") is None
    assert len(sent) == before + 1  # the first of another network
    device = device_for(link.sent_to, "dev_1")
    for _time in range(2):  # and a device that entered before is counted by itself, wherever it is
        assert entered(now, source="192.0.2.1", device=device) is not None
    assert len(sent) == before + 3


def test_the_session_ends_by_leaving_by_signing_in_and_with_the_number(court, shop, sent, now):
    def browser(no):
        client = Client()
        at = client.post("/access/", {"email": PHONE}, REMOTE_ADDR=f"198.51.100.{no}").headers["Location"]
        commands.send_access_links(now=clock.now())
        assert client.post(at, {"code": code_of(AccessLink.objects.first())}).status_code == 302
        assert client.get("/disputes/").status_code == 200
        return client, AccessLink.objects.first()

    client, link = browser(1)
    client.post("/access/leave/")
    assert client.get("/disputes/").status_code == 302
    assert open_link(link.ref, now=clock.now()) is None

    client, link = browser(2)
    owner = User.objects.get(pk=court.eve.user_id)
    owner.set_password(PASSWORD)
    owner.save()
    client.post("/account/login/", {"login": owner.username, "password": PASSWORD})
    client.get("/")
    link.refresh_from_db()
    assert link.revoked_by == "holder"

    client, link = browser(3)
    Party.objects.filter(pk=shop.pk).update(phone="+8613900000999", phone_from=shop.created_at)
    assert client.get("/disputes/").status_code == 302
    assert open_link(link.ref, now=clock.now()) is None


def test_only_the_sample_shows_what_it_would_send(shop, sent, monkeypatch):
    browser = Client()
    at = browser.post("/access/", {"email": PHONE}).headers["Location"]
    commands.send_access_links(now=clock.now())
    code = code_of(AccessLink.objects.first())
    assert code not in browser.get(at).content.decode()
    monkeypatch.setattr("accounts.web.access.is_sample_database", lambda: True)
    assert code in browser.get(at).content.decode()
    monkeypatch.setattr("django.conf.settings.IS_DEPLOYED", True)
    assert code not in browser.get(at).content.decode()
    assert not Installation.objects.exists()


def test_the_gateway_is_posted_the_message_signed_and_tried_again(shop, settings, now):
    with receiver((503, {}, b""), (204, {}, b"")) as found:
        settings.SMS_URL, settings.SMS_SECRET = f"{found.url}/sms", SECRET
        ask(now)
        assert commands.send_access_links(now=now + timedelta(minutes=6)) == 1
        _refused, taken = found.got
    link = AccessLink.objects.first()
    said = json.loads(taken.body)
    assert said == {"to": PHONE, "text": said["text"], "ref": link.ref}
    assert code_of(link) in said["text"]
    Webhook(SECRET).verify(taken.body, dict(taken.headers))


def test_without_a_gateway_a_deployment_takes_e_mail_addresses_alone(shop, settings, now):
    settings.IS_DEPLOYED = True
    page = Client(headers={"accept-language": "en"}).get("/access/").content.decode()
    assert "E-mail address that the platform has on record" in page
    with pytest.raises(Invalid):
        ask(now)


def test_a_back_end_names_a_number_once_and_an_administrator_another(court, now):
    more = {"actor": court.platform, "kind": "MERCHANT", "name": "竹里", "external_ref": "S-9", "now": now}
    party, _new = commands.create_party(**more, phone="139 0000 0299")
    assert party.phone == "+8613900000299"
    assert commands.create_party(**more, phone="+86 139-0000-0299") == (party, False)
    with pytest.raises(ExternalRefMismatch):
        commands.create_party(**more, phone="139 0000 0298")
    assert commands.set_party_phone(actor=court.platform, party=party, phone="13900000299", now=now) == party
    with pytest.raises(NotYourTurn):
        commands.set_party_phone(actor=court.platform, party=party, phone="139 0000 0298", now=now)
    for wrong in ("12345", "0571-88880000", "1390000029", ""):
        with pytest.raises(Invalid):
            commands.set_party_phone(actor=court.platform, party=court.other, phone=wrong, now=now)


@pytest.mark.on_both
def test_an_administrator_types_it_as_people_write_it(court):
    court.other.phone = "139 0000 0298"
    court.other.clean()
    assert court.other.phone == "+8613900000298"
    court.other.phone = "12345"
    with pytest.raises(ValidationError):
        court.other.clean()
    rows = Party.objects.filter(pk=court.other.pk)
    assert_refused(
        "party_phone_is_dialled_from_anywhere", lambda: rows.update(phone="13900000298", phone_from=court.now)
    )


def test_a_mobile_number_is_one_however_it_is_written():
    written = ("139 0000 0217", "+86 139-0000-0217", "0086 13900000217", "86 139 0000 0217", "１３９００００0217")
    assert {mobile_number(each) for each in written} == {PHONE}
    assert mobile_number("+1 390 000 0217") == "+13900000217"
    assert {mobile_number(each) for each in ("12345", "1234567890", "0571-88880000", "+86 571 8888 0000")} == {""}


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(shop, sent, now):
    ask(now)
    link = AccessLink.objects.first()
    used = {"used_at": now, "open_until": now + timedelta(hours=1)}
    links, requests = AccessLink.objects.filter(pk=link.pk), AccessRequest.objects.filter(pk=link.request_id)
    assert_refused("access_code_is_used_upon_a_try", lambda: links.update(**used))
    assert_refused("access_code_is_tried_once_more_each_time", lambda: requests.update(tries=2))
    requests.update(tries=1)
    assert_refused("access_code_is_tried_once_more_each_time", lambda: requests.update(tries=0))
    assert_refused("access_request_stays_what_was_asked", lambda: requests.update(ref="arq_x"))
    links.update(**used)
    assert_refused("access_link_is_used_once", lambda: links.update(used_at=now + timedelta(seconds=1)))
    for tries in range(2, TRIES + 1):
        requests.update(tries=tries)
    assert_refused("access_code_is_tried_five_times_at_most", lambda: requests.update(tries=TRIES + 1))
    Party.objects.filter(pk=shop.pk).update(phone="")
    values = {"party": shop, "sent_to": PHONE, "request": link.request, "created_at": now}
    assert_refused(
        "access_link_is_sent_to_the_contact_of_record",
        lambda: AccessLink.objects.create(ref="lnk_x", expires_at=now + CODE_FOR, **values),
    )
