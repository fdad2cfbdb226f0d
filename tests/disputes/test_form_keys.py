"""A form that is sent twice is carried out once; what a browser keeps of its words ends with signing out."""

import re

import pytest

from casework.models import IdempotencyKey
from disputes.models import Offer
from tests.disputes.test_pages import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TERMS = {"remedy": "PARTIAL_REFUND", "amount_minor": "80.00", "freight_payer": "NOBODY", "hours": "48"}
KEY = "f" * 32


@pytest.fixture(scope="module")
def module_dispute(module_database, module_court):
    with module_database():
        return module_court.open()


@pytest.fixture
def dispute(module_dispute, copy_of):
    return copy_of(module_dispute)


@pytest.fixture
def seller(court):
    return Visitor(court.alice)


def send(visitor, dispute, **more):
    return visitor.client.post(f"/disputes/{dispute.ref}/offers/new/", TERMS | {"form_key": KEY, "checked": "1"} | more)


def test_the_same_words_under_the_same_key_are_carried_out_once(seller, dispute):
    first, again = send(seller, dispute), send(seller, dispute, csrfmiddlewaretoken="another")
    assert first.status_code == again.status_code == 302
    assert first["location"] == again["location"]
    assert Offer.objects.count() == 1


def test_other_words_under_the_same_key_are_another_request(seller, dispute):
    send(seller, dispute)
    send(seller, dispute, amount_minor="90.00")
    assert list(Offer.objects.order_by("no").values_list("amount_minor", flat=True)) == [8_000, 9_000]


def test_a_key_belongs_to_one_person_and_one_address(court, seller, dispute):
    send(seller, dispute)
    send(Visitor(court.bob), dispute, remedy="REFUND")
    assert Offer.objects.count() == 2
    assert len(set(IdempotencyKey.objects.values_list("principal", flat=True))) == 2


def test_a_form_that_came_back_with_errors_was_not_carried_out(seller, dispute):
    assert send(seller, dispute, amount_minor="none").status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert send(seller, dispute).status_code == 302


def test_a_refused_form_keeps_no_key_and_is_carried_out_once_it_may(court, seller, dispute):
    send(seller, dispute)
    offer = Offer.objects.get()
    address = f"/offers/{offer.ref}/withdraw/"
    refused = Visitor(court.bob).sends(address, {"form_key": "b" * 32}, status=403)
    assert "form_key" not in refused.content.decode()
    assert IdempotencyKey.objects.count() == 1
    seller.sends(address, {"form_key": "a" * 32})
    seller.sends(address, {"form_key": "a" * 32})  # a repetition, and no refusal
    seller.sends(address, {"form_key": "c" * 32}, status=409)


def test_a_script_is_told_where_to_go_and_gets_errors_as_a_page(seller, dispute):
    def fetched(**more):
        address = f"/disputes/{dispute.ref}/offers/new/"
        return seller.client.post(address, TERMS | {"checked": "1"} | more, headers={"X-Requested-With": "fetch"})

    told = fetched(form_key=KEY)
    assert (told.status_code, told.json()) == (200, {"location": f"/disputes/{dispute.ref}/#offers"})
    assert fetched(form_key=KEY).json() == told.json()
    assert "Your offer is open" in seller.sees(f"/disputes/{dispute.ref}/")  # the message was not used up on the way
    assert "error-summary" in fetched(amount_minor="none").content.decode()
    seller.client.logout()
    signed_out = fetched(note="words")
    assert signed_out.status_code == 401
    assert signed_out.json()["location"].startswith("/account/login/")


def test_every_form_that_acts_carries_a_fresh_key(seller, dispute):
    page = f"/disputes/{dispute.ref}/offers/new/"
    keys = {re.search(r'name="form_key" value="(\w{32})"', seller.sees(page))[1] for _each in range(2)}
    assert len(keys) == 2


def test_the_browser_keeps_words_per_account_and_forgets_them_on_signing_out(court, seller):
    def account(visitor):
        return re.search(r'data-account="(\w{16})"', visitor.sees("/disputes/"))[1]

    assert account(seller) != account(Visitor(court.bob))
    assert 'data-account="' not in Visitor(court.mia).sees("/workbench/disputes/")
    expired = seller.client.get("/account/login/")
    assert "Clear-Site-Data" not in expired
    left = seller.client.post("/account/logout/")
    assert left["Clear-Site-Data"] == '"storage"'
