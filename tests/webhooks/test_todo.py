"""`person.todo_changed`: the platform's back end learns that somebody has something else to do, once per change."""

import json
from datetime import timedelta

import pytest

from accounts import commands as accounts
from disputes import commands as disputes
from disputes.commands import Terms
from tests import factories as make
from tests.disputes.building import say
from tests.surfaces.people import user_of
from tests.webhooks.receiving import deliver_batch, endpoint, permit, receiver
from webhooks import commands
from webhooks.commands import todo
from webhooks.event_types import TODO_CHANGED
from webhooks.models import TodoSource, WebhookDelivery

pytestmark = pytest.mark.once


URL = "https://hooks.example.com/"


@pytest.fixture
def asked(court):
    """An endpoint of the platform's that named the event, and everything before it is read."""
    made = endpoint(court, URL, event_types=[TODO_CHANGED])
    rounds(court.now)
    return made


def rounds(now):
    while commands.tell_of_todo(now=now):
        pass


def told(court, made=None, *, now=None):
    """Who was told of since, with what, and nothing is left to tell of now."""
    rounds(now or court.now)
    rows = WebhookDelivery.objects.filter(type=TODO_CHANGED).order_by("pk")
    rows = rows if made is None else rows.filter(endpoint=made)
    bodies = [json.loads(body)["data"] for body in rows.values_list("body", flat=True)]
    WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows])._raw_delete("default")
    return {each["person"]: (each["todo"], each["unread"]) for each in bodies}


def offer(court, dispute, actor):
    terms = Terms("PARTIAL_REFUND", 5_000)
    disputes.make_offer(actor=actor, ref=dispute.ref, terms=terms, now=court.now)


def opened(court):
    return court.open()


def joined(court):
    return court.joined()


CHANGES = {
    "a notice is served": (lambda _court: None, lambda court, _case: court.notice(court.seller), "alice staff", 1, 0),
    "a dispute is opened": (lambda _court: None, lambda court, _case: court.open(), "alice staff", 1, 0),
    "it is answered": (
        opened,
        lambda court, case: disputes.answer_dispute(
            actor=court.alice, ref=case.ref, text="不同意。", refuses=False, now=court.now
        ),
        "alice staff",
        0,
        0,
    ),
    "a message comes": (opened, lambda court, case: say(court, court.bob, case, "both", "在吗"), "alice staff", 1, 1),
    "an offer is made": (opened, lambda court, case: offer(court, case, court.bob), "alice staff", 2, 0),
    "the other side hands something in": (
        joined,
        lambda court, case: court.prove(case, 1, court.alice, court.now),
        "bob",
        1,
        0,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_somebodys_list_is_told_of_them(court, asked, name):
    before, change, people, todo_, unread = CHANGES[name]
    case = before(court)
    told(court)
    change(court, case)
    later = court.now + todo.APART

    found = told(court, now=later)
    assert {person: found.get(getattr(court, person).ref) for person in people.split()} == dict.fromkeys(
        people.split(), (todo_, unread)
    )
    assert court.eve.ref not in found
    assert told(court, now=later + timedelta(hours=1)) == {}


def test_what_it_says(court):
    with receiver() as there:
        made = endpoint(court, there.url, event_types=[TODO_CHANGED])
        rounds(court.now)
        user = user_of(court.alice)
        _plain, token = accounts.issue_token(actor=court.alice, user=user, now=court.now)
        phone = {"kind": "fcm", "token": "a secret", "app": "com.example.app", "token_id": token.pk, "session_key": ""}
        device = accounts.wake_device(actor=court.alice, user=user, now=court.now, **phone)
        say(court, court.bob, court.open(), "both", "给卖家的话")
        rounds(court.now)
        while deliver_batch(made, court.now):
            pass

    said = {body["data"]["person"]: body for body in (json.loads(came.body) for came in there.got)}
    assert len(said) == len(there.got)
    assert said[court.alice.ref] == {
        "type": TODO_CHANGED,
        "timestamp": said[court.alice.ref]["timestamp"],
        "data": {
            "person": court.alice.ref,
            "party": {"ref": court.seller.ref, "external_ref": court.seller.external_ref},
            "todo": 1,
            "unread": 1,
            "devices": [{"ref": device.ref, "kind": "fcm", "app": "com.example.app"}],
        },
    }


def test_many_changes_are_told_as_one(court, asked):
    dispute = court.open()
    for text in "一二三":
        say(court, court.bob, dispute, "both", text)
    rounds(court.now)
    assert WebhookDelivery.objects.count() == len(told(court)) == 3  # alice, staff and finance

    soon, later = court.now + timedelta(seconds=1), court.now + todo.APART
    for text in "四五":
        say(court, court.bob, dispute, "both", text)
    assert told(court, now=soon) == {}
    assert told(court, now=later)[court.alice.ref] == (1, 5)


def test_a_message_after_one_that_was_read_is_told(court, asked):
    dispute = court.open()
    say(court, court.bob, dispute, "both", "第一句")
    told(court)
    disputes.mark_read(
        actor=court.alice, ref=dispute.ref, lane="both", sequence=dispute.rooms.get(lane="both").head, now=court.now
    )
    say(court, court.bob, dispute, "both", "第二句")

    assert told(court, now=court.now + todo.APART)[court.alice.ref] == (1, 1)


def test_what_changes_nobodys_list_is_told_to_nobody(court, asked):
    dispute = court.joined()
    told(court)
    disputes.hand_over(actor=court.mia, ref=dispute.ref, to_code=court.max.code, now=court.now)

    assert told(court, now=court.now + todo.APART) == {}


def test_only_who_provided_the_party_and_asked_is_told(court, asked):
    other_client, _actor = make.make_client(court.now)
    elsewhere, _secret = commands.create_endpoint(
        actor=permit(other_client, "disputes:read"),
        url="https://b.example.com/",
        event_types=[TODO_CHANGED],
        now=court.now,
    )
    silent = endpoint(court, "https://c.example.com/")
    switched_off = endpoint(court, "https://d.example.com/", event_types=[TODO_CHANGED])
    commands.disable_endpoint(actor=permit(court.client), ref=switched_off.ref, now=court.now)
    court.open()

    rounds(court.now)
    counted = {made.ref: made.deliveries.count() for made in (asked, elsewhere, silent, switched_off)}
    assert counted == {asked.ref: 3, elsewhere.ref: 0, silent.ref: 0, switched_off.ref: 0}


def test_a_worker_that_dies_tells_everybody_once(court, asked, monkeypatch):
    court.open()
    said = []

    def die(*args):
        said.append(args)
        if len(said) == 2:
            raise SystemExit
        return "{}"

    with monkeypatch.context() as patched:
        patched.setattr(todo, "body_of", die)
        with pytest.raises(SystemExit):
            rounds(court.now)
    assert WebhookDelivery.objects.count() == 0

    assert len(told(court)) == 3
    assert told(court) == {}


def test_what_was_committed_after_a_later_key_is_read_as_well(court, asked):
    """Somebody has read past a row that was still to be committed."""
    court.open()
    for source in TodoSource.objects.all():
        newest = todo.SOURCES[source.name]().order_by("-pk").values_list("pk", flat=True).first() or 0
        source.head = source.mark = newest
        source.save()

    assert told(court) == {}
    assert len(told(court, now=court.now + todo.SETTLED)) == 3
    assert told(court, now=court.now + 3 * todo.SETTLED) == {}


def test_nothing_is_read_while_nobody_asks(court):
    endpoint(court, URL)
    court.open()

    assert told(court) == {}
    assert not TodoSource.objects.exists()
