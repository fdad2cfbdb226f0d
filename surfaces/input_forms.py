"""The form of an `Input`: it turns what was typed into the body of the API, and the input alone checks that.

    form = InputForm(ExtendContractInput, request.POST)
    if form.is_valid():
        commands.extend_contract(actor=actor, ref=ref, now=now, **form.said())

Labels and hints stand beside the fields (`surfaces.asks`), lengths, kinds and codes are those of the fields, and an
error goes to the field that it points at, also inside rows. What does not belong here: any rule of what is valid.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from casework.errors import (
    CaseError,
    ConflictOfInterest,
    ExecutorNotCertified,
    FieldError,
    Invalid,
    NotYourTurn,
    OutsideMandate,
    Stale,
)
from casework.formats import moment_text, money
from surfaces.api.inputs import Input, Integer
from surfaces.api.problems import field_errors
from surfaces.asks import Ask
from surfaces.forms import LINE, CommandForm, fen, in_beijing, local_moment, local_time
from surfaces.widgets import Entries, Radios, RowsWidget

LEFT_OUT: Any = object()
"""What is not said in the body, so that the input's default holds."""
MORE_ROWS = "more_rows"
"""The button that asks for more empty rows; it changes nothing."""
MISSING = {"required", "unseen", "null", "empty"}


class Typed(forms.Field):
    """One field of an input as it is typed: `read` makes JSON of the text, or says that it cannot be read.

    `show` is the opposite, for values that the form begins with; `said` is a value in words. `limits` are sentences
    for codes of the input whose own sentence would not do on a page, `most` the characters that a text may have.
    """

    most = 0

    def __init__(
        self,
        ask: Ask,
        widget: forms.Widget,
        *,
        is_required: bool,
        read: Callable[[Any], Any] = str,
        show: Callable[[Any], Any] = lambda value: value,
        said: Callable[[Any], str] = str,
        nothing: Any = LEFT_OUT,
        limits: Mapping[str, Any] | None = None,
    ) -> None:
        words: Any = {"label": ask.label, "help_text": ask.hint}
        super().__init__(widget=widget, required=is_required, **words)
        self.ask, self.read, self.show, self.said, self.nothing = ask, read, show, said, nothing
        self.limits = limits or {}

    @property
    def is_optional(self) -> bool:
        return not self.required and not isinstance(self.widget, forms.CheckboxInput)

    def clean(self, value: Any) -> Any:
        return self.nothing if value in (None, "", []) else self.read(value)

    def prepare_value(self, value: Any) -> Any:
        return self.show(value)

    def in_words(self, value: Any) -> str:
        return "" if value in (None, LEFT_OUT) else self.said(value)

    def sentence(self, error: FieldError) -> str:
        """What the input found, in the words of the page."""
        return str(self.ask.missing if error.code in MISSING else self.limits.get(error.code, error.message))


