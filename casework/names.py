"""Names that people choose and that become a part of an address, such as a rule's code and its version's number.

One grammar in input, API document and table: any character that an address carries, Chinese letters, dots and spaces
included, but none that would end the part of the address it stands in. The table refuses such a name by a trigger and
not by a CHECK: a row from before the grammar stays as it is, and its address is escaped by `NameConverter`.
"""

import re
from urllib.parse import quote, unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casework.text import check_text
from casework.triggers import Trigger, changed, on_insert, on_update

REFUSED = "/\\?#%"
GRAMMAR = r"^(?!\.+$)[^\u0000-\u001f\u007f-\u009f\u2028\u2029/\\?#%]+$"


def validate_name(value: str) -> None:
    """A validator for model and serializer fields."""
    if not re.fullmatch(GRAMMAR, value):
        raise ValidationError(_("Use none of the characters / \\ ? # %, and not dots alone."), code="not-a-name")


class NameConverter:
    """`<name:code>` in a route: one part of an address. What the grammar refuses is escaped once more."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return check_text(unquote(value), one_line=True)  # a refusal is a ValueError: no such address

    def to_url(self, value: str) -> str:
        """The name, which the address then quotes as any other text."""
        if value.strip("."):
            return value.replace("%", "%25").replace("/", "%2F")
        return value.replace(".", "%2E")  # a browser would take the step of a path back for it


def in_path(value: object) -> str:
    """A name or number as it stands in an address."""
    return quote(NameConverter().to_url(str(value)), safe="")


def name_triggers(table: str, column: str, law: str) -> list[Trigger]:
    """The triggers that refuse a new value of `column` that the grammar refuses."""
    new = f"NEW.{column}"
    unfit = " OR ".join(f"replace({new}, '{character}', '') <> {new}" for character in REFUSED)
    unfit = f"(replace({new}, '.', '') = '' OR {unfit})"
    return [
        on_insert(table, law, unfit, problem="validation"),
        on_update(table, f"{law}_when_changed", f"{changed(column)} AND {unfit}", problem="validation"),
    ]
