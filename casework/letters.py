"""A letter as plain words: numbered parts in a fixed order, the same on screen, as PDF and over the API.

What does not belong here: what a letter of an app says, and layout.
"""

from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True)
class Sent:
    """What a check code proves about a letter, and nothing about anybody."""

    number: str
    decided_at: datetime
    outcome: str


SENDERS: list[Callable[[str], Sent | None]] = []
"""Each app that sends letters puts in how it knows its own check codes."""


def sent_with(check_code: str) -> Sent | None:
    """The letter that a check code belongs to, whichever app sent it; None when no letter has it."""
    found = (sender(check_code) for sender in SENDERS) if check_code else ()
    return next((letter for letter in found if letter is not None), None)


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
