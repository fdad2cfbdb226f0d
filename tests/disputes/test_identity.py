"""Who the merchant is: a consumer asks, the platform answers in time or is answerable itself, and only they read it."""

from datetime import timedelta

import pytest

from accounts.models import Notification
from casework import claims, outbox
from casework.errors import Invalid, NotAllowed, NotFound, NotYourTurn
from casework.models import Deadline
from disputes import commands, queries
from disputes.models import IdentityRequest
from tests.appeals.test_workbench import browser
from tests.disputes.building import fresh
from tests.laws import assert_refused
from tests.surfaces.people import Http, token_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CARD = {
    "name": "杭州云上数码有限公司",
    "licence": "91330106MA2AAAAA0A",
    "address": "杭州市西湖区文三路一号",
    "contact": "0571-0000",
}


@pytest.fixture
def dispute(court):
    return court.joined("quality")


def ask(court, dispute, actor=None, now=None):
    return commands.ask_identity(actor=actor or court.bob, ref=dispute.ref, now=now or court.now)


def give(court, dispute, actor=None, **changes):
    return commands.give_identity(actor=actor or court.carl, ref=dispute.ref, now=court.now, **CARD | changes)


def refuse(court, dispute, reason, **more):
    return commands.refuse_identity(actor=court.platform, ref=dispute.ref, reason=reason, now=court.now, **more)


def read(court, dispute, actor):
    return commands.read_identity(actor=actor, ref=dispute.ref, now=court.now)


def events(dispute, type_):
    return [e for e in queries.events_of(dispute) if e.type == type_]


def differing(dispute):
    return list(claims.differences(fresh(dispute), list(queries.events_of(dispute))))


def test_the_consumer_asks_the_back_end_answers_and_each_reading_is_on_the_ledger(court, dispute):
    ask(court, dispute)
    give(court, dispute, actor=court.platform)
    for actor in (court.bob, court.carl):
        card = read(court, dispute, actor)
        assert {name: getattr(card, name) for name in CARD} == CARD
    assert [e.actor_ref for e in events(dispute, "dispute.identity_read")] == [court.bob.ref, court.carl.ref]
    assert not any(str(e.facts).count(text) for e in queries.events_of(dispute) for text in CARD.values())
    assert differing(dispute) == []


def test_nobody_else_reads_it_or_asks_for_it(court, dispute):
    ask(court, dispute)
    give(court, dispute)
    for actor in (court.alice, court.mia, court.platform):
        with pytest.raises(NotAllowed):
            read(court, dispute, actor)
    for actor in (court.eve, court.max):
        with pytest.raises(NotFound):
            read(court, dispute, actor)
    for actor in (court.alice, court.mia, court.carl, court.platform):
        with pytest.raises(NotAllowed):
            ask(court, dispute, actor)
    for actor in (court.alice, court.bob, court.mia):
        with pytest.raises(NotAllowed):
            give(court, dispute, actor=actor)
    assert events(dispute, "dispute.identity_read") == []


def test_no_other_surface_shows_the_card(court, dispute):
    ask(court, dispute)
    give(court, dispute)
    for actor in (court.alice, court.bob, court.mia, court.carl):
        pages = browser(actor)
        http = Http(token_of(user_of(actor), now=court.now))
        shown = [http("GET", f"/api/v1/disputes/{dispute.ref}{part}").content for part in ("", "/events", "/messages")]
        staff = actor in (court.mia, court.carl)
        for page in (
            ("/workbench/disputes/{}/", "/workbench/disputes/{}/read-identity/") if staff else ("/disputes/{}/",)
        ):
            answer = pages.get(page.format(dispute.ref))
            assert answer.status_code == (403 if "read" in page and actor is court.mia else 200)
            shown.append(answer.content)
        shown.append(pages.get(f"/disputes/{dispute.ref}/identity/").content)  # it asks first
        assert not [text for text in CARD.values() for body in shown if text.encode() in body]


