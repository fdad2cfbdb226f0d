"""Worlds in which every command commits for real, so that threads meet each other's rows; emptied afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from casework import triggers
from tests.conftest import World, build_world, end_module_transaction

OURS = (
    "accounts",
    "rules",
    "executors",
    "notices",
    "appeals",
    "disputes",
    "webhooks",
    "casework",
    "django_tasks_database",
)


def empty_our_tables() -> None:
    """Every table of ours is empty, and every law is in force as before. Far quicker than TRUNCATE on small tables."""
    tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger and no foreign key, here alone
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        with connection.constraint_checks_disabled():
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
    triggers.install(connection)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's, whose flush our triggers refuse on SQLite; under this name it has a database made."""
    with django_db_blocker.unblock():
        end_module_transaction()
        try:
            yield
        finally:
            empty_our_tables()
            connection.close()


@pytest.fixture
def arena(transactional_db: None, now: Any) -> World:
    return build_world(now)


@pytest.fixture
def postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL lets two writers run at once; on SQLite this race cannot go wrong")
