"""A browser and an API caller for people of accounts, at the clock that surfaces read."""

import json
import time
import uuid
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from accounts import commands
from accounts.models import ApiClient, Party, User
from accounts.queries import principal_of_token
from casework import clock
from casework.actor import Actor, Via
from tests import factories as make

PASSWORD = "a-long-pass-phrase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Caller:
    """JSON in, JSON out, with a fresh key for each request."""

    def __init__(self, token: str = "", **options: Any) -> None:
        self.client = Client(**options)
        self.token = token

    def headers(self) -> dict[str, str]:
        headers = {"Accept-Language": "en", "Idempotency-Key": str(uuid.uuid4())}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.headers())

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        data = json.dumps(body or {}).encode()
        return self.client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=self.headers() | headers
        )

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self.headers())

    def sign_in(self, user: User, password: str = PASSWORD, **more: str) -> Any:
        return self.post("auth/token", {"username": user.username, "password": password, **more})


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def today(db: None) -> datetime:
    return clock.now()


@pytest.fixture
def client_row(today: datetime) -> ApiClient:
    return make.make_client(today)[0]


@pytest.fixture
def shop(client_row: ApiClient, today: datetime) -> Party:
    return make.make_party(client_row, "MERCHANT", "林家茶铺", now=today)


@pytest.fixture
def owner(shop: Party, today: datetime) -> User:
    return person(shop, today)


@pytest.fixture
def reviewer(today: datetime) -> User:
    return member_of_staff(today)


@pytest.fixture
def caller() -> Caller:
    return Caller()


def person(party: Party, now: datetime, *, role: str = "owner") -> User:
    user = make.make_user("lin", now=now)
    commands.add_member(actor=make.CONSOLE, party=party, user=user, role=role, now=now)
    return user


def member_of_staff(now: datetime, role: str = "reviewer") -> User:
    user = make.make_user("tan", now=now, officer_code=f"R-{make.number()}")
    commands.grant_staff_role(actor=make.CONSOLE, user=user, role=role, now=now)
    return user


def enrol(user: User) -> None:
    TOTP.activate(user, SECRET)


def code(offset: int = 0, *, secret: str = SECRET) -> str:
    """What the authenticator app shows now; with an offset, what it shows in other half minutes."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + offset))


def wrong_code() -> str:
    right = {code(offset) for offset in (-1, 0, 1)}
    return next(guess for guess in (f"{n:06d}" for n in range(10)) if guess not in right)


def actor_of_token(plain: str, *, now: datetime) -> Actor | None:
    """The actor behind a live token; None for any other."""
    principal = principal_of_token(plain, via=Via.API, now=now)
    return None if principal is None else principal[0]


def token_of(user: User, now: datetime, **options: Any) -> str:
    return commands.issue_token(actor=make.CONSOLE, user=user, now=now, **options)[0]


def browser(user: User, *, shown: bool = False) -> Client:
    """Signed in; `shown`: with a second factor, as allauth records it."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if shown:
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session.save()
    return client
