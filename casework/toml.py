"""TOML files as dataclasses."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

SENTENCES = "# gettext: "
"""How the first line of a file of sentences begins. Then come the names under which they stand, at any depth, each with
its context in brackets where it has one.
"""


def read(path: Path) -> dict[str, Any]:
    """Everything in the file, as plain values."""
    with path.open("rb") as file:
        return tomllib.load(file)


def _said(context: str, text: str) -> Promise:
    return pgettext_lazy(context, text) if context else gettext_lazy(text)


def read_sentences(path: Path, said: Callable[[str, str], Any] = _said) -> dict[str, Any]:
    """As `read`, each sentence in the language of its reader. `.ci/catalogues` collects them for the catalogue."""
    first, _line, _rest = path.read_text(encoding="utf-8").partition("\n")
    assert first.startswith(SENTENCES), f"{path}: the first line does not say under which names sentences stand"
    contexts = dict(re.findall(r"(\w+)(?:\((.+?)\))?", first.removeprefix(SENTENCES)))

    def filled(value: Any, context: str | None) -> Any:
        if isinstance(value, dict):
            return {name: filled(inner, contexts.get(name, context)) for name, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner, context) for inner in value]
        return value if context is None or not isinstance(value, str) else said(context, value)

    found: dict[str, Any] = filled(read(path), None)
    return found


def built(kind: Any, value: Any) -> Any:
    """The plain value as `kind` says: a dataclass, a code of an enumeration, a tuple or mapping, or as it stands.

    A dataclass may be written as one text where it has `parsed(text)`. Raises `ValueError` for a name or code that
    `kind` does not have, and `TypeError` for one that is missing.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (tuple, list, Sequence):
        return (list if origin is list else tuple)(built(inner[0], item) for item in value)
    if origin is Mapping:
        return {name: built(inner[1], item) for name, item in value.items()}
    if origin is UnionType:
        kinds = [each for each in inner if each is not NoneType]
        return built(next(each for each in kinds if len(kinds) == 1 or _fits(each, value)), value)
    if isinstance(kind, type) and is_dataclass(kind):
        return value if isinstance(value, kind) else _record(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _record(kind: Any, value: Any) -> Any:
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
