"""Whoever is owed something says with one tap that it did not come; a proof of payment ends it, once."""

import json
import uuid

import pytest

from accounts.models import Notification
from casework import outbox
from casework.errors import Invalid, NotAllowed, NotYourTurn
from disputes import commands, queries
from disputes.models import Advance, Obligation
from disputes.verbs import actions_for
from rules.terms import SHIPPED, Term
from tests.disputes.building import fresh
from tests.disputes.test_carrying_out import DAY, HOUR, agreed
from tests.disputes.test_pages import Visitor
from tests.laws import assert_refused

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PRICE = 12_500


@pytest.fixture
def owed(court):
    """The seller owes the buyer 125 yuan, and has let the time for it pass."""
    dispute = agreed(court, remedy="PARTIAL_REFUND", amount_minor=PRICE, goods_back=False)
    row = dispute.obligations.get()
    court.pass_time(row.due_at + HOUR)
    return dispute


@pytest.fixture
def guaranteed(monkeypatch):
    """A clause promises that the platform pays first."""
    term = Term("guarantee_time", 3, SHIPPED["guarantee_time"].unit, "DISPUTES", "1", "12")
    monkeypatch.setattr("disputes.models.cases.terms_at", lambda *_when: {**SHIPPED, "guarantee_time": term})


def can(actor, dispute, now):
    return {a.name for a in actions_for(actor, queries.dispute_for(actor, dispute.ref), now=now)}


def later(dispute):
    return dispute.obligations.get().due_at + 2 * HOUR


def missing(court, dispute, **more):
    about = {"actor": court.bob, "ref": dispute.ref, "no": 1, "now": later(dispute)} | more
    return commands.report_not_received(**about)


def pay(court, dispute, **more):
    about = {"actor": court.carl, "ref": dispute.ref, "no": 1, "reference": "4200-1", "amount_minor": PRICE}
    now = later(dispute) + HOUR
    return commands.record_payment(**(about | {"paid_at": now - HOUR, "now": now} | more))


def test_the_creditor_alone_can_say_so_and_not_before_it_is_due(court):
    dispute = agreed(court, remedy="PARTIAL_REFUND", amount_minor=PRICE, goods_back=False)

    with pytest.raises(NotYourTurn):
        missing(court, dispute, now=court.now + HOUR)
    with pytest.raises(NotAllowed):
        missing(court, dispute, actor=court.alice)

    assert "not-received" not in can(court.bob, dispute, court.now + HOUR)
    assert "not-received" in can(court.bob, dispute, later(dispute))
    assert "not-received" not in can(court.alice, dispute, later(dispute))


def test_who_owes_it_and_compliance_are_told_and_the_platform_has_a_time(court, owed):
    row = missing(court, owed)
    while outbox.sweep(now=later(owed)):
        pass

    assert (row.state, row.is_late, row.is_guaranteed) == ("OWED", True, False)
    assert row.platform_due_at == SHIPPED["guarantee_time"].ends(later(owed))
    told = set(
        Notification.objects.filter(event__type="dispute.obligation_not_received").values_list("user__ref", flat=True)
    )
    assert {court.alice.ref, court.carl.ref} <= told
    assert court.bob.ref not in told
    with pytest.raises(NotYourTurn):
        missing(court, owed)


def test_it_contradicts_who_says_that_it_is_done(court, owed):
    commands.report_obligation(actor=court.alice, ref=owed.ref, no=1, note="已付", now=later(owed))

    missing(court, owed, now=later(owed) + HOUR)
    court.pass_time(later(owed) + 60 * DAY)

    assert owed.obligations.get().state == "OWED", "silence no longer counts as a yes"
    commands.report_obligation(actor=court.alice, ref=owed.ref, no=1, note="再付", now=later(owed) + 61 * DAY)
    assert owed.obligations.get().state == "REPORTED"


def test_a_proof_of_payment_ends_it_once(court, owed):
    missing(court, owed)
    pay(court, owed)
    pay(court, owed)

    row = owed.obligations.get()
    assert (row.state, row.payment_ref, fresh(owed).state) == ("DONE", "4200-1", "CLOSED")
    with pytest.raises(NotYourTurn):
        pay(court, owed, reference="4200-2")
    assert Advance.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount_minor": PRICE - 1}, "/amount_minor"),
        ({"amount_minor": PRICE + 1}, "/amount_minor"),
        ({"paid_at": "later"}, "/paid_at"),
        ({"paid_at": "before"}, "/paid_at"),
    ],
)
def test_a_proof_of_something_else_ends_nothing(court, owed, change, pointer):
    times = {"later": later(owed) + 2 * HOUR, "before": owed.created_at - HOUR}
    with pytest.raises(Invalid) as refused:
        pay(court, owed, **{name: times.get(value, value) for name, value in change.items()})

    assert [e.pointer for e in refused.value.errors] == [pointer]
    assert owed.obligations.get().state == "OWED"


