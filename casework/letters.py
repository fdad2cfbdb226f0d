"""A letter as plain words: numbered parts in a fixed order, the same on screen, as PDF and over the API.

What does not belong here: what a letter of an app says, and layout.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casework.clock import BEIJING
from casework.ledger import digest


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A heading and the sentences under it, in order."""

    no: int
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in one language; `hash` covers its words, `check_code` lets a holder have it verified."""

    number: str
    language: str
    decided_at: datetime
    parts: tuple[LetterPart, ...]
    check_code: str
    hash: str


def hash_of(parts: Iterable[LetterPart]) -> str:
    """The fingerprint of a letter's words."""
    return digest([[part.no, part.title, list(part.lines)] for part in parts])


def moment(value: datetime) -> str:
    """An absolute time in Beijing, in the active language."""
    local = value.astimezone(BEIJING)
    return _("%(date)s %(time)s (Beijing time)") % {
        "date": date_format(local, _("j F Y")),  # the pages' own form; Django's English one is American
        "time": f"{local:%H:%M}",
    }


def money(minor: int) -> str:
    return f"¥{minor // 100:,}.{minor % 100:02d}"
