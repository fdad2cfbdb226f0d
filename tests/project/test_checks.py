"""The system checks read the database itself, not the settings that were meant for it."""

import signal

import pytest
from django.conf import settings
from django.core.checks import ERROR
from django.core.management import CommandError, call_command
from django.db import connection

from config import checks
from config.management.commands import serve
from operations import processes, worker
from operations.management.commands import worker as worker_command
from tests.races.conftest import transactional_db  # noqa: F401  the fixture


@pytest.mark.django_db
def test_the_database_keeps_what_it_acknowledged() -> None:
    assert checks.writes_are_durable(databases=["default"]) == []


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(
    ("vendor", "name", "bad", "good"),
    [
        ("sqlite", "PRAGMA synchronous", "OFF", "FULL"),
        ("sqlite", "PRAGMA journal_mode", "DELETE", "WAL"),
        ("postgresql", "SET synchronous_commit", "OFF", "ON"),
    ],
)
def test_a_database_that_may_lose_a_write_is_an_error(vendor: str, name: str, bad: str, good: str) -> None:
    if connection.vendor != vendor:
        pytest.skip("of the other database")
    with connection.cursor() as cursor:
        cursor.execute(f"{name} = {bad}")
    try:
        found = checks.writes_are_durable(databases=["default"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{name} = {good}")

    assert [problem.id for problem in found] == ["config.E001"]
    assert name.split()[1] in found[0].msg
    assert found[0].hint
    assert checks.writes_are_durable(databases=["default"]) == []


@pytest.mark.usefixtures("transactional_db")
def test_deferred_transactions_are_an_error() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has them")
    connection.ensure_connection()  # which sets the mode
    before = connection.transaction_mode
    connection.transaction_mode = "DEFERRED"
    try:
        found = checks.writes_are_durable(databases=["default"])
    finally:
        connection.transaction_mode = before

    assert [problem.id for problem in found] == ["config.E002"]


@pytest.mark.usefixtures("transactional_db")
def test_a_database_that_compiles_statements_is_a_warning() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL does")
    assert checks.statements_are_not_compiled(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET jit TO on")
        try:
            found = checks.statements_are_not_compiled(databases=["default"])
        finally:
            cursor.execute("SET jit TO off")

    assert [problem.id for problem in found] == ["config.W002"]


def test_postgresql_without_redis_is_a_warning(settings: settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    settings.REDIS_URL = ""
    assert [problem.id for problem in checks.processes_can_meet()] == ["config.W001"]

    settings.REDIS_URL = "redis://127.0.0.1/0"
    assert checks.processes_can_meet() == []


@pytest.mark.usefixtures("transactional_db")
def test_a_second_process_without_redis_does_not_start(settings: settings, monkeypatch: pytest.MonkeyPatch) -> None:
    began = []
    for command in (serve.Command, worker_command.Command):
        monkeypatch.setattr(command, "check", lambda *_arguments, **_options: None)
    monkeypatch.setattr(worker, "run", lambda _stop: began.append("worker"))
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)
    settings.REDIS_URL = ""
    assert processes.claim()
    try:
        assert not processes.claim()
        for command in ("worker", "serve"):
            with pytest.raises(CommandError, match=r"E006(.|\n)*HINT: Set REDIS_URL"):
                call_command(command)
        settings.REDIS_URL = "redis://127.0.0.1/0"
        call_command("worker")
    finally:
        processes.give_back()

    settings.REDIS_URL = ""
    try:
        call_command("worker")
    finally:
        processes.give_back()
    assert began == ["worker", "worker"]


def test_a_worker_reads_the_database_s_settings_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(worker_command.Command, "check", lambda *_arguments, **options: asked.append(options))
    monkeypatch.setattr(processes, "claim", lambda: True)
    monkeypatch.setattr(worker, "run", lambda _stop: None)
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)

    call_command("worker")

    assert {"databases": ["default"], "fail_level": ERROR} in asked
