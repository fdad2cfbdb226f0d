"""Outputs whose fields follow from what a row is described by: a column of a model, or a typed attribute.

    class AppraisalOutput(Output):
        shown = columns(APPRAISAL, authority="Which authority designated the body; empty where both sides agree.")
        custody = CustodyStepOutput(many=True, source="custody.all")

A field's kind, its codes and whether it may be null are the column's, and are not said again. What is named otherwise
than its attribute, or is not a plain value, is an ordinary field of the serializer.
"""

import inspect
import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Union, cast, get_args, get_origin, get_type_hints, overload

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework import serializers

from casework.named import Described
from surfaces.api.serializers import Code, Computed, ForReader, Money, money, represented

type Field = serializers.Field[Any, Any, Any, Any]

PLAIN: Mapping[type, type[Field]] = {
    str: serializers.CharField,
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    float: serializers.FloatField,
    datetime: serializers.DateTimeField,
    date: serializers.DateField,
}
COLUMNS: tuple[tuple[type[models.Field[Any, Any]], type[Field]], ...] = (
    (models.CharField, serializers.CharField),
    (models.TextField, serializers.CharField),
    (models.BooleanField, serializers.BooleanField),
    (models.IntegerField, serializers.IntegerField),
    (models.DateTimeField, serializers.DateTimeField),
    (models.DateField, serializers.DateField),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Fields of an output, by name; one that is no plain value is None, and the output declares it."""

    fields: Mapping[str, Field | None]


@overload
def columns(described: Described[Any], /, *, without: Collection[str] = (), **words: Any) -> Columns: ...
@overload
def columns[Row](
    row: type[Row], says: Callable[[Row], tuple[Any, ...]], /, *, without: Collection[str] = (), **words: Any
) -> Columns: ...
def columns(row: Any, says: Any = None, /, *, without: Collection[str] = (), **words: Any) -> Columns:
    """The fields that a description says, with the words of the API's document about those that need some.

    `without` are those that the API says otherwise.
    """
    described = row if says is None else Described(row, says)
    fields = dict(_field(described.row, path, words) for path in described.paths if path[-1] not in without)
    if unknown := words.keys() - fields.keys():
        raise TypeError(f"{described.row.__name__}: no columns for the words about {sorted(unknown)}")
    return Columns(fields)


# A serializer of answers that also has the fields of its `columns`; one that it declares itself counts first. It has no
# docstring, which the document would say of those without one.
class Output(serializers.Serializer[Any]):
    _declared_fields: dict[str, Field]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for each in [each for each in vars(cls).values() if isinstance(each, Columns)]:
            cls._declared_fields = {**each.fields, **cls._declared_fields}  # type: ignore[dict-item]  # refused below
        if undeclared := [name for name, field in cls._declared_fields.items() if field is None]:
            raise TypeError(f"{cls.__name__} declares no field for {undeclared}")
        in_order = sorted(cls._declared_fields.items(), key=lambda item: cast(Any, item[1])._creation_counter)
        cls._declared_fields = dict(in_order)  # as they stand in the class, which is the order of DRF, too


class Shown(ForReader):
    """What is found beside the instance, `of(instance, call)`, as `by` shows it; null where there is none."""

    def __init__(
        self, by: type[serializers.Serializer[Any]], of: Callable[..., Any], *, many: bool = False, **options: Any
    ) -> None:
        super().__init__(of, by(many=True) if many else by(allow_null=True), **options)
        self.by, self.many = by, many

    def to_representation(self, value: Any) -> Any:
        found = self.found(value)
        return None if found is None else represented(self.by, found, self.context, many=self.many)


def _field(row: type[Any], path: tuple[str, ...], words: Mapping[str, Any]) -> tuple[str, Field | None]:
    *above, name = path
    for step in above:
        row = _below(row, step)
    options: dict[str, Any] = {"help_text": words[name]} if name in words else {}
    column = _column(row, name)
    if column is not None and name.endswith("_minor") and (hasattr(row, "currency") or hasattr(row, "dispute")):
        return name.removesuffix("_minor"), _money(path, column, options)
    if above:
        options["source"] = ".".join(path)
    return name, _of_column(column, options) if column is not None else _of_type(_type(row, name), options)


def _column(row: type[Any], name: str) -> "models.Field[Any, Any] | None":
    if not issubclass(row, models.Model):
        return None
    try:
        found = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _below(row: type[Any], step: str) -> type[Any]:
    """What stands at this attribute of the row."""
    column = _column(row, step)
    found = _type(row, step) if column is None else column.related_model
    assert isinstance(found, type), f"{row.__name__}.{step}"
    return found


def _type(row: type[Any], name: str) -> Any:
    """The type with which the class declares an attribute, or what a property of it gives."""
    declared = inspect.getattr_static(row, name, None)
    if isinstance(declared, property):
        return get_type_hints(declared.fget)["return"]
    if isinstance(declared, cached_property):
        return get_type_hints(declared.func)["return"]
    if inspect.isfunction(gives := getattr(type(declared), "__get__", None)):
        return get_type_hints(gives)["return"]
    return get_type_hints(row)[name]


def _of_column(column: "models.Field[Any, Any]", options: dict[str, Any]) -> Field | None:
    if isinstance(column, models.GeneratedField) and column.output_field is not None:
        column = column.output_field
    if column.choices:
        return Code(dict(column.flatchoices), allow_null=column.null or column.blank, **options)
    if column.null:
        options["allow_null"] = True
    for kind, field in COLUMNS:
        if isinstance(column, kind):
            return field(**options)
    return None


def _of_type(declared: Any, options: dict[str, Any]) -> Field | None:
    if get_origin(declared) in (Union, types.UnionType):
        declared, *_none = (each for each in get_args(declared) if each is not types.NoneType)
        options["allow_null"] = True
    if declared in PLAIN:
        return PLAIN[declared](**options)
    if isinstance(declared, type) and issubclass(declared, models.TextChoices):
        return Code(declared, **options)
    item = next(iter(get_args(declared)), object)
    if item in PLAIN:
        return serializers.ListField(child=PLAIN[item](), **options)
    return None


def _money(path: tuple[str, ...], column: "models.Field[Any, Any]", options: dict[str, Any]) -> Field:
    """The amount, in the currency of the row or of the dispute that it belongs to."""
    *above, name = path

    def amount(row: Any) -> dict[str, Any] | None:
        for step in above:
            row = getattr(row, step)
        case = row if hasattr(row, "currency") else getattr(row, "dispute", row)
        return money(getattr(row, name), getattr(case, "currency", "CNY"))

    return Computed(amount, Money(allow_null=True) if column.null else Money(), **options)
