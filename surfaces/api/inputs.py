"""Fields and base class of bodies: named fields of strict JSON types, and nothing else.

`kind` of a field says how a page asks for it (`surfaces.input_forms`).
"""

import functools
import json
import math
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from archive.translations import LONGEST, MOST
from casework import names
from casework.text import MAX_INTEGER, TextRefused, check_text, is_visually_blank, too_long
from surfaces.asks import Ask

EARLIEST, LATEST = 1970, 2200
MAX_NAMED = 10  # unknown fields that one refusal names
REFUSED_ANYWAY = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)  # by `check_text`


class Asked:
    """A field that a page can ask for: `kind` says how it is typed, `asks` in which words (`surfaces.asks`)."""

    kind = ""

    def __init__(self, *args: Any, asks: Ask | None = None, **options: Any) -> None:
        super().__init__(*args, **(options if asks is None else {**options, "style": {"asks": asks}}))


class Text(Asked, serializers.CharField):
    """Text byte for byte as sent: never trimmed, never normalised, and refused where it cannot be stored or seen."""

    kind = "text"
    pattern = ""  # for the API document, where it is not that of any text

    default_error_messages = {
        "unseen": _("Please write something that can be read."),
    }

    def __init__(self, *, max_length: int, one_line: bool = False, **options: Any) -> None:
        self.one_line = one_line
        super().__init__(max_length=max_length, trim_whitespace=False, **options)
        self.validators = [each for each in self.validators if not isinstance(each, REFUSED_ANYWAY)]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            if self.max_length is not None and len(data) > self.max_length:
                raise ValidationError(too_long(len(data), self.max_length), code="max_length")
            if data and not self.allow_blank and is_visually_blank(data):
                self.fail("unseen")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        try:
            return check_text(data, max_length=self.max_length or 0, one_line=self.one_line)
        except TextRefused as error:
            raise ValidationError(error.message, code=error.code) from None


class Line(Text):
    """One line of text."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, one_line=True, **options)


class Secret(Line):
    """A password or a key: a page that asks for it never shows what was typed."""

    kind = "secret"


class Name(Line):
    """A name that people choose and that becomes a part of an address."""

    pattern = names.GRAMMAR
    default_validators = [names.validate_name]


class Ref(Line):
    """The opaque name of an object, such as `apl_…`. An unknown one is the command's to refuse."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, **options})


class Choice(Asked, serializers.ChoiceField):
    """One of a closed list of codes, as text. Large and small letters are alike; the value is the code as declared."""

    kind = "choice"
    default_error_messages = {"invalid_choice": _("Choose one of these: {codes}.")}

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self._declared: dict[str, Any] = {}
        for code in self.choices:
            if self._declared.setdefault(str(code).lower(), code) != code:
                raise TypeError(f"{code} differs from another code by the size of its letters alone")

    def to_internal_value(self, data: Any) -> Any:
        if data == "" and self.allow_blank:
            return ""
        declared = self._declared.get(data.lower(), data) if isinstance(data, str) and len(data) <= 100 else None
        if declared not in self.choices:
            self.fail("invalid_choice", codes=", ".join(map(str, self.choices)))
        return declared


