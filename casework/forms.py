"""Fields that every app's forms are made of. What does not belong here: any form."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from casework.text import validate_plain_text


class PlainText(forms.CharField):
    """Text byte for byte as typed, but for a browser's two-character line break; what cannot be kept is refused."""

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
