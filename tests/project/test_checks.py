"""The system checks read the database itself, not the settings that were meant for it."""

import pytest
from django.conf import settings
from django.db import connection

from config import checks


@pytest.mark.django_db
def test_the_database_keeps_what_it_acknowledged() -> None:
    assert checks.writes_are_durable(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_lose_a_write_is_an_error() -> None:
    setting = "PRAGMA synchronous=%s" if connection.vendor == "sqlite" else "SET synchronous_commit TO %s"
    with connection.cursor() as cursor:
        cursor.execute(setting % "OFF")
    try:
        found = checks.writes_are_durable(databases=["default"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute(setting % ("FULL" if connection.vendor == "sqlite" else "ON"))

    assert [problem.id for problem in found] == ["config.E001"]
    assert checks.writes_are_durable(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
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
