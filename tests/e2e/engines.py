"""The database of a program in other processes, asked and copied from here: SQLite, or the PostgreSQL of this run."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg


class Engine(Protocol):
    url: str

    def one(self, question: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer; a value stands where the question says `?`."""

    def copy(self, place: Path) -> "Engine":
        """Another database with the same rows."""

    def is_free(self) -> bool:
        """No process is within a transaction that writes."""


class SQLite:
    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"sqlite:///{path}"

    def one(self, question: str, *values: Any) -> tuple[Any, ...] | None:
        with closing(sqlite3.connect(self.path)) as asked:
            return asked.execute(question, values).fetchone()

    def copy(self, place: Path) -> "SQLite":
        made = SQLite(place / "copy.sqlite3")
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(made.path)) as target:
            source.backup(target)
        return made

    def is_free(self) -> bool:
        try:
            with closing(sqlite3.connect(self.path, timeout=1, isolation_level=None)) as asked:
                asked.execute("BEGIN IMMEDIATE")
                asked.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        return True


class PostgreSQL:
    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        with psycopg.connect(server, autocommit=True) as asked:
            asked.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            asked.execute(f"CREATE DATABASE {name}")

    def one(self, question: str, *values: Any) -> tuple[Any, ...] | None:
        with psycopg.connect(self.url, autocommit=True) as asked:
            return asked.execute(question.replace("?", "%s"), values).fetchone()

    def copy(self, place: Path) -> "PostgreSQL":
        made, dump = PostgreSQL(self.server, f"{self.name}_copy"), place / "dump"
        subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", self.url], check=True)
        subprocess.run(["pg_restore", "--no-owner", f"--dbname={made.url}", str(dump)], check=True)
        return made

    def is_free(self) -> bool:
        waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
        return self.one(waits) is None

    def drop(self) -> None:
        with psycopg.connect(self.server, autocommit=True) as asked:
            asked.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


@contextmanager
def engine(place: Path) -> Iterator[Engine]:
    """A database without tables: of this run's PostgreSQL, or else a file."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield SQLite(place / "demo.sqlite3")
        return
    made = PostgreSQL(server, f"browser_{os.getpid()}")
    yield made
    made.drop()