class TypedForm(CommandForm):
    """The fields of an input as they are typed, without any check: a row of a list, or what `InputForm` checks.

    `asks` and `choices` as those of a `Page`; a field in `given` is not asked for.
    """

    def __init__(
        self,
        takes: type[Input] | None,
        data: Any = None,
        files: Any = None,
        *,
        asks: Mapping[str, Ask | None] | None = None,
        choices: Mapping[str, Any] | None = None,
        given: Iterable[str] = (),
        is_row: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(data, files, **more)
        asks, choices = asks or {}, choices or {}
        self.renamed: dict[str, str] = {}
        for name, taken in ({} if takes is None else takes().fields).items():
            self.renamed[str(taken.source)] = name
            ask = asks.get(name, taken.style.get("asks"))
            if name in given or choices.get(name, ()) is None:
                continue
            if ask is not None:
                deeper = {path.partition(".")[2]: v for path, v in choices.items() if path.startswith(f"{name}.")}
                self.fields[name] = field_for(taken, ask, choices.get(name), deeper, is_row=is_row)
                if ask.counts:
                    self.fields[name].widget.attrs["data-counter"] = f"{self[name].auto_id}_counter"
            elif taken.required:
                raise TypeError(f"{takes}: {name} is required, and no page can ask for it")

    @property
    def has_rows(self) -> bool:
        return any(isinstance(field, Rows) or isinstance(field.widget, Entries) for field in self.fields.values())

    def body(self) -> dict[str, Any]:
        """What was typed, as the body of the API."""
        return {name: value for name, value in self.cleaned_data.items() if value is not LEFT_OUT}

    def is_empty(self) -> bool:
        return all(self[name].data in (None, "", [], False) for name in self.fields)

    def add_refusal(self, error: CaseError) -> None:
        """Adds each error to the field that it points at, as if the form had found it itself."""
        for each in error.errors:
            self.place(each.pointer.strip("/").split("/"), each, lambda field, found: str(found.message))
        if not error.errors:
            self.add_error(None, str(error.detail))

    def place(self, path: list[str], error: FieldError, sentence: Callable[[Typed, FieldError], str]) -> str:
        """Adds the error and returns its sentence; what the form does not show is about the whole."""
        known = (each for each in (path[0], self.renamed.get(path[0], ""), path[-1]) if each in self.fields)
        name = next(known, "")
        field = self.fields.get(name)
        if not isinstance(field, Typed):
            text = str(error.message)
        elif isinstance(field, Rows) and (found := field.row(path)):
            row, inner = found
            text = field.about(row, inner[0], row.place(inner, error, sentence))
        else:
            text = sentence(field, error)
        self.add_error(name if field is not None else None, text)
        return text


class InputForm(TypedForm):
    """What an input takes, asked for on a page. `given` stands in the body beside what is typed, such as the case."""

    retry: tuple[type[CaseError], ...] = (
        Invalid,
        NotYourTurn,
        Stale,
        ConflictOfInterest,
        ExecutorNotCertified,
        OutsideMandate,
    )

    def __init__(
        self,
        takes: type[Input] | None,
        data: Any = None,
        files: Any = None,
        *,
        given: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(takes, data, files, given=given or {}, **more)
        self.takes, self.given, self.values = takes, given or {}, dict[str, Any]()

    def clean(self) -> dict[str, Any]:
        """The input checks the body; what could not even be read was said already."""
        unread = set(self.errors)
        if self.takes is not None:
            try:
                self.values = self.takes.read({**self.given, **self.body()})
            except ValidationError as refused:
                for each in field_errors(refused.detail):
                    path = each.pointer.strip("/").split("/")
                    if path[0] not in unread:
                        self.place(path, each, Typed.sentence)
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """What was typed, as keyword arguments of the command."""
        return {} if self.takes is None else self.takes.arguments(self.values)

    def differing(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Label and words of each of these values that is not what was typed."""
        asked = {name: field for name, field in self.fields.items() if isinstance(field, Typed) and name in values}
        return [
            (str(field.label), in_words)
            for name, field in asked.items()
            if (in_words := field.in_words(values[name])) != field.in_words(self.cleaned_data.get(name))
        ]


# — one field, by its kind —


def field_for(taken: Any, ask: Ask, choices: Any, deeper: Mapping[str, Any], *, is_row: bool = False) -> Typed:
    """The field that asks for one of an input. Raises `TypeError` for a kind that no page can ask for."""
    kind = "rows" if hasattr(taken, "child") and hasattr(taken.child, "fields") else getattr(taken, "kind", "")
    blank = getattr(taken, "allow_blank", False)
    words: dict[str, Any] = {
        "is_required": taken.required and not blank,
        "nothing": "" if taken.required and blank else LEFT_OUT,
    }
    if kind == "rows":
        return Rows(type(taken.child), ask, most=taken.max_length, choices=deeper, is_required=taken.required)
    if kind == "boolean":
        return boolean(taken, ask)
    if choices is None and hasattr(taken, "choices"):
        choices = [(code, capfirst(label)) for code, label in taken.choices.items()]
    if choices is not None:
        return one_or_more_of(list(choices), taken, ask, kind, is_row=is_row, **words)
    if kind not in KINDS:
        raise TypeError(f"{taken.field_name}: no page asks for a {type(taken).__name__}")
    return KINDS[kind](taken, ask, is_row=is_row, **words)


def one_or_more_of(
    choices: list[tuple[Any, Any]], taken: Any, ask: Ask, kind: str, *, is_row: bool, **words: Any
) -> Typed:
    labels = {str(code): str(label) for code, label in choices}
    if kind == "list":
        told = lambda values: ", ".join(labels.get(str(v), str(v)) for v in values)  # noqa: E731
        read = (lambda typed: [integer(each) for each in typed]) if isinstance(taken.child, Integer) else list
        return Typed(ask, forms.CheckboxSelectMultiple(choices=choices), read=read, said=told, **words)
    words |= {"read": integer if kind == "integer" else str, "said": lambda value: labels.get(str(value), str(value))}
    is_radio = hasattr(taken, "choices") if ask.radio is None else ask.radio
    if is_radio and not is_row:
        return Typed(ask, Radios(ask, choices), **words)
    return Typed(ask, forms.Select(choices=[("", ask.nothing), *choices]), **words)


def boolean(taken: Any, ask: Ask) -> Typed:
    answers = [("true", ask.yes), ("false", ask.no)]
    told = lambda value: str(ask.yes if value else ask.no)  # noqa: E731
    if taken.required:
        asked = {"true": True, "false": False}
        return Typed(ask, Radios(ask, answers), read=lambda text: asked.get(text, text), said=told, is_required=True)
    return Typed(ask, forms.CheckboxInput(), read=bool, nothing=False, said=told, is_required=False)


def text(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    usual = 0 if taken.max_length <= LINE else 2 if is_row else 4
    lines = usual if ask.lines is None else ask.lines
    attrs = {"data-most": taken.max_length}
    widget = forms.Textarea(attrs=attrs | {"rows": lines}) if lines else forms.TextInput(attrs=attrs)
    field = Typed(ask, widget, read=lambda typed: str(typed).replace("\r\n", "\n"), **words)
    field.most = taken.max_length
    return field


def secret(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    """Never echoed: the widget shows no value, and no refusal page gives it back."""
    attrs = {"autocomplete": "new-password", "data-most": taken.max_length}
    return Typed(ask, forms.PasswordInput(attrs=attrs), **words)


def amount(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    least = _("Give an amount above zero.") if taken.min_value == 1 else _("Give no negative amount.")
    most = format_lazy(_("Give at most {most}."), most=money(taken.max_value))
    return Typed(
        ask, widget, read=read_fen, show=yuan, said=money, limits={"too-small": least, "too-large": most}, **words
    )


def read_fen(text: str) -> int:
    found = fen(text)
    if found is None:
        raise forms.ValidationError(_("Give the amount in yuan, such as 80.00."), code="invalid")
    return found


def yuan(value: Any) -> Any:
    return f"{value / 100:.2f}" if isinstance(value, int) else value


def integer(text: str) -> Any:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else text


def whole_number(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    widget = forms.NumberInput(attrs={"min": taken.min_value, "max": taken.max_value})
    return Typed(ask, widget, read=integer, **words)


def moment(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    return Typed(ask, local_time(), read=read_moment, show=in_beijing, said=told_moment, **words)


def read_moment(text: str) -> str:
    found = local_moment(text)
    if found is None:
        raise forms.ValidationError(_("Give the time as a date and a time."), code="invalid")
    return found.isoformat()


def told_moment(value: Any) -> str:
    return moment_text(datetime.fromisoformat(value) if isinstance(value, str) else value)


def day(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    return Typed(ask, forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **words)


def file(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    return Typed(ask, forms.FileInput(), read=lambda sent: sent, said=lambda sent: str(sent.name), **words)


def entries(taken: Any, ask: Ask, *, is_row: bool, **words: Any) -> Typed:
    widget = Entries(ask, most=taken.max_length, each=taken.child.max_length)
    return Typed(ask, widget, read=list, said=", ".join, **words)


KINDS: Mapping[str, Callable[..., Typed]] = {
    "text": text,
    "secret": secret,
    "amount": amount,
    "integer": whole_number,
    "moment": moment,
    "date": day,
    "file": file,
    "list": entries,
}


class Rows(Typed):
    """A list of rows; each says what a body of its own input says."""

    widget: RowsWidget

    def __init__(
        self, takes: type[Input], ask: Ask, *, most: int, choices: Mapping[str, Any], is_required: bool
    ) -> None:
        make = partial(TypedForm, takes, choices=choices, is_row=True, use_required_attribute=False)
        widget = RowsWidget(make, most=most, blanks=ask.blanks)
        super().__init__(ask, widget, is_required=is_required)

    def clean(self, value: list[TypedForm]) -> Any:
        unread = [self.about(row, n, str(text)) for row in value for n, texts in row.errors.items() for text in texts]
        if unread:
            raise forms.ValidationError(unread)
        return [row.body() for row in value] or LEFT_OUT

    def row(self, path: list[str]) -> tuple[TypedForm, list[str]] | None:
        """The row that a pointer leads into, and the rest of the pointer."""
        typed = self.widget.typed or []
        at = int(path[1]) if len(path) > 2 and path[1].isdecimal() else len(typed)
        return (typed[at], path[2:]) if at < len(typed) else None

    def about(self, row: TypedForm, name: str, text: str) -> str:
        """The sentence, with the number of the row and the label of the field that it is about."""
        no = (self.widget.typed or []).index(row) + 1
        label = row.fields[name].label if name in row.fields else ""
        return _("Row %(no)d, %(label)s: %(text)s") % {"no": no, "label": label, "text": text}

    def in_words(self, value: Any) -> str:
        blank = self.widget.make()
        told = [
            " ".join(f.in_words(each[n]) for n, f in blank.fields.items() if isinstance(f, Typed) and n in each)
            for each in ([] if value in (None, LEFT_OUT) else value)
        ]
        return "; ".join(told)


class CheckedRows(Rows):
    """Rows in a form that is no input's: each is checked by its own input."""

    def __init__(self, takes: type[Input], ask: Ask, *, most: int) -> None:
        super().__init__(takes, ask, most=most, choices={}, is_required=False)
        self.takes = takes

    def clean(self, value: list[TypedForm]) -> Any:
        rows, wrong = super().clean(value), []
        read = []
        for row, body in zip(value, [] if rows is LEFT_OUT else rows, strict=False):
            try:
                read.append(self.takes.read(body))
            except ValidationError as refused:
                for each in field_errors(refused.detail):
                    path = each.pointer.strip("/").split("/")
                    wrong.append(self.about(row, path[0], row.place(path, each, Typed.sentence)))
        if wrong:
            raise forms.ValidationError(wrong)
        return read
