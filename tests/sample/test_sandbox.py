"""A sandbox: its clock brings what the real engine brings, its cases are made by the real commands, it is apart."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from casework import clock, deadlines
from casework.models import Deadline, DeadlineState, Event, OutboxMessage
from operations import worker
from tests.sample.sandboxes import START, build, running

pytestmark = [pytest.mark.once, pytest.mark.exhaustive]


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


def open_dispute(sandbox) -> str:
    filing = {"order_ref": sandbox.order, "ground": "not-as-described", "claim": {"remedy": "REFUND", "amount_minor": 100}}
    return sandbox.post("disputes", filing, by="buyer")["ref"]


def mediate(sandbox, ref: str) -> None:
    sandbox.post("test/cases", {"kind": "determine_dispute", "case": ref})


def told() -> list[tuple[str, str, datetime, str]]:
    """What happened in every case, in order: where, what, when it takes effect, and whether a deadline did it."""
    return list(Event.objects.order_by("pk").values_list("case_kind", "type", "effective_at", "actor_kind"))


def by_the_real_engine(sandbox, monkeypatch, until: datetime) -> None:
    """The wall clock goes on by minutes, and the worker makes its rounds whenever anything is due: nothing of the
    sandbox's clock is asked.
    """
    at = clock.wall()
    while at < until:
        at = min(at + timedelta(minutes=1), until)
        due = Deadline.objects.filter(state=DeadlineState.OPEN, due_at__lte=at - deadlines.grace())
        if at == until or due.exists() or OutboxMessage.objects.filter(next_attempt_at__lte=at).exists():
            monkeypatch.setattr(clock, "wall", lambda at=at: at)
            while worker.tick():
                pass


def play(sandbox, go_on) -> list[tuple[str, str, datetime, str]]:
    """A dispute that a buyer opens and a shop never answers, for ninety days with a mediator by script."""
    ref = open_dispute(sandbox)
    for days in (1, 9, 20, 60):
        go_on(days)
        try_to_mediate(sandbox, ref)
    return told()


def try_to_mediate(sandbox, ref):
    answer = sandbox.api("POST", "/api/v1/test/cases", {"kind": "determine_dispute", "case": ref})
    print(answer.status_code, answer.json().get("detail"), clock.now())


def test_play(sandbox, monkeypatch):
    for row in play(sandbox, lambda days: sandbox.move(days=days)):
        print(*row)
    print(len(sandbox.sent))
    raise SystemError
