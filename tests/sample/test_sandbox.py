"""A sandbox: its clock brings what the real engine brings, its cases come from the real commands, it says so."""

import io
import json
import runpy
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from appeals.models import Appeal
from archive import checkpoints, offline, signing
from casework import clock, deadlines
from casework.models import Deadline, DeadlineState, Event, OutboxMessage
from notices.models import Remedy
from operations import worker
from sample.sandbox import clock as sandbox_clock
from tests.sample.sandboxes import START, build, running
from tests.surfaces.people import Http
from webhooks.event_types import TYPES
from webhooks.models import WebhookDelivery

pytestmark = [pytest.mark.once, pytest.mark.exhaustive]

FILING = {"ground": "short_or_wrong", "claim": {"remedy": "REFUND", "amount_minor": 12900}}


@pytest.fixture(scope="module")
def module_sandbox(module_database):
    with module_database():
        return build()


@pytest.fixture
def sandbox(module_sandbox, db, monkeypatch):
    module_sandbox.sent.clear()
    with running(module_sandbox, monkeypatch) as started:
        started.post("webhook-endpoints", {"url": "http://127.0.0.1:9/hooks"})
        yield started


def told() -> list[tuple[str, str, datetime, str]]:
    """What happened, in order: in which kind of case, what, when it takes effect, and who did it."""
    rows = Event.objects.filter(at__gte=START).order_by("pk")
    return list(rows.values_list("case_kind", "type", "effective_at", "actor_kind"))


def go_on_by_the_wall_clock(monkeypatch, until: datetime) -> None:
    """The wall clock goes on, and the worker makes its rounds whenever a deadline or message is due. The clock of the
    sandbox is not asked to move.
    """
    while clock.wall() < until:
        due = Deadline.objects.filter(state=DeadlineState.OPEN).order_by("due_at").values_list("due_at", flat=True)
        owed = OutboxMessage.objects.order_by("next_attempt_at").values_list("next_attempt_at", flat=True)
        moments = [at + deadlines.grace() for at in due[:1]] + list(owed[:1]) + [until]
        at = min(moments)
        monkeypatch.setattr(clock, "wall", lambda at=at: at)
        while worker.tick():
            pass


def play(sandbox, go_on) -> dict[int, list[tuple[str, str, datetime, str]]]:
    """A dispute that a shop never answers, mediated by script; what had happened after a day, a month and 90 days."""
    ref = sandbox.post("disputes", FILING | {"order_ref": sandbox.order}, by="buyer")["ref"]
    after, days = {}, 0
    for step in (1, 9, 20, 60):
        go_on(step)
        days += step
        after[days] = told()
        if days in (10, 30):
            sandbox.post("test/cases", {"kind": "determine_dispute", "case": ref})
    return after


def test_a_day_a_month_and_ninety_days_bring_what_the_real_engine_brings(sandbox, monkeypatch):
    with transaction.atomic():
        moved = play(sandbox, lambda days: sandbox.move(days=days))
        sent = [(json.loads(body)["type"], at) for _ref, body, at in sandbox.sent]
        refs = [ref for ref, _body, _at in sandbox.sent]
        owed = WebhookDelivery.objects.order_by("event_id").values_list("ref", "event__type")
        assert refs == [ref for ref, _type in owed]
        assert [kind for kind, _at in sent] == [kind for _ref, kind in owed]
        assert {kind for kind, _at in sent} <= set(TYPES)
        assert [at for _kind, at in sent] == sorted(at for _kind, at in sent)
        transaction.set_rollback(True)

    lived = play(sandbox, lambda days: go_on_by_the_wall_clock(monkeypatch, clock.wall() + timedelta(days=days)))

    assert list(moved) == [1, 10, 30, 90]
    assert moved == lived
    assert len(refs) == len(set(refs)) > 5
    happened = [kind for _case, kind, _at, _who in moved[90]]
    assert {"dispute.escalated", "dispute.fact_defaulted", "dispute.determined"} <= set(happened)


def test_the_example_in_the_documents_plays(sandbox, settings):
    example = runpy.run_path(str(settings.BASE_DIR / "docs" / "sandbox.py"))
    lines: list[str] = []

    def send(method: str, path: str, body: object, token: str) -> Any:
        if method == "GET" and path == "test/clock":
            sandbox.work()
        answer = Http(token)(method, f"/api/v1/{path}", body)
        assert answer.status_code < 300, answer.json()
        return answer.json()

    types = example["ninety_days"](send, sandbox.api.token, say=lines.append, wait=0)

    assert types[0] == "dispute.opened"
    assert "dispute.determined" in types
    assert clock.now() == START + timedelta(days=90)
    assert len(lines) == 2


