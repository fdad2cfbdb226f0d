"""Parameters by which a caller narrows a list to what has a value: a party, a number of its own, a time it is due by.

What does not belong here: filters by one of some codes, which pages offer as well (`surfaces.lists`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Choices, Q
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor, ActorKind
from casework.errors import Invalid, one_of
from surfaces.api.pagination import moment_of


@dataclass(frozen=True, slots=True)
class Narrow:
    """One parameter: `where` is the condition for a value and whoever asks, `words` say of what in the API document."""

    words: str
    where: Callable[[str, Actor], Q]


def exactly(column: str, words: str) -> Narrow:
    """The rows of which this column has the value."""
    return Narrow(words, lambda value, _actor: Q(**{column: value}))


def exactly_coded(column: str, choices: type[Choices]) -> Narrow:
    """The rows of which this column has the code, in large or small letters."""
    codes = {str(code).lower(): code for code in choices.values}

    def where(value: str, _actor: Actor) -> Q:
        if value.lower() not in codes:
            raise Invalid.field(f"/{column}", "unknown", one_of(choices.values))
        return Q(**{column: codes[value.lower()]})

    return Narrow(f"One of {', '.join(f'`{code}`' for code in choices.values)}.", where)


def of_party(*columns: str) -> Narrow:
    """The rows of a party, which stands in one of these columns, by our ref or by the platform's own number.

    A party finds by that number its own rows alone: nobody tries out which number the other side has.
    """

    def where(value: str, actor: Actor) -> Q:
        found = Q()
        for column in columns:
            own = Q(**{f"{column}_id__in": [*actor.parties]}) if actor.kind is ActorKind.PARTY else Q()
            found |= Q(**{f"{column}__ref": value}) | Q(**{f"{column}__external_ref": value}) & own
        return found

    return Narrow("Only those of this party: its `ref`, or its number in your own system.", where)


def for_the_platform(**narrows: Narrow) -> dict[str, Narrow]:
    """These for the platform's people and back ends alone: to a party the rows do not tell what they ask for."""

    def guarded(name: str, narrow: Narrow) -> Narrow:
        def where(value: str, actor: Actor) -> Q:
            if actor.kind is ActorKind.PARTY:
                message = _("What you are shown here does not tell you that, so it cannot be looked for.")
                raise Invalid.field(f"/{name}", "not-offered", message)
            return narrow.where(value, actor)

        return replace(narrow, where=where)

    return {name: guarded(name, narrow) for name, narrow in narrows.items()}


def due_before(column: str | Mapping[str, Q], words: str) -> Narrow:
    """The rows that are due before a moment; of several columns each counts where its condition holds."""
    message = _("due_before must be a time with its offset, such as 2026-03-01T09:30:00+08:00.")
    columns = {column: Q()} if isinstance(column, str) else column

    def where(value: str, _actor: Actor) -> Q:
        before, found = moment_of(value, pointer="/due_before", message=message), Q()
        for name, holds in columns.items():
            found |= Q(**{f"{name}__lt": before}) & holds
        return found

    return Narrow(f"{words} An RFC 3339 time with its offset.", where)
