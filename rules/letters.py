"""Letter templates that two people signed, and the blanks that nobody may leave in a letter."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.errors import FieldError
from rules.machine import ChangeState
from rules.models import CatalogueChange, Subject

BLANK = re.compile(r"\[…[^\]\n]{0,80}\]?|____|\{")
"""What is to be filled in, such as […order number]. Triggers refuse the first two in what is sent."""


def blanks_in(text: str) -> list[str]:
    """The blanks of a text, in their order."""
    return BLANK.findall(text)


def blank_errors(texts: Mapping[str, str]) -> list[FieldError]:
    """One error for each text, given by its JSON pointer, that still has a blank."""
    words = _("A template text was left unedited.")
    return [FieldError(at, "unedited-template", words) for at, text in texts.items() if BLANK.search(text)]


def signed_letters(keys: Iterable[str], *, before: int | None = None) -> dict[str, CatalogueChange]:
    """The newest signed template of each of these entries; `before` leaves out that change and what came after."""
    rows = CatalogueChange.objects.filter(subject=Subject.LETTER, state=ChangeState.SIGNED, key__in=list(keys))
    rows = rows if before is None else rows.filter(pk__lt=before)
    return {row.key: row for row in rows.order_by("pk")}


def letter_said(key: str, *, before: int | None = None) -> Mapping[str, Any] | None:
    """What the template of this entry says, None where there is none."""
    row = signed_letters([key], before=before).get(key)
    return None if row is None else row.said
