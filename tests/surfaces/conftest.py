"""A client that speaks to the small endpoints as somebody, with a fresh key for each request."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from casework import clock, triggers
from casework.models import IdempotencyKey
from config.api.refusals import OF_EACH, reachable
from operations.models import Tick
from surfaces.api import problems
from tests.conftest import build_world
from tests.surfaces.disputing import Marketplace
from tests.surfaces.people import Cast, cast_of


class Api:
    """JSON in, JSON out; `raise_request_exception` is off, so that a mistake shows as the answer it becomes."""

    def __init__(self, who: str = "usr_alice") -> None:
        self.client = Client(raise_request_exception=False)
        self.who = who

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.who}", "Accept-Language": "en", **more} if self.who else dict(more)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.headers(_dashed(headers)))

    def post(self, path: str, body: Any = None, *, key: str | None = "", raw: bytes | None = None, **more: Any) -> Any:
        headers = _dashed({k: v for k, v in more.items() if k != "content_type"})
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        content_type = more.get("content_type", "application/json")
        return self.client.post(f"/api/v1/{path}", data, content_type=content_type, headers=self.headers(headers))


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def endpoints(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.surfaces.endpoints"
    cache.clear()


@pytest.fixture
def api(db: None, endpoints: None) -> Api:
    return Api()


@pytest.fixture
def committing(endpoints: None, django_db_setup: None, django_db_blocker: Any) -> Any:
    """Requests commit for real, so that threads see each other; what they leave is removed, kept keys included."""
    name = str(connection.settings_dict["NAME"])
    assert "test" in name, f"{name} is no test database: select a test marked django_db along with this one"
    with django_db_blocker.unblock():
        yield
        on = " ON casework_idempotencykey" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER idempotency_key_is_kept{on or '_delete'}")
        IdempotencyKey.objects.all().delete()
        Tick.objects.all().delete()
        triggers.install(connection)
        connection.close()


@pytest.fixture(autouse=True)
def declared_refusals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every refusal that a test gets is one that the document names for its operation, with codes that it names."""
    answer, undeclared = problems.answer, []
    of_all = set(reachable()[""]["errors"])

    def noted(error: Exception, request: Any) -> Any:
        refusal = problems.refusal_for(error)
        match = None if request is None else request.resolver_match
        route = "" if match is None else re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route)
        said = reachable().get(f"{'' if request is None else request.method} /{route}")
        if said is not None and refusal.code not in OF_EACH.union(said["problems"]):
            undeclared.append((request.method, route, refusal.code))
        if said is not None and not of_all.union(said["errors"]).issuperset(each.code for each in refusal.errors):
            undeclared.append((request.method, route, refusal.code, [each.code for each in refusal.errors]))
        return answer(error, request)

    monkeypatch.setattr(problems, "answer", noted)
    yield
    assert undeclared == [], "what refuses cannot be found from the view: see refusing.py"


@pytest.fixture(autouse=True)
def marketplace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders and records come from the tests' own marketplace."""
    monkeypatch.setattr("disputes.records.current", Marketplace)


@pytest.fixture(scope="module")
def module_cast(module_database: Callable[[], Any]) -> Cast:
    with module_database():
        now = clock.now()
        return cast_of(build_world(now), build_world(now), now=now)


@pytest.fixture
def cast(module_cast: Cast, copy_of: Callable[[Any], Any], settings: Any) -> Cast:
    """Everybody who calls the product's API, as often as they like."""
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 1_000_000)
    cache.clear()
    return copy_of(module_cast)
