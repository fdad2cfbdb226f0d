"""The base of every app's forms."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from casework.errors import CaseError
from casework.text import is_visually_blank, validate_plain_text


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
        long = _("The text is longer than %(limit_value)d characters.")
        self.validators = [MaxLengthValidator(max_length, message=long), validate_plain_text]

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.required and is_visually_blank(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")


class CommandForm(forms.Form):
    """A form whose values go to a command, and which shows the command's refusal beside the field it is about.

    `places` maps a pointer of the refusal, or its first part, to the name of a field where they differ.
    """

    places: ClassVar[Mapping[str, str]] = {}

    def add_refusal(self, error: CaseError) -> None:
        """Adds the errors of the refusal to the form, as if it had found them itself."""
        for each in error.errors:
            first = each.pointer.strip("/").split("/")[0]
            name = self.places.get(each.pointer) or self.places.get(first, first)
            self.add_error(name if name in self.fields else None, str(each.message))
        if not error.errors:
            self.add_error(None, str(error.detail))


def version_of(text: str) -> int | None:
    """The version that a page sent along; None where it is missing or no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
