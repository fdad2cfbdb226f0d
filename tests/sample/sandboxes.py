"""A sandbox in the test database, with a client, a buyer and a shop, on a wall clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import override_settings

from accounts import commands as accounts
from accounts.models import ApiClient, Installation, Party
from casework import clock, deadlines, outbox
from operations import worker
from sample.content.people import PLATFORM_SCOPES
from sample.loading.base import CONSOLE, Loaded
from sample.loading.people import load_people
from sample.loading.rules import load_rules
from tests import factories as make
from tests.surfaces.people import Http
from tests.webhooks.receiving import deliver_batch
from webhooks import commands as webhooks
from webhooks.commands import sending
from webhooks.commands.sending import Outcome
from webhooks.models import WebhookEndpoint

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
QUIET: Any = lambda *_step: None  # noqa: E731
AS_SANDBOX = {
    "SANDBOX": True,
    "CASEWORK_CLOCK_AHEAD": "accounts.queries.clock_ahead",
    "INVENTED_MARKETPLACE": "sample.sandbox.orders.marketplace",
}


@dataclass
class Sandbox:
    client: ApiClient
    api: Http
    parties: dict[str, Party]
    people: dict[str, Http]
    sent: list[tuple[str, str, datetime]] = field(default_factory=list)

    @property
    def order(self) -> str:
        return f"O-2026-1007:{self.parties['buyer'].ref}:{self.parties['shop'].ref}"

    def post(self, path: str, body: Any, *, by: str = "") -> dict[str, Any]:
        answer = (self.people[by] if by else self.api)("POST", f"/api/v1/{path}", body)
        assert answer.status_code < 300, answer.json()
        return answer.json()

    def get(self, path: str) -> dict[str, Any]:
        return self.api("GET", f"/api/v1/{path}").json()

    def work(self) -> None:
        """The worker makes rounds until the clock is where it was asked to go and nothing is left to do."""
        for _round in range(3000):
            if not worker.tick() and Installation.objects.get().clock_moves_to is None:
                return
        raise AssertionError("the clock does not arrive")

    def move(self, **by: int) -> None:
        self.post("test/clock", {"to": (clock.now() + timedelta(**by)).isoformat()})
        self.work()


def build() -> Sandbox:
    """Of an empty database; the settings are the caller's."""
    accounts.mark_sandbox(actor=CONSOLE, now=START)
    made = Loaded(START)
    load_people(made, progress=QUIET)
    load_rules(made, progress=QUIET)
    while deadlines.fire_due(now=START):
        pass
    client = accounts.create_client(
        actor=CONSOLE, name="acme", scopes=[*PLATFORM_SCOPES, "appeals:read", "parties:read"], now=START
    )
    token, _row = accounts.issue_token(actor=CONSOLE, client=client, label="t", now=START)
    parties, people = {}, {}
    for key, kind in (("buyer", "CONSUMER"), ("shop", "MERCHANT")):
        parties[key] = make.make_party(client, kind, key, now=START)
        user = make.make_user(f"acme_{key}", now=START)
        accounts.add_member(actor=CONSOLE, party=parties[key], user=user, role="owner", now=START)
        plain, _row = accounts.issue_token(
            actor=CONSOLE, user=user, label="t", lasts_for=timedelta(days=700), now=START
        )
        people[key] = Http(plain)
    return Sandbox(client, Http(token), parties, people)


@contextmanager
def running(sandbox: Sandbox, monkeypatch: Any) -> Iterator[Sandbox]:
    """The wall clock stands at `START`; webhooks are sent by the worker itself, in its round, to a list."""

    def send(attempt: Any) -> Outcome:
        sandbox.sent.append((attempt.ref, attempt.body, attempt.at))
        return Outcome(204)

    def send_due(*, now: datetime) -> int:
        due = webhooks.due_endpoints(now=now)
        return sum(deliver_batch(found, clock.now()) for found in WebhookEndpoint.objects.in_bulk(due).values())

    monkeypatch.setattr(clock, "wall", lambda: START)
    monkeypatch.setattr(sending, "send", send)
    monkeypatch.setitem(outbox.listed("ROUTINES"), "webhooks", send_due)
    with override_settings(**AS_SANDBOX):
        yield sandbox
