"""Databases of a test's own beside the one that all tests share."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def empty_database(folder: Path, name: str = "own") -> Iterator[BaseDatabaseWrapper]:
    """`default` is an empty database of its own meanwhile, in this thread; see `joined` for others."""
    usual = connections["default"]
    name = str(folder / f"{name}.sqlite3") if usual.vendor == "sqlite" else f"{name}_{os.getpid()}"
    options = usual.settings_dict["OPTIONS"] | ({} if usual.vendor == "sqlite" else {"pool": False})
    if usual.vendor == "postgresql":
        with usual._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    settings = usual.settings_dict | {"NAME": name, "OPTIONS": options}
    try:
        with joined(settings) as database:
            yield database
    finally:
        if usual.vendor == "postgresql":
            with usual._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def joined(settings: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """`default` is the database of these settings meanwhile, in this thread."""
    usual = connections["default"]
    connections["default"] = type(usual)(settings, "default")
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = usual


def set_triggers(*, on: bool) -> None:
    """Whether triggers run. None is dropped: for hundreds of them SQLite would read its schema anew."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {'origin' if on else 'replica'}")
    else:
        connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, on)


@contextmanager
def without_triggers() -> Iterator[None]:
    """As whoever owns the database could: what is written meanwhile is stopped by no trigger."""
    set_triggers(on=False)
    try:
        yield
    finally:
        set_triggers(on=True)


def is_for_digests(sql: str) -> bool:
    """Whether a statement reads a row again for its digest, or stores the digests: one for each table that is written,
    and one, whatever is done (docs/decisions/0051-digests-of-rows.md).
    """
    return sql.startswith("/* digest */") or "casework_rowdigests" in sql