def test_the_page_shows_it_once_it_was_pressed(court, dispute):
    ask(court, dispute)
    give(court, dispute)
    pages = browser(court.bob)
    page = f"/disputes/{dispute.ref}/identity/"
    pages.get(page)
    assert events(dispute, "dispute.identity_read") == []
    shown = pages.post(page)
    assert (shown.status_code, CARD["address"] in shown.content.decode()) == (200, True)
    assert "no-store" in shown["Cache-Control"]
    assert len(events(dispute, "dispute.identity_read")) == 1
    assert browser(court.alice).post(page).status_code == 403
    answer = browser(court.carl).post(f"/workbench/disputes/{dispute.ref}/read-identity/")
    assert CARD["contact"] in answer.content.decode()
    assert [e.actor_ref for e in events(dispute, "dispute.identity_read")] == [court.bob.ref, court.carl.ref]


def test_the_clock_is_the_published_time_and_lateness_says_who_answers(court, dispute):
    ask(court, dispute)
    row = dispute.identity_requests.get()
    assert row.due_at == dispute.promised["identity_time"].ends(court.now)
    court.pass_time(row.due_at + timedelta(minutes=5))
    row.refresh_from_db()
    assert row.is_late
    [late] = events(dispute, "dispute.identity_overdue")
    assert (late.effective_at, late.facts["side"]) == (row.due_at, "CLAIMANT")
    outbox.sweep(now=row.due_at + timedelta(hours=1))
    told = set(Notification.objects.filter(event__type=late.type).values_list("user__username", flat=True))
    assert {user_of(court.bob).username, user_of(court.carl).username} <= told
    assert user_of(court.alice).username not in told
    give(court, dispute)  # late, and still owed
    assert dispute.identity_requests.get().state == "GIVEN"


def test_an_answer_in_time_is_not_late(court, dispute):
    ask(court, dispute)
    give(court, dispute)
    court.pass_time(court.now + timedelta(days=30))
    assert events(dispute, "dispute.identity_overdue") == []


def test_a_pause_does_not_stop_it_and_a_closed_dispute_can_still_ask(court, dispute):
    ask(court, dispute)
    due = dispute.identity_requests.get().due_at
    court.pause(dispute, court.now, by=court.mia)
    assert list(Deadline.objects.filter(case_id=dispute.pk, case_kind="dispute", state="OPEN").values_list("kind")) == [
        ("dispute.identity",),
        ("dispute.pause",),
    ]
    court.resume(dispute, court.now + timedelta(hours=5), by=court.mia)
    clock = Deadline.objects.get(case_id=dispute.pk, kind="dispute.identity", state="OPEN")
    assert clock.due_at == due
    give(court, dispute)
    commands.withdraw_dispute(actor=court.bob, ref=dispute.ref, now=court.now + timedelta(hours=6))
    ask(court, dispute, now=court.now + timedelta(hours=7))
    assert (fresh(dispute).state, dispute.identity_requests.count()) == ("WITHDRAWN", 2)


def test_it_is_refused_for_a_listed_reason_only(court, dispute):
    with pytest.raises(NotYourTurn):
        refuse(court, dispute, "NOT_HELD")
    ask(court, dispute)
    with pytest.raises(NotYourTurn):
        ask(court, dispute)
    wrong = (("BUSY", {}, "/reason"), ("AUTHORITY", {}, "/order_no"), ("NOT_HELD", {"order_no": "1"}, "/order_no"))
    for reason, more, place in (*wrong, ("GIVEN_BEFORE", {}, "/reason")):
        with pytest.raises(Invalid) as error:
            refuse(court, dispute, reason, **more)
        assert [e.pointer for e in error.value.errors] == [place]
    for name in ("name", "address", "contact"):
        with pytest.raises(Invalid) as error:
            give(court, dispute, **{name: " "})
        assert [e.pointer for e in error.value.errors] == [f"/{name}"]
    refuse(court, dispute, "NOT_HELD")
    with pytest.raises(NotFound):
        read(court, dispute, court.bob)
    ask(court, dispute)
    give(court, dispute, licence="")
    ask(court, dispute)
    refuse(court, dispute, "GIVEN_BEFORE")
    assert read(court, dispute, court.bob).no == 2
    pages = browser(court.bob)
    room = pages.get(f"/disputes/{dispute.ref}/").content.decode()
    assert room.count('data-testid="platform-answers"') == 1


