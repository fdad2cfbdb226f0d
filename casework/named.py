"""Attributes of one object under their own names, read where a type checker and a renaming see them."""

from collections.abc import Callable
from typing import Any, cast


class _Names:
    def __getattr__(self, name: str) -> str:
        return name


_NAMES = cast(Any, _Names())


def named[Row](row: Row, what: Callable[[Row], tuple[Any, ...]]) -> dict[str, Any]:
    """What `what(row)` is, by the names of the attributes: `named(ruling, lambda r: (r.outcome, r.ends_at))`."""
    return dict(zip(what(_NAMES), what(row), strict=True))
