"""`/metrics` tells operators what waits and what was done, in Prometheus's own format, and nobody else anything."""

import re
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

import appeals.commands as appeals
from casework import clock, outbox
from casework.models import Deadline, OutboxMessage
from config import figures
from operations import metrics, worker
from operations.models import Tick
from tests import factories as make
from tests.pages import Visitor

TOKEN = "a-word-for-one-test-only"


@pytest.fixture(scope="module")
def now():
    """The real time: the page reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def asked(settings):
    """The samples of one scrape, by name and labels; nothing of an earlier one is kept."""
    settings.METRICS_TOKEN = TOKEN

    def ask() -> dict[tuple, float]:
        figures.OF_THE_SYSTEM.forget()
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return samples(answer.content.decode())

    return ask


def samples(text: str) -> dict[tuple, float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_for_whoever_has_the_token(settings, db):
    def status(**headers: str) -> int:
        return Client().get("/metrics", headers=headers).status_code

    assert status() == status(Authorization="Bearer ") == 404
    settings.METRICS_TOKEN = TOKEN
    assert status() == status(Authorization="Bearer wrong") == status(Authorization=f"Basic {TOKEN}") == 401
    refused = Client().get("/metrics", headers={"Authorization": "Bearer é"})
    assert (refused.status_code, refused["WWW-Authenticate"], refused.content) == (401, "Bearer", b"")
    assert status(Authorization=f"Bearer {TOKEN}") == 200
    assert Client().post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_what_waits_and_what_was_done_is_told(world, now, asked, django_capture_on_commit_callbacks):
    before = asked()
    with django_capture_on_commit_callbacks(execute=True):
        filed = [make.file(world.alice, world.notice(), now=now - timedelta(minutes=5)) for _ in range(2)]
        appeals.claim_appeal(actor=world.rita, ref=filed[0].ref, now=now)
    dead = OutboxMessage.objects.filter(subscriber="webhooks.subscribers.announce_to_endpoints").latest("pk")
    OutboxMessage.objects.filter(pk=dead.pk).update(state="DEAD")
    late = Deadline.objects.filter(case_kind="appeal").latest("pk")
    Deadline.objects.filter(pk=late.pk).update(due_at=now - timedelta(minutes=10), set_at=now - timedelta(hours=1))

    said = asked()

    def grew(*sample: str) -> float:
        return said[sample] - before.get(sample, 0)

    assert grew("appeals_events_total", "appeal.filed") == 2
    assert grew("appeals_events_total", "appeal.claimed") == 1
    assert said["appeals_queue_waiting", "appeals"] == 1
    assert 300 <= said["appeals_queue_oldest_seconds", "appeals"] < 600
    assert said["appeals_outbox_dead",] == 1
    waiting = [each for each in said if each[0] == "appeals_outbox_waiting"]
    assert sum(said[each] for each in waiting) == OutboxMessage.objects.filter(state="PENDING").count() > 2
    assert 300 <= said["appeals_outbox_lag_seconds", "people"] < 600
    assert said["appeals_deadlines_waiting",] == 1
    assert 500 <= said["appeals_deadlines_lag_seconds",] < 900
    assert said["appeals_worker_silent_seconds",] == -1

    # — the worker works —
    worker.tick()
    after = asked()
    done = ("appeals_outbox_attempts_total", "done", "triage.subscribers.find_duplicates")
    rounds = ("appeals_worker_rounds_total",)
    assert after[done] - said.get(done, 0) == 2
    assert after[rounds] == said[rounds] + 1
    assert 0 <= after["appeals_worker_silent_seconds",] < 60
    fired, failed = (f"appeals_deadlines_{what}_total" for what in ("fired", "failed"))
    assert sum(after.get((name, late.kind), 0) - said.get((name, late.kind), 0) for name in (fired, failed)) == 1


def test_a_request_is_counted_by_its_route_and_by_no_reference(world, now, asked, client):
    filed = make.file(world.alice, world.notice(), now=now)
    client.get(f"/appeals/{filed.ref}/")
    client.get(f"/nowhere/{filed.ref}")
    client.generic("BREW", f"/api/v1/appeals/{filed.ref}")

    counted = [each for each in asked() if each[0] == "appeals_http_request_duration_seconds_count"]

    assert {each[1:] for each in counted} >= {("404", "GET", "none"), ("401", "appeal", "other")}, counted
    text = figures.exposition().decode()
    for secret in (filed.ref, filed.number, filed.notice.ref, filed.notice.number, world.merchant.ref, "alice"):
        assert secret not in text


def test_the_database_is_asked_little_and_seldom(world, asked):
    with CaptureQueriesContext(
        connection,
    ) as first:
        asked()
    with CaptureQueriesContext(connection) as second:
        figures.exposition()

    assert len(first) <= 16
    assert len(second) == 0


def test_without_the_database_the_rest_is_told(asked, monkeypatch, db):
    def broken():
        raise DatabaseError

    monkeypatch.setattr(clock, "now", broken)

    said = asked()

    assert said["appeals_database_up",] == 0
    assert ("appeals_outbox_dead",) not in said
    assert said["appeals_disk_free_bytes",] > 0


def test_a_worker_can_be_asked_by_itself(settings):
    settings.METRICS_TOKEN = TOKEN
    well = [True]
    server = metrics.listen("127.0.0.1", 0, is_well=lambda: well[0])
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/elsewhere").status_code == 404
        told = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert ("appeals_worker_rounds_total",) in samples(told.text)
        settings.METRICS_TOKEN = ""
        assert httpx.get(f"{url}/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
        well[0] = False
        assert httpx.get(f"{url}/healthz").status_code == 503
    finally:
        server.shutdown()
        server.server_close()


def test_the_first_page_of_the_admin_shows_an_operator_how_the_system_runs(world, now):
    def rows(visitor: Visitor) -> dict[str, list[str]]:
        figures.OF_THE_SYSTEM.forget()
        table = visitor.sees("/admin/").partition('data-testid="system"')[2].partition("</table>")[0]
        cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("<tr")[2:]]
        return {re.sub("<[^>]*>", "", label): [re.sub("<[^>]*>", "", each) for each in rest] for label, *rest in cells}

    operator = Visitor(make.staff("administrator", now=now, name="operates"))
    Tick.objects.all().delete()
    assert rows(operator)["Silence of the worker"] == ["act now", "never", "at most 1 minute"]
    Tick.mark(Tick.WORKER, now - timedelta(hours=2))
    assert rows(operator)["Silence of the worker"] == ["act now", "2 hours", "at most 1 minute"]
    Tick.mark(Tick.WORKER, clock.now())
    assert rows(operator)["Silence of the worker"][0] == "in order"
    assert rows(operator)["Messages given up"] == ["in order", "0", "at most 0"]
    world.notice()
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.latest("pk").pk).update(state="DEAD")
    assert rows(operator)["Messages given up"] == ["act now", "1", "at most 0"]
    assert rows(operator)["Difference of the clocks"][0] == "in order"
    assert not rows(Visitor(world.sara))


def test_a_worker_that_begins_no_round_is_not_well(monkeypatch):
    stop, begun = threading.Event(), threading.Event()
    monkeypatch.setattr(worker.triggers, "require", lambda _connection: None)
    monkeypatch.setattr(worker, "_run_queue", lambda _stop: None)
    monkeypatch.setattr(worker, "tick", lambda stop: begun.set() or 0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "_began_at", float("-inf"))
    assert not worker.makes_rounds()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        assert begun.wait(5)
        assert worker.makes_rounds()
    finally:
        stop.set()
        outbox.written.set()
        thread.join(5)
    began = worker._began_at
    monkeypatch.setattr(time, "monotonic", lambda: began + worker.STUCK_AFTER)
    assert not worker.makes_rounds()


@pytest.mark.parametrize("where", ["9100", ":9100", "host:port"])
def test_a_worker_listens_at_a_host_and_a_port(where):
    from django.core.management.base import CommandError

    with pytest.raises(CommandError, match="HOST:PORT"):
        call_command("worker", "--listen", where)
