"""Queries and inserts whose SQL is made once in a process: Django takes a millisecond and more for a complex one.

    @compiled
    def _rows(at: datetime, parties: Collection[int]) -> QuerySet[ClauseTerm]:
        return ClauseTerm.objects.filter(…)

    rows = _rows(now, [party.pk])  # a list

The function builds the queryset, as ever, at the first call for each number of entries in its arguments; each later
call executes the same SQL with other parameters. What it builds may therefore depend on its arguments only in the
values of parameters: it must not compare them, compute with them, or read anything else that changes.

    insert(*rows)  # as `bulk_create` does; many rows go to PostgreSQL as one text
"""

import copy
import functools
import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import AutoField, Field, Model, QuerySet
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

MOST_ENTRIES = 8
"""Collections with more entries are left to Django: each number of entries is an SQL of its own."""

INSERTED: list[Callable[[Collection[Model]], None]] = []
"""Called with the rows that `insert` stored, in its transaction."""

type Slot = tuple[int, Callable[[Any], Any]]


def compiled[**P, M](make: Callable[P, QuerySet[Any, M]]) -> Callable[P, list[M]]:
    """A function that returns the rows of the queryset that `make` builds; arguments are given by position.

    Raises `TypeError` at the first call for an argument that does not stand in the SQL as it was given, such as one
    that is escaped for LIKE or from which another moment was computed.
    """
    templates: dict[Any, _Template] = {}

    @functools.wraps(make)
    def rows(*arguments: Any) -> list[M]:
        if any(len(each) > MOST_ENTRIES for each in arguments if _is_collection(each)):
            return list(make(*arguments))  # type: ignore[call-arg]
        arguments = tuple(tuple(each) if _is_collection(each) else each for each in arguments)
        shape = tuple(_shape(each) for each in arguments)
        template = templates.get(shape)
        if template is None:
            try:
                template = templates[shape] = _Template(make, arguments)
            except EmptyResultSet:  # nothing can be in an empty collection
                return list(make(*arguments))  # type: ignore[call-arg]
        return template.rows(arguments)

    return rows  # type: ignore[return-value]


def _is_collection(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)


def _shape(value: Any) -> Any:
    """What two arguments share if they have one SQL: the type, of a collection the types, of a constant the value."""
    if isinstance(value, tuple):
        return tuple(_shape(each) for each in value)
    if value is None or isinstance(value, bool | Enum | type):
        return type(value), value
    if kind := _kind(value):
        return kind
    raise TypeError(f"{type(value).__name__} is no argument of a compiled query")


PLACEHOLDERS: dict[type, Callable[[int], Any]] = {
    int: lambda no: 1_900_000_000 + no,
    str: lambda no: f"Placeholder \\%_ {no}",  # what is escaped or folded is not found again
    datetime: lambda no: datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC) + timedelta(days=no),
    date: lambda no: date(2001, 2, 3) + timedelta(days=no),
}


def _kind(value: Any) -> type | None:
    """The type of the placeholder for the value; None for a constant."""
    if value is None or isinstance(value, bool | Enum | type):
        return None
    return next((kind for kind in PLACEHOLDERS if isinstance(value, kind)), None)


class _Template:
    """A compiled queryset with the places of its arguments among the parameters."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], arguments: tuple[Any, ...]) -> None:
        self.queryset = make(*_placeholders(arguments, 0))
        self.compiler = self.queryset.query.get_compiler(using=self.queryset.db)
        self.sql, params = self.compiler.as_sql()
        self.params = list(params)
        self.slots = self._slots(_flat(_placeholders(arguments, 0)), make.__qualname__)
        again = make(*_placeholders(arguments, 100)).query.get_compiler(using=self.queryset.db).as_sql()
        taken = {place for place, _slot in self.slots}
        rest = [[each for no, each in enumerate(found) if no not in taken] for found in (params, again[1])]
        if again[0] != self.sql or rest[0] != rest[1]:
            raise TypeError(f"{make.__qualname__} makes something of its arguments")

    def _slots(self, placeholders: list[Any], name: str) -> list[tuple[int, Slot]]:
        """Each place in the parameters with the argument that stands there, and how it is wrapped for the driver."""
        adapted = [_adapted(self.compiler.connection, each) for each in placeholders]
        found: list[tuple[int, Slot]] = []
        for place, param in enumerate(self.params):
            if param in adapted:
                wrap = type(param) if isinstance(param, int) else _as_is  # psycopg's types of integers
                found.append((place, (adapted.index(param), wrap)))
        if {no for _place, (no, _wrap) in found} != {no for no, each in enumerate(placeholders) if _kind(each)}:
            raise TypeError(f"{name}: an argument does not stand in the SQL as it is")
        return found

    def rows(self, arguments: tuple[Any, ...]) -> list[Any]:
        connection = connections[self.queryset.db]
        if self.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        values, params = _flat(arguments), self.params.copy()
        for place, (no, wrap) in self.slots:
            params[place] = wrap(_adapted(connection, values[no]))
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self.sql, tuple(params))
        bound: QuerySet[Model] = object.__new__(type(self.queryset))
        bound.__dict__ = {**self.queryset.__dict__, "_query": _Query(self.queryset.query, compiler)}
        return list(bound)


class _Query:
    """The query of the template with a compiler of its own."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self.query, self.compiler = query, compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.query, name)