def test_a_consumer_who_answers_a_merchant_can_ask_too(court):
    dispute = court.open("bad_faith_buyer")
    ask(court, dispute, court.bob)
    assert dispute.identity_requests.get().side == "RESPONDENT"


def test_where_the_platform_answers_itself_there_is_no_merchant(court):
    dispute = court.escalated("merchant_measure", remedy="LIFT")
    for actor in (court.alice, court.bob, court.carl):
        with pytest.raises((NotAllowed, NotFound)):
            ask(court, dispute, actor)


# — held by the database —


@pytest.mark.on_both
def test_the_laws_hold_past_the_code(court, dispute):
    ask(court, dispute)
    rows = IdentityRequest.objects.filter(dispute=dispute)
    made = {"dispute": dispute, "asked_by_id": court.bob.user_id, "asked_at": court.now}
    made |= {"due_at": court.now + timedelta(days=1)}
    new = lambda **more: IdentityRequest.objects.create(**{"no": 7, "side": "CLAIMANT", **made, **more})  # noqa: E731

    assert_refused("identity_is_asked_for_once_at_a_time", new)
    assert_refused("identity_request_number_is_unique_in_dispute", lambda: new(no=1, **_refused(court)))
    for side in ("RESPONDENT", "PLATFORM"):
        assert_refused(
            "identity_of_a_merchant_is_asked_for_by_a_consumer", lambda side=side: new(side=side, **_refused(court))
        )
    assert_refused("identity_request_is_due_after_it_is_made", lambda: new(due_at=court.now, **_refused(court)))
    assert_refused("identity_request_stands_as_it_was_made", lambda: rows.update(due_at=court.now + timedelta(days=9)))
    answered = {"answered_at": court.now, "answered_by_ref": "x"}
    given = {"state": "GIVEN", **answered}
    assert_refused("identity_given_has_name_address_and_contact", lambda: rows.update(**given, name="a", address="b"))
    assert_refused(
        "identity_answer_says_when_and_by_whom", lambda: rows.update(**given | CARD | {"answered_by_ref": ""})
    )
    for refusal in ("", "BUSY", "AUTHORITY"):
        refused = {"state": "REFUSED", "refusal": refusal, **answered}
        assert_refused("identity_is_refused_for_a_listed_reason_only", lambda refused=refused: rows.update(**refused))
    before = {"state": "REFUSED", "refusal": "GIVEN_BEFORE", **answered}
    assert_refused("identity_given_before_is_on_file", lambda: rows.update(**before))
    give(court, dispute)
    assert_refused("identity_answer_stands_as_it_was_given", lambda: rows.update(address="别处"))
    assert_refused("identity_answer_stands_as_it_was_given", lambda: rows.update(state="ASKED"))
    assert_refused("identity_request_is_kept", lambda: rows._raw_delete("default"))
    emptied = dict.fromkeys(CARD, "")
    assert_refused("identity_answer_stands_as_it_was_given", lambda: rows.update(**emptied))
    assert_refused("identity_given_has_name_address_and_contact", lambda: rows.update(purged_at=court.now))
    ended = {**emptied, "purged_at": court.now}
    assert_refused("merchant_identities_end_by_a_signed_run_alone", lambda: rows.update(**ended))
    assert differing(dispute) == []


def _refused(court):
    return {"state": "REFUSED", "refusal": "NOT_HELD", "answered_at": court.now, "answered_by_ref": "x"}
