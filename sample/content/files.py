"""Reading the data files: their TOML tables become the dataclasses that the other modules declare."""

import tomllib
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

DATA = Path(__file__).parent.parent / "data"


def tables(name: str) -> dict[str, Any]:
    """Everything in that file."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def rows(kind: type, key: str, *names: str) -> tuple[Any, ...]:
    """The tables `[[key]]` of those files, each as a `kind`, in the order of the files."""
    return tuple(built(kind, row) for name in names for row in tables(name)[key])


def built(kind: Any, value: Any) -> Any:
    """The value of a file as `kind` says: a dataclass, a tuple or mapping, or as it stands. A wrong name raises."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (tuple, list):
        return origin(built(inner[0], item) for item in value)
    if origin is Mapping:
        return {name: built(inner[1], item) for name, item in value.items()}
    if origin is UnionType:
        kinds = [each for each in inner if each is not NoneType]
        return built(next(each for each in kinds if len(kinds) == 1 or _fits(each, value)), value)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, value)
    return value


def _record(kind: Any, value: Any) -> Any:
    """A dataclass from a table, or from a text that it knows how to read."""
    if isinstance(value, str):
        return kind.parsed(value)
    types = _fields(kind)
    if unknown := set(value) - set(types):
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: built(types[name], item) for name, item in value.items()})


@cache
def _fields(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(kind: Any, value: Mapping[str, Any]) -> bool:
    return set(value) <= set(_fields(kind))
