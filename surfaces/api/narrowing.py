"""Parameters by which a caller narrows a list to what has a value: a party, a number of its own, a time it is due by.

What does not belong here: filters by one of some codes, which pages offer as well (`surfaces.lists`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Choices, Q
from django.utils.translation import gettext_lazy as _

from casework.errors import Invalid, one_of
from surfaces.api.pagination import moment_of


@dataclass(frozen=True, slots=True)
class Narrow:
    """One parameter: `where` is the condition for a value, `words` say of what in the API document."""

    words: str
    where: Callable[[str], Q]


def exactly(column: str, words: str) -> Narrow:
    """The rows of which this column has the value."""
    return Narrow(words, lambda value: Q(**{column: value}))


def exactly_coded(column: str, choices: type[Choices]) -> Narrow:
    """The rows of which this column has the code, in large or small letters."""
    codes = {str(code).lower(): code for code in choices.values}

    def where(value: str) -> Q:
        if value.lower() not in codes:
            raise Invalid.field(f"/{column}", "unknown", one_of(choices.values))
        return Q(**{column: codes[value.lower()]})

    return Narrow(f"One of {', '.join(f'`{code}`' for code in choices.values)}.", where)


def of_party(*columns: str) -> Narrow:
    """The rows of a party, which stands in one of these columns, by our ref or by the platform's own number."""

    def where(value: str) -> Q:
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__ref": value}) | Q(**{f"{column}__external_ref": value})
        return found

    return Narrow("Only those of this party: its `ref`, or its number in your own system.", where)


def due_before(column: str, words: str) -> Narrow:
    """The rows that are due before a moment."""
    message = _("due_before must be a time with its offset, such as 2026-03-01T09:30:00+08:00.")
    return Narrow(
        f"{words} An RFC 3339 time with its offset.",
        lambda value: Q(**{f"{column}__lt": moment_of(value, pointer="/due_before", message=message)}),
    )
