"""As many passwords are hashed at once as are allowed; whoever finds no place is told so and has failed at nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from axes.models import AccessAttempt
from django.conf import settings as conf
from django.contrib.auth import hashers
from django.test import Client

from accounts import passwords
from accounts.models import Device, User
from casework import clock, requests
from casework.errors import PasswordsBusy
from config import settings as product
from operations.limits import DEVICE, device_for, sign_in_name
from tests import factories as make
from tests.accounts.conftest import PASSWORD, Caller, person

pytestmark = pytest.mark.once

LOGIN, CHANGE, APP = "/account/login/", "/account/password/change/", "/_allauth/app/v1/auth/login"


@pytest.fixture
def bounded(settings, monkeypatch):
    """The hasher of the product, quick; two places, of which nobody waits for one."""
    settings.PASSWORD_HASHERS = ["accounts.passwords.BoundedHasher"]
    monkeypatch.setattr(passwords, "PLACES", threading.BoundedSemaphore(2))
    monkeypatch.setattr(passwords, "PATIENCE", 0)
    monkeypatch.setattr(passwords, "RESERVED", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashers, "pbkdf2", lambda password, *_rest, **_more: password.encode())


@pytest.fixture
def taken(bounded, owner):
    """A person with a password, while both places are taken."""
    owner.set_password(PASSWORD)
    owner.save()
    with passwords.place(), passwords.place():
        yield owner


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.username, "password": password}, **more)


def test_the_product_hashes_within_the_bound():
    assert product.PASSWORD_HASHERS[0] == "accounts.passwords.BoundedHasher"
    assert 1 <= product.PASSWORDS_AT_ONCE <= 4


def test_the_third_is_refused_and_a_place_that_is_free_again_is_used(bounded, monkeypatch):
    inside, go_on = threading.Semaphore(0), threading.Event()

    def hangs(password, *_rest, **_more):
        inside.release()
        assert go_on.wait(30)
        return password.encode()

    monkeypatch.setattr(hashers, "pbkdf2", hangs)
    with ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(hashers.make_password, "x") for _n in range(2)]
        try:
            assert inside.acquire(timeout=30)
            assert inside.acquire(timeout=30)
            with pytest.raises(PasswordsBusy):
                hashers.make_password("x")
        finally:
            go_on.set()
        assert all(each.result(30) for each in begun)
    assert hashers.check_password("x", hashers.make_password("x"))


def test_an_exception_frees_its_place(bounded, monkeypatch):
    def fails(*_rest, **_more):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(hashers, "pbkdf2", fails)
        for _n in range(3):
            with pytest.raises(MemoryError):
                hashers.make_password("x")
    assert hashers.make_password("x")


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "正在核对的密码太多"), ("en", "Many passwords are being checked")]
)
def test_the_page_says_so_and_counts_no_attempt(taken, language, words):
    client = Client(headers={"accept-language": language})
    for _n in range(conf.AXES_FAILURE_LIMIT + 10):  # more than the limits of axes and of allauth
        busy = sign_in(client, taken, headers={"referer": f"http://testserver{LOGIN}"})

    assert (busy.status_code, busy["Retry-After"]) == (503, "2")
    assert words in busy.content.decode()
    assert f'href="{LOGIN}"' in busy.content.decode()
    assert not AccessAttempt.objects.exists()
    passwords.PLACES.release()
    assert sign_in(client, taken).status_code == 302
    passwords.PLACES.acquire()


@pytest.fixture
def devices(bounded, owner, shop, now):
    """What devices keep: one that signed in as the owner, and one that signed in as a colleague."""
    people = {"own": owner, "other's": person(shop, now, role="staff")}
    for each in people.values():
        each.set_password(PASSWORD)
        each.save()
    return {name: Caller().sign_in(each).json()["known_device"] for name, each in people.items()}


def ways_of_signing_in(user, kept):
    """The answers of a page and of REST to this device."""
    browser = Client()
    browser.cookies[DEVICE] = kept
    shown = {"known_device": kept} if kept else {}
    return [sign_in(browser, user).status_code, Caller().sign_in(user, **shown).status_code]


def test_a_device_on_record_for_the_name_finds_a_place_while_strangers_hold_all(devices, owner):
    never_used = device_for(sign_in_name(owner.username), "dev_never")  # as an access link leaves one
    with passwords.place(), passwords.place():
        for kept in ("", devices["other's"], never_used):
            assert ways_of_signing_in(owner, kept) == [503, 503]
        assert ways_of_signing_in(owner, devices["own"]) == [302, 201]
        with passwords.from_known_device(True), passwords.place():
            assert ways_of_signing_in(owner, devices["own"]) == [503, 503], "one has that place at once"
        with pytest.raises(PasswordsBusy):  # nothing is left of who it was
            hashers.make_password("x")
        Device.objects.filter(user=owner).update(disowned_at=clock.now())
        assert ways_of_signing_in(owner, devices["own"]) == [503, 503]


def test_the_place_of_known_devices_is_kept_while_another_is_free(devices, owner):
    with passwords.from_known_device(True), passwords.place():
        assert ways_of_signing_in(owner, "") == [302, 201]
        assert passwords.RESERVED.acquire(blocking=False)
        passwords.RESERVED.release()


@pytest.mark.parametrize("app", [False, True])
def test_rest_and_apps_get_the_problem(taken, app):
    caller = Caller()
    said = {"username": taken.username, "password": PASSWORD}
    busy = caller.client.post(APP, said, content_type="application/json") if app else caller.sign_in(taken)

    assert (busy.status_code, busy["Retry-After"]) == (503, "2")
    assert busy.json()["type"] == "/problems/passwords-busy"
    assert not AccessAttempt.objects.exists()


def test_who_is_signed_in_notices_nothing_but_where_they_show_a_password(taken):
    client = Client()
    client.force_login(taken)

    assert client.get("/").status_code == 200
    new = {"oldpassword": PASSWORD, "password1": "another-pass-phrase", "password2": "another-pass-phrase"}
    assert client.post(CHANGE, new).status_code == 503
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 503
    taken.refresh_from_db()
    passwords.PLACES.release()
    assert taken.check_password(PASSWORD)
    passwords.PLACES.acquire()


def test_nobody_is_added_with_a_password_meanwhile(taken, now):
    with pytest.raises(PasswordsBusy):
        make.make_user("new", now=now)
    assert not User.objects.filter(username__startswith="new-").exists()


def test_a_request_that_has_begun_is_not_refused_its_second_check(bounded, owner, monkeypatch):
    """Else a wrong password would be found wrong by the first backend and be counted by nobody."""
    patience = []

    class Places(threading.BoundedSemaphore):
        def acquire(self, blocking=True, timeout=None):
            patience.append(timeout)
            return super().acquire(blocking, timeout)

    monkeypatch.setattr(passwords, "PLACES", Places(2))
    assert Caller().sign_in(owner, "wrong-pass-phrase").status_code == 401
    assert (patience[0], set(patience[1:])) == (0, {None})
    assert AccessAttempt.objects.get().failures_since_start == 1
    with requests.during("another-request"), passwords.place():
        assert patience[-1] == 0
