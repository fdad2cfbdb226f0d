"""Parses text on pages of the console whose whole form is kept over every step: numbers, sums, moments, mistakes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.forms import BooleanField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archive.translations import LONGEST, Original
from casework.clock import BEIJING
from casework.text import TextRefused, check_text
from surfaces.forms import CommandForm, PlainText

MAX_FEN = 10**12


class TranslationForm(CommandForm):
    """A translation of each of these texts, by its name; `start` has what stands in the fields.

    One that began as a machine's draft asks whether it was read and corrected.
    """

    def __init__(self, originals: Sequence[Original], data: Any, start: Mapping[str, str], *, is_drafted: bool) -> None:
        super().__init__(data, initial=dict(start))
        for each in originals:
            self.fields[each.of] = PlainText(
                max_length=LONGEST, rows=5, label=each.title, error_messages={"required": _("Please fill this in.")}
            )
        if is_drafted:
            self.fields["read"] = BooleanField(
                label=_("I have read each text beside its original and corrected what was wrong."),
                error_messages={"required": _("A machine's draft is added once you have read and corrected it.")},
            )
        self.places = {f"/texts/{place}/text": each.of for place, each in enumerate(originals)}  # type: ignore[misc]  # these ones


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence to show, and the element it is about."""

    text: str | Promise
    id: str = ""


def typed_text(post: QueryDict, name: str, most: int, mistakes: list[Mistake], id_: str = "") -> str:
    """The text of a field; one that cannot be stored is a mistake, and comes back without what makes it so."""
    raw = post.get(name, "").replace("\r\n", "\n")  # a browser sends a typed line break as two characters
    try:
        return check_text(raw, max_length=most)
    except TextRefused as refused:
        mistakes.append(Mistake(refused.message, id_ or name))
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", raw)


def number(text: str | None) -> int | None:
    """A number as a field of a form says it; None where it has no such shape."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def fen(text: str) -> int | None:
    """Yuan as typed, in fen; None where it has no such shape."""
    try:
        yuan = Decimal(text.replace(",", "").removeprefix("¥"))
    except InvalidOperation:
        return None
    if not yuan.is_finite() or not 0 <= yuan * 100 <= MAX_FEN or yuan * 100 != int(yuan * 100):
        return None
    return int(yuan * 100)


def local_moment(text: str) -> datetime | None:
    """A local date and time, as a browser's field gives it, in Beijing."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=BEIJING) if read.tzinfo is None else read
