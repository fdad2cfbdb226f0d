"""The base of every app's forms."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from casework.clock import BEIJING
from casework.errors import CaseError, Invalid
from casework.text import is_visually_blank, too_long, validate_plain_text

LINE = 200  # characters; what may be longer is typed into several lines
YUAN = re.compile(r"-?([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,2})?")
"""Commas only where they part thousands: `12,5` is no 125."""


class PlainText(forms.CharField):
    """Text byte for byte as typed, but for a browser's two-character line break; what cannot be kept is refused.

    What looks empty counts as empty where the field is required.
    """

    def __init__(self, *, max_length: int, rows: int = 0, counter: str = "", **more: Any) -> None:
        attrs: dict[str, Any] = {"rows": rows} if rows else {}
        if counter:
            attrs["data-counter"] = counter
        widget = forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs)
        super().__init__(max_length=max_length, strip=False, widget=widget, **more)
        self.most = max_length
        self.validators = [_not_longer(max_length), validate_plain_text]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The length goes to the script as `data-most` (site.js): at `maxlength` a browser cuts what is pasted."""
        attrs = super().widget_attrs(widget)
        return {"data-most" if name == "maxlength" else name: value for name, value in attrs.items()}

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.required and is_visually_blank(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")


def _not_longer(most: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if len(value) > most:
            raise forms.ValidationError(too_long(len(value), most), code="max_length")

    return check


class CaptionField(PlainText):
    """What one piece of evidence is said to prove, in one line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=200, error_messages={"required": _("Say what this proves.")}, **more)


class Amount(forms.CharField):
    """A sum in yuan with at most two decimals; cleaned into fen."""

    def __init__(self, *, least: int = 0, wrong: Any = None, **more: Any) -> None:
        self.least, self.wrong = least, wrong or _("Give the amount in yuan, such as 80.00.")
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": self.wrong},
            **more,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        amount = fen(text) if text else None
        if text and amount is None:
            raise forms.ValidationError(self.wrong, code="invalid")
        if amount is not None and amount < self.least:
            raise forms.ValidationError(_("Give an amount above zero."), code="min_value")
        return amount


class Moment(forms.CharField):
    """A date and a time of day in Beijing, as a browser's own field gives it."""

    def __init__(self, **more: Any) -> None:
        wrong = _("Give the time as a date and a time.")
        super().__init__(widget=local_time(), **more | {"error_messages": {"required": wrong, "invalid": wrong}})

    def prepare_value(self, value: Any) -> Any:
        return in_beijing(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        read = local_moment(text) if text else None
        if text and read is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return read


class CommandForm(forms.Form):
    """A form whose values go to a command, and which shows the command's refusal beside the field it is about.

    `places` maps a pointer of the refusal, or its first part, to the name of a field where they differ; `retry` names
    the refusals after which the form comes back with what was typed.
    """

    places: ClassVar[Mapping[str, str]] = {}
    retry: tuple[type[CaseError], ...] = (Invalid,)

    def carried_out(self, act: Callable[[dict[str, Any]], object]) -> bool:
        """Carries out `act` and returns True; otherwise the form has the errors, also those of the act."""
        if not self.is_valid():
            return False
        try:
            act(self.said())
        except self.retry as refused:
            self.add_refusal(refused)
            return False
        return True

    def said(self) -> dict[str, Any]:
        """What was typed, as keyword arguments of the command."""
        return self.cleaned_data

    def ask_again(self) -> None:
        """Shows what was typed and judges none of it, such as with more rows to fill in."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def add_refusal(self, error: CaseError) -> None:
        """Adds the errors of the refusal to the form, as if it had found them itself."""
        for each in error.errors:
            first = each.pointer.strip("/").split("/")[0]
            name = self.places.get(each.pointer) or self.places.get(first, first)
            self.add_error(name if name in self.fields else None, str(each.message))
        if not error.errors:
            self.add_error(None, str(error.detail))


def fen(text: str) -> int | None:
    """An amount of yuan as typed, in fen; None where it has no such shape."""
    plain = text.strip().lstrip("¥￥").replace("，", ",")
    return int(Decimal(plain.replace(",", "")) * 100) if YUAN.fullmatch(plain) else None


def local_moment(text: str) -> datetime | None:
    """A local date and time as a browser's field gives it, in Beijing; None where it has no such shape."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read.replace(tzinfo=BEIJING) if read.tzinfo is None else read


def local_time() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def in_beijing(value: Any) -> Any:
    """A moment as the field of a browser shows it; anything else as it is."""
    return value.astimezone(BEIJING).replace(tzinfo=None) if isinstance(value, datetime) else value


def number(text: str) -> int | None:
    """A number, such as a version, as a field of a form says it; None where it has no such shape."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
