"""Attributes of one object under their own names, read where a type checker and a renaming see them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast


class _Path:
    """Stands in for an object, and notes by which attributes something is reached from it."""

    def __init__(self, *steps: str) -> None:
        self.steps = steps

    def __getattr__(self, name: str) -> "_Path":
        return _Path(*self.steps, name)


_ANYTHING = cast(Any, _Path())


def named[Row](row: Row, what: Callable[[Row], tuple[Any, ...]]) -> dict[str, Any]:
    """What `what(row)` is, each by its last name: `named(ruling, lambda r: (r.outcome, r.measure.ends_at))`."""
    return {path.steps[-1]: value for path, value in zip(what(_ANYTHING), what(row), strict=True)}


@dataclass(frozen=True, slots=True)
class Described[Row]:
    """What is said of each row of one kind, once for whoever says it: case file, ledger and API read the same names.

    `APPRAISAL(row)` is what it says of one row, as `named`.
    """

    row: type[Row]
    says: Callable[[Row], tuple[Any, ...]]

    def __call__(self, row: Row) -> dict[str, Any]:
        return named(row, self.says)

    @property
    def paths(self) -> list[tuple[str, ...]]:
        """By which attributes each thing is reached."""
        return [path.steps for path in self.says(_ANYTHING)]
