"""Widgets of forms that follow from inputs: codes side by side, lists of short texts, rows.

What does not belong here: reading what was typed (`surfaces.input_forms`).
"""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.template.loader import render_to_string

from surfaces.asks import Ask


class Radios(forms.RadioSelect):
    """Codes side by side, each with what it means."""

    template_name = "components/radios.html"

    def __init__(self, ask: Ask, choices: list[tuple[Any, Any]]) -> None:
        super().__init__(choices=choices)
        self.means = {str(code): ask.means.get(code, "") for code, _label in choices}

    def create_option(self, name: str, value: Any, *args: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **more)
        return {**option, "attributes": flatatt(option["attrs"]), "means": self.means[str(value)]}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class Entries(forms.TextInput):
    """A list of short texts, one field each; some empty ones follow those that are filled in."""

    template_name = "components/entries.html"
    use_fieldset = True

    def __init__(self, ask: Ask, *, most: int, each: int) -> None:
        super().__init__(attrs={"data-most": each})
        self.ask, self.most = ask, most

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [text for text in data.getlist(name) if text.strip()]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        filled = list(value or [])
        rows = [*filled, *[""] * max(0, min(self.ask.blanks, self.most - len(filled)))]
        context = {"name": name, "rows": rows, "label": self.ask.label, "attrs": self.build_attrs(attrs or {})}
        context["most"] = self.attrs["data-most"]
        return render_to_string(self.template_name, {"widget": context})


class RowsWidget(forms.Widget):
    """Rows of one form each, named `measures-0-level`; some empty ones follow those that are filled in."""

    template_name = "components/rows.html"
    use_fieldset = True

    def __init__(self, make: Callable[..., Any], *, most: int, blanks: int) -> None:
        super().__init__()
        self.make, self.most, self.blanks = make, most, blanks
        self.typed: list[Any] | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        """The rows in which something was typed; always the same ones, so that they keep their errors."""
        if self.typed is None:
            named = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-.+")
            places = sorted({int(found[1]) for key in data if (found := named.fullmatch(key))})
            rows = [self.make(data, files, prefix=f"{name}-{place}") for place in places[: 2 * self.most + 10]]
            self.typed = [row for row in rows if not row.is_empty()]
        return self.typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        rows = [
            each if isinstance(each, forms.Form) else self.make(initial=each, prefix=f"{name}-{place}")
            for place, each in enumerate(value or [])
        ]
        first = max((int(str(row.prefix).rsplit("-", 1)[1]) for row in rows), default=-1) + 1
        empty = range(first, first + max(0, min(self.blanks, self.most - len(rows))))
        rows += [self.make(prefix=f"{name}-{place}") for place in empty]
        is_wide = any(isinstance(f.widget, forms.Textarea | RowsWidget) for f in rows[0].fields.values()) if rows else 0
        return render_to_string(self.template_name, {"widget": {"rows": rows, "attrs": attrs, "is_wide": is_wide}})
