"""The digest of each row that a transaction writes, and the comparison of all rows with their digests.

`recording()` notes which rows of digested tables (`casework.cover`) the statements inside it wrote, reads them at its
end, and stores one `RowDigests` with all their digests in the same transaction. `faults` finds rows that are not as
they were last written there, rows that are gone, and rows without a digest. Checkpoints sign what is stored.

A digest is over the table, the key and every column that is neither null nor what the database puts there by itself, so
that a column that a later release adds changes none. Before it goes a random salt of the transaction, without which a
short text could be found by trying; whoever erases a text empties the salts of its digests, too.
"""

import functools
import hashlib
import json
import re
import secrets
import sqlite3
import threading
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)
from django.db.models.signals import post_save
from django.db.models.sql import Query

from casework.compiled import INSERTED
from casework.cover import digested_models
from casework.models import Event, RowDigests

AT_ONCE = 500
PLAIN = (AutoField, IntegerField, CharField, TextField, BooleanField, DateTimeField, DateField, JSONField)
"""Fields of which a value is read back as it was stored."""
_UNSURE = object()
GONE = ""
"""Stands in place of the digest of a row that was deleted."""
_WRITE = re.compile(r'\A\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)
_SET = re.compile(r'(?:\bSET |, )"?(\w+)"? = ')
_RETURNING = re.compile(r"\bRETURNING\b(?=[^']*$)")

type Key = int | str


@dataclass(slots=True)
class _Written:
    """What was written meanwhile: of each table the keys, with the digest where the whole row is known already."""

    salt: str
    rows: dict[str, dict[Key, str | None]]


class _Recording(threading.local):
    written: _Written | None = None


_recording = _Recording()


# — recording —


@contextmanager
def recording() -> Iterator[None]:
    """Stores the digest of each row that is written inside it. Inside another one it does nothing, since that does."""
    if _recording.written is not None:
        yield
        return
    _recording.written = written = _Written(secrets.token_hex(16), {})
    try:
        with connection.execute_wrapper(_noted):
            yield
    finally:
        _recording.written = None
    if written.rows and not connection.needs_rollback:
        _store(written)


def _noted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    """Carries a statement out; of one that writes to a digested table the database is asked for the keys, too."""
    cursor = context["cursor"]
    if isinstance(cursor.cursor, _Answer):
        cursor.cursor = cursor.cursor.cursor
    name, asking, asks = _asking(sql)
    if not name:
        return execute(sql, params, many, context)
    if many:
        raise RuntimeError(f"{name}: a statement that is executed many times returns no keys")
    result = execute(asking, params, many, context)
    rows = cursor.fetchall()
    if rows:
        _note(name, ((row[-1], None) for row in rows))
    cursor.cursor = _Answer(cursor.cursor, [row[:-1] for row in rows] if asks else [])
    return result


@functools.lru_cache(maxsize=4096)
def _asking(sql: str) -> tuple[str, str, bool]:
    """The digested table that a statement writes, the statement that also returns keys, and whether it returned
    anything before; no table where it changes nothing but operational columns.
    """
    found = _WRITE.match(sql)
    table = _tables().get(found[1]) if found else None
    changed = set(_SET.findall(sql.partition(" WHERE ")[0])) if sql.startswith("UPDATE") else set()
    if table is None or (changed and changed <= table.operational):
        return "", sql, False
    asks = _RETURNING.search(sql) is not None
    return table.name, f"{sql}, {table.key}" if asks else f"{sql} RETURNING {table.key}", asks


def _note(name: str, rows: Iterable[tuple[Key, str | None]]) -> None:
    assert _recording.written is not None
    _recording.written.rows.setdefault(name, {}).update(rows)


def note_inserted(rows: Collection[Model]) -> None:
    """Digests rows that were stored just now from what they say, so that they are not read again."""
    if _recording.written is None or not rows:
        return
    table = _tables().get(next(iter(rows))._meta.db_table)
    if table is not None and table.is_plain:
        salt = _recording.written.salt
        _note(table.name, ((row.pk, table.digest_of(salt, row)) for row in rows))


def note_values(table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """The same for rows that are no objects: of each the values of its columns, as they are read back."""
    if _recording.written is not None:
        known, salt = _tables()[table], _recording.written.salt
        values: Iterator[list[Any]] = ([row.get(column) for column in known.columns] for row in rows)
        _note(table, ((each[known.place], known.digest(salt, each)) for each in values))


def _on_save(instance: Model, created: bool, **_kwargs: Any) -> None:
    if created:
        note_inserted([instance])


INSERTED.append(note_inserted)
post_save.connect(_on_save, dispatch_uid="casework.row_digests")


class _Answer:
    """A database's cursor whose rows were fetched: it hands them out again, without the key that was added."""

    def __init__(self, cursor: Any, rows: list[tuple[Any, ...]]) -> None:
        self.cursor, self._rows = cursor, iter(rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [row for row, _no in zip(self._rows, range(size), strict=False)]


def store(written: Mapping[str, Iterable[Key]], *, is_complete: bool = False) -> None:
    """Stores the digests of these rows as they are now; of a row that is not there, that it is gone."""
    rows: dict[str, dict[Key, str | None]] = {name: dict.fromkeys(keys) for name, keys in written.items()}
    _store(_Written(secrets.token_hex(16), rows), is_complete=is_complete)


def forget(table: str, keys: Collection[Key]) -> None:
    """Nobody can find by trying what these rows said before: the salts of the entries with their earlier digests are
    emptied. Every other row in such an entry gets a new digest, as it is now. Runs in the transaction of the change.
    """
    gone, again, entries = {str(key) for key in keys}, dict[str, set[Key]](), list[int]()
    salted = RowDigests.objects.exclude(salt="").filter(rows__contains=f'"{table}":{{').order_by("pk")
    for pk, text in salted.values_list("pk", "rows").iterator(chunk_size=2000):
        said = json.loads(text)
        if not gone.isdisjoint(said.get(table, ())):
            entries.append(pk)
            for name, digests in said.items():
                if name in _tables():
                    to_key = _tables()[name].model._meta.pk.to_python
                    again.setdefault(name, set()).update(to_key(key) for key in digests)
    for some in batched(entries, AT_ONCE):
        RowDigests.objects.filter(pk__in=some).update(salt="")
    for name, found in sorted(again.items()):
        for some_keys in batched(sorted(found), AT_ONCE):
            rows = _tables()[name].model._base_manager.select_for_update().filter(pk__in=some_keys).order_by("pk")
            list(rows.values_list("pk"))
            store({name: some_keys})


def _store(written: _Written, *, is_complete: bool = False) -> None:
    for name, digests in written.rows.items():
        if unread := [key for key, digest in digests.items() if digest is None]:
            digests.update(dict.fromkeys(unread, GONE))
            digests.update(_tables()[name].digests(written.salt, unread))
    text = json.dumps(written.rows, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_rowdigests (salt, rows, is_complete) VALUES (%s, %s, %s)",
            [written.salt, text, is_complete],
        )


# — digesting —


class _Table:
    """A digested table: its SQL, and how its rows are read and digested."""

    def __init__(self, model: type[Model], operational: Collection[str]) -> None:
        self.operational = frozenset(operational)
        self.name, self.model = model._meta.db_table, model
        self.fields: list[Field[Any, Any]] = [
            each for each in model._meta.concrete_fields if not each.generated and each.column not in operational
        ]
        quote = connection.ops.quote_name
        pk = model._meta.pk
        self.key, self.place = quote(str(pk.column)), self.fields.index(pk)
        self.columns = [str(each.column) for each in self.fields]
        self.select = f"SELECT {', '.join(map(quote, self.columns))} FROM {quote(self.name)}"  # noqa: S608  names of ours
        these = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
        self.of_these = f"/* digest */ {self.select} WHERE {self.key} {these}"
        self.is_plain = all(isinstance(_stored_as(each), PLAIN) for each in self.fields)
        self.plain = [(each.attname, _to_python(_stored_as(each))) for each in self.fields]
        self.by_itself = [_by_itself(each) for each in self.fields]
        self.read_as = [each.get_col(self.name) for each in self.fields]

    def digests(self, salt: str, keys: Iterable[Key]) -> Iterator[tuple[Key, str]]:
        """Key and digest of each of these rows that is there."""
        for some in batched(keys, AT_ONCE):
            for values in self.rows(some):
                yield values[self.place], self.digest(salt, values)

    def digest_of(self, salt: str, row: Model) -> str | None:
        """The digest of a row that was stored as the object says; None where the database may have made more of it."""
        said = row.__dict__
        if any(hasattr(said[name], "resolve_expression") for name, _to_python in self.plain):
            return None
        values = [to_python(said[name]) for name, to_python in self.plain]
        return None if _UNSURE in values else self.digest(salt, values)

    def rows(self, keys: Sequence[Key]) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(self.of_these, [list(keys) if connection.vendor == "postgresql" else json.dumps(keys)])
            return self.converted(cursor.fetchall())

    def converted(self, rows: Any) -> list[Sequence[Any]]:
        compiler = Query(self.model).get_compiler(connection=connection)
        converters = compiler.get_converters(self.read_as)
        return list(compiler.apply_converters(rows, converters) if converters else rows)

    def digest(self, salt: str, values: Sequence[Any]) -> str:
        said = {
            column: value
            for column, value, empty in zip(self.columns, values, self.by_itself, strict=True)
            if value is not None and (empty is None or value != empty)
        }
        text = f"{salt}{self.name}{_as_text(said)}"
        return b64encode(hashlib.sha256(text.encode()).digest()[:12]).decode()


def _stored_as(field: "Field[Any, Any]") -> "Field[Any, Any]":
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


def _to_python(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    """What is read back where this value is stored."""
    return _json_as_read if isinstance(field, JSONField) else field.to_python


def _json_as_read(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value), parse_float=_refused)
    except (TypeError, ValueError):
        return _UNSURE


def _refused(_text: str) -> None:
    raise ValueError("databases write fractions in their own way")


def _by_itself(field: "Field[Any, Any]") -> Any:
    """What a row that does not say it has in this column, where that is the same for all."""
    if not field.has_db_default():
        return None
    return getattr(field.db_default, "value", field.db_default)


def _plain(value: Any) -> str:
    """What JSON has no type for."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return str(value)  # a UUID, a Decimal


_as_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode


@functools.cache
def _tables() -> dict[str, _Table]:
    return {name: _Table(model, cover.columns) for name, (model, cover) in digested_models().items()}


# — comparing —


def is_begun() -> bool:
    """Whether each row has had its digest once; rows of an earlier release do once `begin` has been called."""
    return RowDigests.objects.filter(is_complete=True).exists()


def begin(tell: Callable[[str], None] = lambda _table: None) -> int:
    """Stores the digest of every row as it is now, and that there is one of each; returns how many there are."""
    count = 0
    for name, table in _tables().items():
        tell(name)
        keys = table.model._base_manager.order_by("pk").values_list("pk", flat=True)
        for some in batched(keys.iterator(chunk_size=AT_ONCE), AT_ONCE):
            with transaction.atomic():
                list(table.model._base_manager.select_for_update().filter(pk__in=some).values_list("pk"))
                store({name: some})
            count += len(some)
    store({}, is_complete=True)
    return count


def begin_if_new() -> None:
    """In a database without a case every row has its digest from the beginning."""
    if not Event.objects.exists() and not is_begun():
        begin()


def faults(only: Iterable[str] | None = None) -> Iterator[str]:
    """Each row that is not as it was last written, is gone, or has no digest; none before digests have begun."""
    names = set(_tables() if only is None else only)
    with _snapshot(), closing(_Last(names)) as last:
        if not last.is_complete:
            return
        yield from (f"casework_rowdigests {key}: cannot be read" for key in last.unread)
        for name in sorted(names):
            yield from _faults_of(_tables()[name], last)


def _faults_of(table: _Table, last: "_Last") -> Iterator[str]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(table.select)
        while rows := cursor.fetchmany(AT_ONCE):
            values = {str(row[table.place]): row for row in table.converted(rows)}
            known = last.take(table.name, list(values))
            for key, row in values.items():
                if key not in known:
                    yield f"{table.name} {key}: has no digest"
                elif table.digest(known[key][0], row) != known[key][1]:
                    yield f"{table.name} {key}: is not as it was last written"
    yield from (f"{table.name} {key}: is gone" for key in last.left(table.name))


class _Last:
    """The last digest of each row of these tables, in a file of its own, since they may be more than memory holds."""

    def __init__(self, names: set[str]) -> None:
        self.is_complete, self.unread = False, list[int]()
        self.file = sqlite3.connect("", isolation_level=None)
        self.file.execute("PRAGMA journal_mode = OFF")
        self.file.execute("PRAGMA synchronous = OFF")
        self.file.execute("CREATE TABLE last (name, key, salt, digest, PRIMARY KEY (name, key)) WITHOUT ROWID")
        entries = RowDigests.objects.order_by("pk").values_list("pk", "salt", "rows", "is_complete")
        for some in batched(entries.iterator(chunk_size=2000), 2000):
            self.file.execute("BEGIN")
            for pk, salt, text, is_complete in some:
                self.is_complete |= is_complete
                try:
                    rows = [
                        (name, key, salt, digest)
                        for name, digests in json.loads(text).items()
                        if name in names
                        for key, digest in digests.items()
                    ]
                    self.file.executemany("REPLACE INTO last VALUES (?, ?, ?, ?)", rows)
                except (ValueError, AttributeError, sqlite3.Error):
                    self.unread.append(pk)
            self.file.execute("COMMIT")

    def take(self, name: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Salt and digest of these rows, which are then no longer left."""
        these = f"name = ? AND key IN ({', '.join('?' * len(keys))})"
        found = self.file.execute(f"SELECT key, salt, digest FROM last WHERE {these}", [name, *keys]).fetchall()  # noqa: S608
        self.file.execute(f"DELETE FROM last WHERE {these}", [name, *keys])  # noqa: S608  question marks
        return {key: (salt, digest) for key, salt, digest in found}

    def left(self, name: str) -> list[str]:
        """The rows that were not taken, and that nobody deleted."""
        rows = self.file.execute("SELECT key FROM last WHERE name = ? AND digest <> '' ORDER BY key", [name])
        return [key for (key,) in rows]

    def close(self) -> None:
        self.file.close()


@contextmanager
def _snapshot() -> Iterator[None]:
    """Rows and digests as they were at one moment, whatever is written meanwhile."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
