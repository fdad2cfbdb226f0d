"""The base of every app's forms."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from casework.errors import CaseError, Invalid
from casework.text import is_visually_blank, validate_plain_text

if TYPE_CHECKING:
    from casework.verbs import Verb


LINE = 200  # characters; what may be longer is typed into several lines


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


class CaptionField(PlainText):
    """What one piece of evidence is said to prove, in one line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=200, error_messages={"required": _("Say what this proves.")}, **more)


class Amount(forms.DecimalField):
    """A sum in yuan with at most two decimals; cleaned into fen."""

    def __init__(self, *, least: str = "0", wrong: Any = None, **more: Any) -> None:
        wrong = wrong or _("Give the amount in yuan, such as 80.00.")
        super().__init__(
            max_digits=12,
            decimal_places=2,
            min_value=Decimal(least),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": wrong, "invalid": wrong, "min_value": _("Give an amount above zero.")},
            **more,
        )

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lstrip("¥￥").replace(",", "").replace("，", "")
        return super().to_python(text)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


class CommandForm(forms.Form):
    """A form whose values go to a command, and which shows the command's refusal beside the field it is about.

    `places` maps a pointer of the refusal, or its first part, to the name of a field where they differ; `retry` names
    the refusals after which the form comes back with what was typed.
    """

    places: ClassVar[Mapping[str, str]] = {}
    retry: ClassVar[tuple[type[CaseError], ...]] = (Invalid,)

    def carried_out(self, act: Callable[[dict[str, Any]], object]) -> bool:
        """Carries out `act` and returns True; otherwise the form has the errors, also those of the act."""
        if not self.is_valid():
            return False
        try:
            act(self.cleaned_data)
        except self.retry as refused:
            self.add_refusal(refused)
            return False
        return True

    def add_refusal(self, error: CaseError) -> None:
        """Adds the errors of the refusal to the form, as if it had found them itself."""
        for each in error.errors:
            first = each.pointer.strip("/").split("/")[0]
            name = self.places.get(each.pointer) or self.places.get(first, first)
            self.add_error(name if name in self.fields else None, str(each.message))
        if not error.errors:
            self.add_error(None, str(error.detail))


class TakesForm(CommandForm):
    """What a verb takes, as the page that asks once more asks for it: the fields that have a label there.

    Lengths, codes and what may be left out are those of the verb's `takes`, so the page and the API agree.
    """

    def __init__(self, verb: "Verb", data: Any = None) -> None:
        super().__init__(data)
        if verb.takes is not None and verb.confirm is not None:
            taken, labels = verb.takes().fields, verb.confirm.labels
            if unasked := [name for name, one in taken.items() if one.required and name not in labels]:
                raise TypeError(f"{verb.name}: its page has no label for {unasked}, and no form of its own")
            for name, label in labels.items():
                self.fields[name] = form_field(taken[name], label=label, help_text=verb.confirm.hints.get(name, ""))


def form_field(taken: Any, **words: Any) -> forms.Field:
    """The field of a form for one of an input: a text or a code. Raises `TypeError` for any other."""
    words |= {
        "required": taken.required and not getattr(taken, "allow_blank", False),
        "error_messages": {"required": _("Please fill this in.")},
    }
    if hasattr(taken, "choices"):
        codes = [(code, capfirst(label)) for code, label in taken.choices.items()]
        return forms.ChoiceField(choices=codes, widget=forms.RadioSelect, **words)
    if hasattr(taken, "one_line"):
        return PlainText(max_length=taken.max_length, rows=4 if taken.max_length > LINE else 0, **words)
    raise TypeError(
        f"{taken.field_name}: no form is made for a {type(taken).__name__}; give the verb a form of its own"
    )


def version_of(text: str) -> int | None:
    """The version that a page sent along; None where it is missing or no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
