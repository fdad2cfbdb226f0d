"""A consistent copy of the database by the engine's own means, and putting it into an empty database.

SQLite's backup API copies under one read transaction; `pg_dump` reads the snapshot that this process reads from.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from casework.ledger import case_models
from files.models import Attachment

SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"
_ENVIRONMENT = {"dbname": "PGDATABASE", "passfile": "PGPASSFILE"} | {
    name: f"PG{name.upper()}"
    for name in ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")
}


class DatabaseFailed(Exception):  # noqa: N818  named as in casework.errors
    """A program of the database refused; the message is its own."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy of the database holds, as far as a backup has to know it."""

    heads: Sequence[str]
    """A line for each case: kind, reference, version, hash of the newest event."""
    sealed: Sequence[str]
    """The SHA-256 of every file that a row names."""
    migrations: Sequence[str]


type Query = Callable[[str], Iterable[Sequence[Any]]]


def file_name() -> str:
    """The name of the copy of a database of this engine."""
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def copy_into(folder: Path) -> Contents:
    """Copies the database into `folder` while others write, and reads what exactly this copy holds."""
    return (_copy_sqlite if connection.vendor == "sqlite" else _copy_postgresql)(folder / file_name())


def contents() -> Contents:
    """What the database of this system holds now."""
    with connection.cursor() as cursor:
        return _contents(_asked_with(cursor))


def is_empty() -> bool:
    return not connection.introspection.table_names()


def load(file: Path) -> None:
    """Puts the copy into the empty database of this system, whole or not at all."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as source:
            source.backup(connection.connection)
    else:
        restoring = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        _run(*restoring, f"--dbname={connection.settings_dict['NAME']}", str(file))
    connection.close()  # what a connection keeps prepared is of the empty database


def _copy_sqlite(file: Path) -> Contents:
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return _contents(_asked_with(copy.cursor()))


def _copy_postgresql(file: Path) -> Contents:
    reading = connection.copy()
    try:
        reading.set_autocommit(False)
        with reading.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            dumping = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            _run(*dumping, f"--file={file}")
            return _contents(_asked_with(cursor))
    finally:
        reading.close()


def _asked_with(cursor: Any) -> Query:
    def ask(sql: str) -> Iterable[Sequence[Any]]:
        cursor.execute(sql)
        found: list[Sequence[Any]] = cursor.fetchall()
        return found

    return ask


def _contents(ask: Query) -> Contents:
    tables = set(connection.introspection.table_names())  # an older database may lack the newest case table
    files = ask(f"SELECT sha256, rendition_sha256 FROM {Attachment._meta.db_table}")  # noqa: S608  our own
    return Contents(
        heads=sorted(
            f"{model.KIND} {ref} {version} {head}"
            for model in case_models()
            if model._meta.db_table in tables
            for ref, version, head in ask(f"SELECT ref, version, head FROM {model._meta.db_table}")  # noqa: S608  our own
        ),
        sealed=sorted({sha256 for row in files for sha256 in row if sha256}),
        migrations=[f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations ORDER BY id")],
    )


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise DatabaseFailed(f"{command[0]} is not installed on this host (package postgresql-client)")
    parameters = connection.get_connection_params()
    words = {_ENVIRONMENT[name]: str(value) for name, value in parameters.items() if name in _ENVIRONMENT and value}
    done = subprocess.run(command, env=os.environ | words, capture_output=True, text=True, check=False)  # noqa: S603  our own
    if done.returncode:
        raise DatabaseFailed(f"{command[0]}: {done.stderr.strip()}")
