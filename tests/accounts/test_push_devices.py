"""Devices on which somebody is woken: theirs alone, no token kept or shown, and ended with what they signed in with."""

import hashlib
from datetime import timedelta

import pytest

from accounts import commands as accounts
from accounts.models import ApiToken, Device
from accounts.models.devices import Door
from accounts.queries import devices_woken
from tests import factories as make
from tests.laws import Laws, assert_refused
from tests.surfaces.people import Http, token_of, user_of

pytestmark = pytest.mark.once


HERE = "/api/v1/me/devices"
LAWS = Laws()


def phone(actor, now):
    return Http(token_of(user_of(actor), now=now))


def register(http, token="fcm-token-of-alice", kind="fcm"):
    answer = http("POST", HERE, {"kind": kind, "token": token, "app": "com.example.app"})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_device_is_its_persons_own_and_tells_no_token(world):
    http, other = phone(world.alice, world.now), phone(world.alice_staff, world.now)
    made = register(http)

    [row] = http("GET", HERE).json()["items"]
    digest = hashlib.sha256(b"fcm-token-of-alice").hexdigest()
    assert row == {key: made[key] for key in row}
    assert row.keys() == {"ref", "kind", "app", "registered_at"}
    assert (row["kind"]["code"], row["app"]) == ("fcm", "com.example.app")
    assert Device.objects.get().push_digest == digest
    assert other("GET", HERE).json()["items"] == []
    assert other("DELETE", f"{HERE}/{made['ref']}", key=None).status_code == 404
    assert http("DELETE", f"{HERE}/{made['ref']}", key=None).status_code == 204
    assert http("DELETE", f"{HERE}/{made['ref']}", key=None).status_code == 404
    assert http("GET", HERE).json()["items"] == []


def revoked(actor, now):
    ApiToken.objects.filter(user_id=actor.user_id).update(revoked_at=now)


def expired(actor, now):
    ApiToken.objects.filter(user_id=actor.user_id).update(created_at=now - timedelta(days=1), expires_at=now)


def another_password(actor, now):
    user = user_of(actor)
    user.set_password("another one, and long enough")
    user.save()


def disowned(actor, now):
    accounts.disown_device(actor=actor, ref=Device.objects.exclude(push_kind="").get().ref, now=now)


@pytest.mark.parametrize("end", [revoked, expired, another_password, disowned])
def test_it_ends_with_what_they_signed_in_with(world, end):
    register(phone(world.alice, world.now))
    assert len(devices_woken(world.alice.user_id, now=world.now)) == 1
    end(world.alice, world.now)

    assert devices_woken(world.alice.user_id, now=world.now) == []


def test_signed_in_anew_it_is_registered_anew(world):
    register(phone(world.alice, world.now))
    device, user = Device.objects.get(), user_of(world.alice)
    seen = accounts.devices.Seen(shown="known", network="", browser="")
    Device.objects.filter(pk=device.pk).update(digest=hashlib.sha256(b"known").hexdigest())
    accounts.note_device(actor=world.alice, user=user, seen=seen, session_key="s", now=device.last_at)

    device.refresh_from_db()
    assert (device.push_kind, device.push_digest, device.push_app, device.push_at) == ("", "", "", None)


def test_a_token_wakes_whoever_registered_it_last(world):
    """Somebody signed in on a phone that another person had not signed out of."""
    register(phone(world.alice, world.now))
    register(phone(world.bob, world.now))

    assert devices_woken(world.alice.user_id, now=world.now) == []
    assert len(devices_woken(world.bob.user_id, now=world.now)) == 1


def test_of_ten_the_oldest_gives_way(world):
    user = user_of(world.alice)
    for number in range(accounts.devices.WOKEN + 1):
        now = world.now + timedelta(seconds=number)
        accounts.wake_device(
            actor=world.alice,
            user=user,
            kind="apns",
            token=f"token {number}",
            app="a",
            now=now,
            session_key=f"session {number}",
            token_id=None,
        )

    left = Device.objects.exclude(push_kind="").order_by("push_at").values_list("session_key", flat=True)
    assert list(left) == [f"session {number}" for number in range(1, accounts.devices.WOKEN + 1)]


def test_a_client_has_no_devices(world):
    client = Http(accounts.issue_token(actor=make.CONSOLE, client=world.client, now=world.now)[0])
    assert client("GET", HERE).status_code == 403
    assert client("POST", HERE, {"kind": "fcm", "token": "t", "app": "a"}).status_code == 403


@pytest.fixture
def made(world):
    register(phone(world.alice, world.now))
    return Device.objects.get()


LAWS.rows(
    device_is_woken_by_a_token_of_a_known_kind=lambda made: Device.objects.filter(pk=made.pk).update(push_digest=""),
    token_of_a_device_wakes_one_person=lambda made: Device.objects.create(
        **{
            name: getattr(made, name)
            for name in ("user_id", "push_kind", "push_digest", "push_app", "push_at", "first_at", "last_at")
        },
        ref="dvc_other",
        digest="other",
        door=Door.API,
    ),
)


@pytest.mark.on_both
@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_database_refuses(name, made):
    assert_refused(name, lambda: LAWS[name](made))