def test_the_clock_stops_where_something_is_due_and_not_behind_it(sandbox):
    sandbox.post("disputes", FILING | {"order_ref": sandbox.order}, by="buyer")
    sandbox.move(days=3)

    fired = Deadline.objects.filter(state=DeadlineState.FIRED, due_at__gte=START)
    assert fired.count() >= 3
    assert all(row.fired_at - row.due_at < timedelta(minutes=1) for row in fired)


def test_the_clock_waits_until_what_is_owed_is_done(sandbox):
    sandbox.post("disputes", FILING | {"order_ref": sandbox.order}, by="buyer")
    sandbox.post("test/clock", {"to": (clock.now() + timedelta(hours=1)).isoformat()})
    assert sandbox_clock.move_on(now=clock.now()) == 0
    assert clock.now() == START
    sandbox.work()
    assert clock.now() == START + timedelta(hours=1)


def test_who_asks_for_more_while_the_clock_arrives_gets_all_of_it(sandbox, monkeypatch):
    asked = [(clock.now() + timedelta(seconds=hours * 3600)).isoformat() for hours in (1, 2)]
    sandbox.post("test/clock", {"to": asked[0]})
    moves = sandbox_clock.move_clock

    def as_somebody_asks_for_more(**what):
        monkeypatch.setattr(sandbox_clock, "move_clock", moves)
        sandbox.post("test/clock", {"to": asked[1]})
        return moves(**what)

    monkeypatch.setattr(sandbox_clock, "move_clock", as_somebody_asks_for_more)
    sandbox.work()
    assert clock.now() == datetime.fromisoformat(asked[1])


def test_what_is_signed_and_sent_compares_with_clocks_outside(sandbox):
    sandbox.move(days=90)
    note = checkpoints.signed_note(checkpoints.Checkpoint.objects.latest("no"))

    assert sandbox.get("test/clock") == {
        "now": "2027-02-23T10:00:00+08:00",
        "ahead_seconds": 90 * 86400,
        "moves_to": None,
        "server_now": "2027-02-23T10:00:00+08:00",
    }
    assert note["checkpoint"]["sandbox"] is True
    assert signing.key_set()["sandbox"] is True


def test_everything_says_that_it_is_a_sandbox(sandbox, tmp_path):
    made = sandbox.post("test/cases", {"kind": "overturn", "party": sandbox.parties["shop"].ref})
    sandbox.work()
    file = sandbox.people["shop"]("GET", f"/api/v1/appeals/{made['appeal']}/case-file")
    raw = b"".join(file.streaming_content) if file.streaming else file.content
    page = Client().get("/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    receipt = sandbox.people["shop"]("GET", f"/api/v1/appeals/{made['appeal']}/receipts/1").json()

    assert page["Sandbox"] == file["Sandbox"] == "true"
    assert "沙箱：此处没有任何内容是真实的" in page.content.decode()
    assert receipt["receipt"]["sandbox"] is True
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert json.loads(archive.read("manifest.json"))["sandbox"] is True
        assert "Sandbox: nothing in this file is real." in archive.read("case.html").decode()
    (tmp_path / "case.zip").write_bytes(raw)
    lines: list[str] = []
    assert offline.report(tmp_path / "case.zip", signing.public_keys(), lines.append) == 0
    assert lines[0] == offline.SANDBOX


def test_an_overturn_leaves_to_the_client_what_it_owes_and_a_late_one_is_late(sandbox):
    made = sandbox.post("test/cases", {"kind": "late_remedy", "party": sandbox.parties["shop"].ref})
    assert Remedy.objects.filter(notice__ref=made["notice"], state="PENDING").exists()

    sandbox.work()

    assert clock.now() == datetime.fromisoformat(made["moves_to"])
    assert Event.objects.filter(type="notice.remedy_late").exists()
    assert Appeal.objects.get(ref=made["appeal"]).state == "DECIDED"


def test_an_outage_is_recorded_and_confirmed_by_two_people(sandbox):
    sandbox.post("test/cases", {"kind": "outage", "hours": 6})
    from operations.outages import ledger

    assert ledger() == [(START - timedelta(hours=6), START)]


def test_a_reviewer_decides_by_script_what_a_party_appealed_itself(sandbox):
    made = sandbox.post("test/cases", {"kind": "overturn", "party": sandbox.parties["shop"].ref})
    again = sandbox.api("POST", "/api/v1/test/cases", {"kind": "decide_appeal", "case": made["appeal"]})

    assert again.status_code == 409


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "overturn"}, "/party"),
        ({"kind": "overturn", "party": "pty_1111111111111111111111"}, "/party"),
        ({"kind": "executor_incident"}, "/kind"),
    ],
)
def test_a_case_that_cannot_be_made_says_why(sandbox, body, pointer):
    answer = sandbox.api("POST", "/api/v1/test/cases", body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize("days", [-1, 0, 731])
def test_the_clock_goes_forward_and_two_years_at_most(sandbox, days):
    answer = sandbox.api("POST", "/api/v1/test/clock", {"to": (clock.now() + timedelta(days=days)).isoformat()})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/to")