def _placeholders(arguments: tuple[Any, ...], first: int) -> list[Any]:
    """Unusual values in place of the arguments, numbered in order."""
    numbers = iter(range(first, first + 100))

    def placeholder(value: Any) -> Any:
        if isinstance(value, tuple):
            return [placeholder(each) for each in value]
        kind = _kind(value)
        return value if kind is None else PLACEHOLDERS[kind](next(numbers))

    return [placeholder(each) for each in arguments]


def _flat(arguments: Collection[Any]) -> list[Any]:
    return [each for given in arguments for each in (given if isinstance(given, list | tuple) else [given])]


def _adapted(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _as_is(value: Any) -> Any:
    return value


def insert[R: Model](*new: R) -> list[R]:
    """Stores new rows of one table and returns them with their keys; no signals are sent. It is `bulk_create`, to which
    rows are left that have a value which the database computes, and on SQLite many rows. Raises `IntegrityError` as
    the table does.
    """
    rows = list(new)
    if rows:
        rows = _inserted(rows)
        for listener in INSERTED:
            listener(rows)
    return rows


def _inserted[R: Model](rows: list[R]) -> list[R]:
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    many = len(rows) > MOST_ENTRIES
    if many and connection.vendor != "postgresql":
        return model._default_manager.bulk_create(rows)
    statement = _insert_of_many(model, connection.alias) if many else _insert_of(model, len(rows), connection.alias)
    for row in rows:
        row._prepare_related_fields_for_save(operation_name="insert")  # type: ignore[attr-defined]
    values = [[field.pre_save(row, add=True) for field in statement.fields] for row in rows]
    if any(hasattr(value, "resolve_expression") for row in values for value in row):
        return model._default_manager.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params(values, connection))
        returned = statement.read(cursor.fetchall(), connection)
    for row, values in zip(rows, returned, strict=True):
        for field, value in zip(statement.returns, values, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, connection.alias
    return rows


@functools.cache
def _insert_of(model: type[Model], count: int, alias: str) -> "_Insert":
    return _Insert(model, count, alias)


@functools.cache
def _insert_of_many(model: type[Model], alias: str) -> "_InsertOfMany":
    return _InsertOfMany(model, 1, alias)


class _Insert:
    """The statement that stores so many rows with keys that the database gives, and how to read what it returns."""

    def __init__(self, model: type[Model], count: int, alias: str) -> None:
        connection, options = connections[alias], model._meta
        self.fields: list[Field[Any, Any]] = [
            each for each in options.concrete_fields if not each.generated and not isinstance(each, AutoField)
        ]
        self.returns: list[Field[Any, Any]] = options.db_returning_fields
        quote = connection.ops.quote_name
        self.columns = [quote(str(each.column)) for each in self.fields]
        returning, _params = connection.ops.returning_columns(self.returns)
        table, columns = quote(options.db_table), ", ".join(self.columns)
        self.sql = f"INSERT INTO {table} ({columns}) {self.rows(count, connection)} {returning}"  # names
        self.compiler = InsertQuery(model).get_compiler(using=alias)
        self.returned = [each.get_col(options.db_table) for each in self.returns]

    def rows(self, count: int, connection: Any) -> str:
        return "VALUES " + ", ".join(["(" + ", ".join(["%s"] * len(self.fields)) + ")"] * count)

    def params(self, values: list[list[Any]], connection: Any) -> list[Any]:
        return [
            field.get_db_prep_save(value, connection)
            for row in values
            for field, value in zip(self.fields, row, strict=True)
        ]

    def read(self, rows: Any, connection: Any) -> Any:
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        if converters := compiler.get_converters(self.returned):
            rows = compiler.apply_converters(rows, converters)
        return rows


class _InsertOfMany(_Insert):
    """The same for any number of rows, which PostgreSQL reads from one JSON text and writes in their order.

    Django wraps each value for the driver, which was more than half of the work of storing a hundred rows.
    """

    def rows(self, count: int, connection: Any) -> str:
        columns = ", ".join(self.columns)
        types = zip(self.columns, (each.db_type(connection) for each in self.fields), strict=True)
        record = ", ".join(f"{column} {type_}" for column, type_ in types)
        return (
            f"SELECT {columns} FROM ROWS FROM (json_to_recordset(%s::json) AS ({record})) "  # noqa: S608  # names
            f"WITH ORDINALITY AS r({columns}, place) ORDER BY place"
        )

    def params(self, values: list[list[Any]], connection: Any) -> list[Any]:
        names = [str(each.column) for each in self.fields]
        rows = [dict(zip(names, row, strict=True)) for row in values]
        return [json.dumps(rows, default=_in_json, ensure_ascii=False)]


def _in_json(value: Any) -> str:
    """What JSON has no type for, as PostgreSQL reads it. Raises `TypeError`."""
    if isinstance(value, date):  # or datetime
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"{type(value).__name__} is not stored by an insert of many rows")