def test_one_payment_ends_one_obligation(court, owed):
    pay(court, owed)
    other = agreed(court, remedy="PARTIAL_REFUND", amount_minor=PRICE, goods_back=False)

    with pytest.raises(Invalid):
        pay(court, other)
    assert_refused(
        "payment_ends_one_obligation",
        lambda: Obligation.objects.filter(dispute=other).update(
            state="DONE", done_at=court.now, payment_ref="4200-1", paid_at=court.now
        ),
    )
    assert_refused(
        "payment_is_of_an_obligation_that_is_done",
        lambda: Obligation.objects.filter(dispute=other).update(payment_ref="4200-9", paid_at=court.now),
    )
    assert_refused(
        "obligation_missed_says_when_the_platform_steps_in",
        lambda: Obligation.objects.filter(dispute=other).update(not_received_at=court.now),
    )


def test_neither_side_proves_a_payment(court, owed):
    for actor in (court.bob, court.alice, court.mia):
        with pytest.raises(NotAllowed):
            pay(court, owed, actor=actor)


def test_the_guarantee_pays_where_a_clause_says_so_and_is_recovered_afterwards(court, guaranteed, owed):
    assert missing(court, owed).is_guaranteed

    pay(court, owed, from_guarantee=True)

    advance = Advance.objects.get()
    assert (advance.to_side, advance.amount_minor, advance.state) == ("CLAIMANT", PRICE, "ADVANCED")
    assert (owed.obligations.get().state, fresh(owed).state) == ("DONE", "CLOSED")
    commands.settle_advance(actor=court.carl, ref=owed.ref, no=1, recovered_minor=PRICE, now=later(owed) + 9 * DAY)
    assert Advance.objects.get().state == "RECOVERED"


def test_the_guarantee_pays_nothing_where_no_clause_says_so(court, owed):
    missing(court, owed)
    with pytest.raises(NotAllowed):
        pay(court, owed, from_guarantee=True)


def test_the_platforms_back_end_proves_a_payment_over_rest(court, owed):
    body = {"reference": "4200-1", "amount_minor": PRICE, "paid_at": (later(owed)).isoformat()}
    compliance = Visitor(court.carl).client

    def post(**more):
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        path = f"/api/v1/disputes/{owed.ref}/obligations/1/payment"
        return compliance.post(path, json.dumps(body | more), content_type="application/json", **key)

    assert post().status_code == 200
    again = post()
    assert (again.status_code, again.json()["obligations"][0]["state"]["code"]) == (200, "DONE")
    assert post(reference="4200-2").status_code == 409


def test_the_winner_is_told_what_to_do_and_what_the_platform_does(court, owed, monkeypatch):
    monkeypatch.setattr("casework.clock.now", lambda: later(owed))
    buyer = Visitor(court.bob)
    page = buyer.sees(f"/disputes/{owed.ref}/")
    assert "If it has not arrived, say so, and the platform steps in." in page
    assert f"/disputes/{owed.ref}/owed/1/not-received/" in page

    asked = buyer.sees(f"/disputes/{owed.ref}/owed/1/not-received/")
    assert "a person of the platform steps in, and tells you here." in asked
    buyer.sends(f"/disputes/{owed.ref}/owed/1/not-received/")

    said = buyer.sees(f"/disputes/{owed.ref}/")
    assert "A person of the platform steps in by" in said
    assert "If it has not arrived" not in said


def test_the_console_lists_what_did_not_arrive(court, owed):
    missing(court, owed)
    staff = Visitor(court.carl)

    for query in ("", "?tab=late", "?tab=missing&debtor=RESPONDENT"):
        assert owed.number in staff.sees(f"/workbench/disputes/owed/{query}"), query
    assert owed.number not in staff.sees("/workbench/disputes/owed/?tab=missing&guarantee=yes")
    assert Visitor(court.mia).client.get("/workbench/disputes/owed/").status_code == 403