class Integer(Asked, serializers.IntegerField):
    """A JSON integer: `5`, not `"5"`, `5.0` or `true`. Forms, which know only text, may send digits."""

    kind = "integer"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": -MAX_INTEGER, "max_value": MAX_INTEGER, **options})

    def to_internal_value(self, data: Any) -> int:
        if self.context.get("is_form") and isinstance(data, str):
            return super().to_internal_value(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(data)


MAX_FEN = 10**12


class Fen(Integer):
    """An amount in minor units, never negative; a page asks for it in yuan."""

    kind = "amount"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": MAX_FEN, **options})


class Number(serializers.FloatField):
    """A finite JSON number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": -MAX_INTEGER, "max_value": MAX_INTEGER, **options})

    def to_internal_value(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool) or not math.isfinite(data):
            self.fail("invalid")
        return float(data)


class Boolean(Asked, serializers.BooleanField):
    """`true` or `false`, never a word or number that might mean it. In a form, the words `true` and `false`."""

    kind = "boolean"

    def to_internal_value(self, data: Any) -> bool:
        if self.context.get("is_form") and data in ("true", "false"):
            return bool(data == "true")
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:100])
        return bool(data)


@extend_schema_field({"type": "string", "format": "date-time", "maxLength": 40})
class Moment(Asked, serializers.DateTimeField):
    """An RFC 3339 time that says its offset, in years in which arithmetic is safe."""

    kind = "moment"

    default_error_messages = {
        "no-offset": _("Give the time with its offset, such as 2026-03-01T09:30:00+08:00."),
        "out-of-range": _("This time is out of range."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no-offset")
        if not EARLIEST < value.year < LATEST:
            self.fail("out-of-range")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            self.fail("no-offset")
        return super().to_internal_value(value)


@extend_schema_field({"type": "string", "format": "date", "maxLength": 10})
class Date(Asked, serializers.DateField):
    """A day, as RFC 3339 writes it."""

    kind = "date"


class File(Asked, serializers.FileField):
    """A file; what it may be is for the command to say."""

    kind = "file"


class Items(Asked, serializers.ListField):
    """A list of at most `max_length` entries."""

    kind = "list"

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)  # before a million entries are looked at
        return super().to_internal_value(data)


class Input(serializers.Serializer[Any]):
    """A body of which every field is known; another one is refused by name.

    `example` is a complete body that works against the sample platform; the schema publishes it. It stands by the name
    of the class in the `input_examples.json` beside the module. A field whose size has no limit, or whose type accepts
    more than it says, cannot be declared.
    """

    example: ClassVar[Mapping[str, Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, field in cls._declared_fields.items():
            _refuse_loose(f"{cls.__name__}.{name}", field)
        examples = _examples_beside(cls.__module__)
        if cls.__name__ in examples:
            cls.example = examples[cls.__name__]

    @classmethod
    def length_of(cls, name: str) -> int:
        """How long the text of this field can be."""
        return cls().fields[name].max_length  # type: ignore[attr-defined,no-any-return]  # asked of texts only

    @classmethod
    def many_init(cls, *args: Any, asks: Ask | None = None, **options: Any) -> Any:
        """Rows of this input, which a page can ask for like one field."""
        return super().many_init(*args, **(options if asks is None else {**options, "style": {"asks": asks}}))

    @classmethod
    def read(cls, body: Any, *, is_form: bool = False) -> dict[str, Any]:
        """The validated values of one body. Raises DRF's `ValidationError`.

        Binding a serializer copies every declared field, which costs more than checking a body. Checking one changes
        nothing in the fields, so each class is bound once for each language and shared by all threads.
        """
        values: dict[str, Any] = _bound(cls, is_form, get_language()).run_validation(body)
        return values

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The validated body as keyword arguments of the command."""
        return dict(values)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in known]
            if unknown:
                there = _("There is no such field here. There are: %(names)s.") % {"names": ", ".join(sorted(known))}
                said = there if known else _("There is no such field here.")
                raise ValidationError(
                    {name[:100]: [ErrorDetail(str(said), code="unknown-field")] for name in unknown[:MAX_NAMED]}
                )
        return super().run_validation(data)


@functools.cache
def _examples_beside(module: str) -> Mapping[str, Mapping[str, Any]]:
    path = Path(sys.modules[module].__file__ or "").with_name("input_examples.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


@functools.cache
def _bound(takes: type[Input], is_form: bool, language: str | None) -> Input:
    """The serializer of every body of this class in the active language."""
    del language
    bound = takes(context={"is_form": is_form})
    _word(bound)
    return bound


def _word(field: Any) -> None:
    """Puts the sentences of the field's validators into the active language: DRF words one when it is first needed, for
    good, and two threads that need it at once spoil it.
    """
    for validator in field.validators:
        if hasattr(validator, "message"):
            validator.message = str(validator.message)
    for inner in getattr(field, "fields", {}).values():
        _word(inner)
    if isinstance(field, serializers.ListSerializer | serializers.ListField | serializers.DictField):
        _word(field.child)


STRICT = (Text, Choice, Integer, Number, Boolean, Moment, Items, Input, serializers.DateField, serializers.FileField)


def _refuse_loose(name: str, field: Any) -> None:
    if field.read_only:
        raise TypeError(f"{name}: an input has no read-only field")
    if isinstance(field, serializers.ListSerializer):
        _refuse_loose(name, field.child)
        if getattr(field, "max_length", None) is None:
            raise TypeError(f"{name}: a list needs max_length")
        return
    if not isinstance(field, STRICT) and not getattr(field, "is_bounded", False):
        raise TypeError(f"{name}: {type(field).__name__} accepts more than it says; use surfaces.api.serializers")
    if isinstance(field, Items):
        _refuse_loose(name, field.child)


class Empty(Input):
    """A body without fields."""

    example: ClassVar[Mapping[str, Any]] = {}


class TranslatedTextInput(Input):
    of = Line(max_length=40, help_text=_("the name of the text"))
    text = Text(max_length=LONGEST)


class TranslateInput(Input):
    """A translation of every text that is not in the language yet."""

    language = Choice(choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))])
    texts = TranslatedTextInput(many=True, max_length=MOST)

    @classmethod
    def arguments(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"language": values["language"], "texts": [(each["of"], each["text"]) for each in values["texts"]]}


class CorrectionInput(Input):
    """What the party says to what an officer took down for it on the phone."""

    correction = Text(
        max_length=2000,
        allow_blank=True,
        default="",
        help_text=_("empty where everything is right"),
        asks=Ask(_("What is wrong or missing?")),
    )
