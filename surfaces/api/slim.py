"""`fields=`: an answer with the members that were asked for alone; of a list, its rows with these alone.

Only what is asked for is computed. Who may see what, and what a read records, is the same with it and without.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

from casework.errors import Invalid, one_of

PARAMETER = "fields"
NAMES = ("ref", "id", "no", "code", "sequence")
"""What a row goes by: the first of these that it has is always in its answer."""

IN_DOCUMENT: Mapping[str, Any] = {
    "name": PARAMETER,
    "in": "query",
    "description": "The members that are wanted, with commas: all others are left out, also those that the schema says "
    "are always there; of a list, those of its rows. What it goes by (`ref`, else `id`, `no`, `code`) is always there. "
    "A name that there is not is refused with those that there are.",
    "schema": {"type": "string", "maxLength": 500, "pattern": r"^[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*$"},
}


def rows_of(shows: type[BaseSerializer[Any]]) -> Mapping[str, Any]:
    """The members that can be asked for: those of the rows where the answer is one object around rows."""
    members: Mapping[str, Any] = getattr(shows, "_declared_fields", {})
    return rows.child._declared_fields if (rows := _rows_in(members)) is not None else members


def is_around_rows(shows: type[BaseSerializer[Any]]) -> bool:
    """Whether it is an object around rows, which has no name of its own."""
    return _rows_in(getattr(shows, "_declared_fields", {})) is not None


def _rows_in(members: Mapping[str, Any]) -> Any:
    rows = members.get("items")
    is_rows = isinstance(rows, ListSerializer) and isinstance(rows.child, Serializer)
    return rows if is_rows and members.keys().isdisjoint(NAMES) else None


def asked(shows: type[BaseSerializer[Any]], text: str | None) -> frozenset[str] | None:
    """The members to answer; None for all of them. Raises `Invalid`, naming those that there are."""
    if text is None:
        return None
    known = rows_of(shows)
    named = set(text.split(","))
    if unknown := sorted(named - known.keys()):
        raise Invalid.field(f"/{PARAMETER}", "unknown", f"{', '.join(unknown)}: {one_of(known)}")
    return frozenset(named | set([name for name in NAMES if name in known][:1]))


def are_columns(shows: type[BaseSerializer[Any]], only: Iterable[str], model: type[Model]) -> bool:
    """Whether all of these are columns of the row itself, for which nothing has to be read beside it."""
    columns, members = {each.name for each in model._meta.concrete_fields if not each.is_relation}, rows_of(shows)
    return all((members[name].source or name) in columns for name in only)


def slim(data: Mapping[str, Any], only: Collection[str]) -> dict[str, Any]:
    """The object with these members alone, in its own order."""
    return {name: value for name, value in data.items() if name in only}
