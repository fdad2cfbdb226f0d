"""`/readyz` answers soon whatever hangs, and is not ready where nothing can be written."""

import threading

import pytest
from django.db import OperationalError, connections
from django.test import Client

from config.api import health
from operations.models import Tick

pytestmark = pytest.mark.once


def test_a_database_that_cannot_be_written_is_not_ready(db, monkeypatch):
    def refuses(*_args, **_values):
        raise OperationalError("cannot execute UPDATE in a read-only transaction")

    assert Client().get("/readyz").json()["checks"]["writing"] is True
    assert not Tick.objects.filter(name="readiness").exists()
    monkeypatch.setattr(type(Tick.objects), "update_or_create", refuses, raising=False)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["writing"]) == (503, False)


def test_what_hangs_is_answered_with_no_and_not_asked_again_meanwhile(monkeypatch):
    freed, asked = threading.Event(), []

    def hangs():
        asked.append(1)
        return freed.wait(10)

    monkeypatch.setattr(health, "IN_TIME", 0.05)
    # Not of `connection`, the proxy: it has no such attribute of its own, so pytest would take the database's away.
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    monkeypatch.setattr(health, "_let_go_after", health._holds)
    try:
        for _probe in range(3):
            assert health._answers({"hanging": hangs, "well": lambda: True}) == {"hanging": False, "well": True}
        assert asked == [1]
    finally:
        freed.set()
    health._asked["hanging"].result(10)
    monkeypatch.setattr(health, "IN_TIME", 10)
    assert health._answers({"hanging": hangs}) == {"hanging": True}
