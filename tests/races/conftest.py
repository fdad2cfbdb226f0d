"""Worlds in which every command commits for real, so that threads meet each other's rows; emptied afterwards."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.conftest import World, build_world, end_module_transaction
from tests.our_apps import OUR_APPS

OURS = (*OUR_APPS, "django_tasks_database")


_empty = sqlite3.connect(":memory:", check_same_thread=False)
"""The database of the tests on SQLite as it was before the first test that commits."""


def keep_the_empty_database() -> None:
    """Keeps a copy of the database on SQLite, once, for `empty_our_tables`. Nothing has been committed to it yet."""
    connection.ensure_connection()
    if connection.vendor == "sqlite" and not _empty.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.connection.backup(_empty)


def empty_our_tables() -> None:
    """Every table of ours is empty, every law is in force as before, and no primary key is given again."""
    if connection.vendor == "postgresql":
        tables = [m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]
        with transaction.atomic(), connection.cursor() as cursor:  # far quicker than TRUNCATE on small tables
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger and no foreign key, here alone
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        given = cursor.fetchall()
        _empty.backup(connection.connection)
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany("INSERT INTO sqlite_sequence VALUES (%s, %s)", given)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's, whose flush our triggers refuse on SQLite; under this name it has a database made."""
    with django_db_blocker.unblock():
        end_module_transaction()
        keep_the_empty_database()
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
