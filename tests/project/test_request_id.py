"""One id joins a request, what the outbox owes for it, and the webhooks that tell of it."""

import asyncio
import logging
import re
from datetime import UTC, datetime

import pytest
from django.test import AsyncClient, Client

from casework import clock, outbox, requests
from casework.models import OutboxMessage
from tests import factories as make
from tests.project.test_one_thread import answer, handler  # noqa: F401  the fixture
from tests.webhooks.receiving import deliver_batch, endpoint, receiver

pytestmark = pytest.mark.once

MADE = re.compile(r"[0-9a-f]{32}")


@pytest.fixture(scope="module")
def now():
    """The real time: the worker reads the clock itself."""
    return datetime.now(UTC)


def answered(given: str) -> str:
    return Client().get("/healthz", headers={"X-Request-ID": given} if given else {})["X-Request-ID"]


def test_an_id_of_the_caller_is_kept_if_it_is_one():
    assert answered("checkout-7.f31c") == "checkout-7.f31c"
    assert answered("a" * 64) == "a" * 64
    refused = [
        "",
        "short",
        "a" * 65,
        "with blank 1",
        "new\nline-123",
        "-leading-dash",
        "王小明王小明王小明",
        "under_score_1",
    ]
    refused += ["13812345678", "11010519491231002X", "semi;colon;123", "<script>alert</script>"]
    assert [given for given in refused if not MADE.fullmatch(answered(given))] == []
    assert answered("") != answered("")


async def test_requests_at_once_do_not_take_each_other_s():
    names = [f"request-{number:04}" for number in range(20)]

    answers = await asyncio.gather(*(AsyncClient().get("/healthz", headers={"X-Request-ID": name}) for name in names))

    assert [answer["X-Request-ID"] for answer in answers] == names
    assert requests.current() not in names


async def test_what_django_says_of_a_refusal_has_the_id(handler):  # noqa: F811
    said = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append((record.getMessage(), requests.current()))

    logger, listening = logging.getLogger("django.request"), Listening()
    logger.addHandler(listening)
    try:
        await asyncio.create_task(answer(handler, "/metrics", X_Request_ID="checkout-7.f31c"))
    finally:
        logger.removeHandler(listening)

    assert said == [("Not Found: /metrics", "checkout-7.f31c")]
    assert requests.current() != "checkout-7.f31c"


def test_one_id_goes_from_the_request_to_the_webhook(world, now, caplog):
    caplog.set_level(logging.INFO, logger="trail")
    with receiver() as there:
        made = endpoint(world, there.url, event_types=["appeal.filed"])
        notice = world.notice()
        OutboxMessage.objects.all().delete()
        with requests.during("checkout-7.f31c"):
            make.file(world.alice, notice, now=now)
        owed = OutboxMessage.objects.filter(state="PENDING")
        assert set(owed.values_list("request_id", flat=True)) == {"checkout-7.f31c"}

        assert outbox.sweep(now=clock.now()) > 1
        assert deliver_batch(made, clock.now()) == 1

    [got] = there.got
    delivery = made.deliveries.get()
    assert got.headers["x-request-id"] == delivery.request_id == "checkout-7.f31c"
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("trail.")]
    assert "appeal.filed done by webhooks.subscribers.announce_to_endpoints" in lines
    assert f"{delivery.ref} attempt 1: 204" in lines


def test_what_a_reaction_causes_belongs_to_the_request_too(world, now, monkeypatch):
    with requests.during("checkout-7.f31c"):
        make.file(world.alice, world.notice(), now=now)
    message = OutboxMessage.objects.filter(event__type="appeal.filed").earliest("pk")
    seen = []
    monkeypatch.setattr(
        outbox, "_by_name", lambda: {message.subscriber: lambda event, *, now: seen.append(requests.current())}
    )

    with requests.during(""):
        assert outbox.deliver(message.pk, now=clock.now())
        assert (seen, requests.current()) == (["checkout-7.f31c"], "")


def test_a_request_leaves_a_line_with_its_route(caplog, db):
    caplog.set_level(logging.INFO, logger="trail")
    Client().get("/notices/ntc_SECRET/", headers={"X-Request-ID": "checkout-7.f31c"})
    Client().get("/healthz")

    [line] = [record for record in caplog.records if record.name == "trail.request"]
    assert (line.method, line.status) == ("GET", 302)
    assert "SECRET" not in line.getMessage()
