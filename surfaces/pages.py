"""The pages of a list, by the row that one begins after rather than by number: each costs as the first.

The site names that row in the address; the API puts where it stood into a cursor (surfaces.api.pagination), which
clients keep. Both read a list in its own order, by `beyond`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Page[M: Model]:
    """Some rows of a list in order; `newer` and `older` name the rows that the pages beside it begin at, if any."""

    rows: Sequence[M]
    newer: str = ""
    older: str = ""

    def __iter__(self) -> Iterator[M]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether this is all of the list."""
        return not self.newer and not self.older


def page_of[M: Model](rows: QuerySet[M], asked: Mapping[str, str], *, size: int, by: str = "ref") -> Page[M]:
    """The page that follows the row `after`, or precedes the row `before`, in the order of `rows`; else the first.

    The order is of columns or annotations that are never null, the last of them unique; `by` is what names a row. A
    row that left the list meanwhile still says where it stood; one that there never was is the beginning.
    """
    order = order_of(rows)
    after, before = (asked.get(name, "")[:MAX_NAME].replace("\x00", "") for name in ("after", "before"))
    at = _position(rows, order, by, after or before)
    if at is None:
        found = list(rows[: size + 1])
        return _page(found[:size], by, newer=False, older=len(found) > size)
    if after:
        found = list(rows.filter(beyond(order, at))[: size + 1])
        return _page(found[:size], by, newer=True, older=len(found) > size)
    back = [turned(name) for name in order]
    found = list(rows.order_by(*back).filter(beyond(back, at))[: size + 1])
    if len(found) <= size:  # the beginning, filled up
        return page_of(rows, {}, size=size, by=by)
    return _page(found[:size][::-1], by, newer=True, older=True)


def _page[M: Model](rows: list[M], by: str, *, newer: bool, older: bool) -> Page[M]:
    if not rows:
        return Page(rows)
    return Page(rows, str(getattr(rows[0], by)) if newer else "", str(getattr(rows[-1], by)) if older else "")


def _position(rows: QuerySet[Any], order: Sequence[str], by: str, name: str) -> list[tuple[str, Any]] | None:
    """The values by which the named row stands where it stands."""
    if not name or (by == "pk" and not (name.isascii() and name.isdigit())):
        return None
    names = [each.lstrip("-") for each in order]
    is_stored = not set(names) & set(rows.query.annotations)
    every = rows.model._default_manager.all() if is_stored else rows
    values = every.filter(**{by: name}).order_by().values_list(*names).first()
    return None if values is None or None in values else list(zip(names, values, strict=True))


def order_of(rows: QuerySet[Any]) -> list[str]:
    """The columns by which the rows are in order."""
    return [str(name) for name in rows.query.order_by or rows.model._meta.ordering or ()]


def turned(name: str) -> str:
    """The same column the other way round."""
    return name[1:] if name.startswith("-") else f"-{name}"


def beyond(order: Sequence[str], at: Sequence[tuple[str, Any]]) -> Q:
    """The rows that come after the position, in that order."""
    beyond, equal = Q(pk=None), Q()
    for name, (column, value) in zip(order, at, strict=True):
        sign = "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{column}__{sign}": value})
        equal &= Q(**{column: value})
    column, value = at[0]
    sign = "lte" if order[0].startswith("-") else "gte"
    return beyond & Q(**{f"{column}__{sign}": value})  # redundant, but an index follows it and not the OR
