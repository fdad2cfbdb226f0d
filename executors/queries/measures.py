"""Names the kinds of measure. They belong to notices, which executors do not know: the project says where to read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


class Kind(Protocol):
    """A kind of measure as notices know it."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> str: ...


type Source = Callable[[], Iterable[Kind]]


@dataclass(slots=True)
class _Names:
    source: Source


def _none() -> Iterable[Kind]:
    return ()


_names = _Names(_none)


def read_measures_from(source: Source) -> None:
    """Sets where the kinds of measure are read."""
    _names.source = source


def measure_kinds() -> list[tuple[str, str]]:
    """Every kind of measure that there is: code and name in the reader's language."""
    return [(kind.code, kind.label) for kind in _names.source()]


def measure_labels() -> dict[str, str]:
    """The names of the kinds of measure by their codes."""
    return dict(measure_kinds())
