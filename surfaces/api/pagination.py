"""Lists a page at a time, by position rather than by number, so that every page costs the same.

Order is total: the rows' own, whose last column is unique. The cursor is encrypted, since keys are numbered one after
the other and would tell how many rows there are, and belongs to one list in one order and one caller.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.errors import Invalid
from surfaces.pages import beyond, order_of

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
SYNC_OVERLAP = timedelta(minutes=1)  # longer than a writer waits between reading the clock and committing
EARLIEST, LATEST = 1970, 2200

_PURPOSE = b"casework.cursor\0"


@dataclass(frozen=True, slots=True)
class Page[M: Model]:
    """Some rows in order, and where the next ones begin; no cursor means that these were the last."""

    items: list[M]
    next_cursor: str | None


def page_of[M: Model](
    rows: QuerySet[M],
    query: Mapping[str, Any],
    *,
    owner: str,
    synced_by: str | None = "updated_at",
) -> Page[M]:
    """The page of `rows` that `limit`, `cursor` and `updated_since` ask for. Raises `Invalid` naming the parameter.

    A cursor is good for the `owner` that it was made for: a list and a caller. The rows are in an order of columns or
    annotations that are never null, the last of them unique; `synced_by` is None for rows that cannot be synchronised.
    """
    limit = limit_of(query)
    since = since_of(query)
    if since is not None:
        if synced_by is None:
            raise Invalid.field("/updated_since", "not-offered", _("This list cannot be filtered by time of change."))
        rows = rows.filter(**{f"{synced_by}__gte": since})
    order = order_of(rows)
    if "cursor" in query:
        rows = rows.filter(beyond(order, position_in(query["cursor"], rows, order, owner=owner)))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(found, cursor_of(found[-1], order, owner=owner) if more else None)


def limit_of(query: Mapping[str, Any]) -> int:
    """How many rows are asked for, 1 to 100."""
    text: str = query.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid.field("/limit", "out-of-range", _("limit must be a number from 1 to 100."))
    return int(text)


def since_of(query: Mapping[str, Any]) -> datetime | None:
    """The moment after which a change is asked for."""
    text: str | None = query.get("updated_since")
    if text is None:
        return None
    message = _("updated_since must be a time with its offset, such as 2026-03-01T09:30:00+08:00.")
    return moment_of(text, pointer="/updated_since", message=message)


def moment_of(text: str, *, pointer: str, message: str | Promise) -> datetime:
    """The moment that a parameter says. Raises `Invalid` naming the parameter."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))  # an unescaped plus sign arrives as a space
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not EARLIEST < moment.year < LATEST:
        raise Invalid.field(pointer, "invalid", message)
    return moment


def cursor_of(row: Model, order: Sequence[str], *, owner: str) -> str:
    """The place after this row."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    position = json.dumps([each.isoformat() if isinstance(each, datetime) else each for each in values])
    return _cipher(owner, order).encrypt(position.encode()).decode()


def position_in(cursor: str, rows: QuerySet[Any], order: Sequence[str], *, owner: str) -> list[tuple[str, Any]]:
    """The place that a cursor says, for `surfaces.pages.beyond`. Raises `Invalid` for one that is none of ours."""
    try:
        values = json.loads(_cipher(owner, order).decrypt(cursor.encode()))
    except InvalidToken:
        message = _("This is not a cursor of this list. Begin again without it.")
        raise Invalid.field("/cursor", "invalid-cursor", message) from None
    names = [name.lstrip("-") for name in order]
    return [(name, _field(rows, name).to_python(value)) for name, value in zip(names, values, strict=True)]


def _field(rows: QuerySet[Any], name: str) -> Any:
    computed = rows.query.annotations.get(name)
    meta = rows.model._meta
    return meta.pk if name == "pk" else meta.get_field(name) if computed is None else computed.output_field


def _cipher(owner: str, order: Sequence[str]) -> MultiFernet:
    """A key of its own for each owner and order; the program's older keys still read what they wrote."""
    owner = f"{owner} {' '.join(order)}"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hmac.digest(key.encode(), _PURPOSE + owner.encode(), "sha256") for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
