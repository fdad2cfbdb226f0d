"""What a list is narrowed to, as its address says: words, a group of states, a kind, days.

What does not belong here: which columns the words are looked for in (each app's queries).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.actor import Actor, ActorKind
from casework.clock import BEIJING
from casework.searching import Searched, Word, among
from casework.text import TextRefused, check_text

MAX_ASKED = 100
MOST_WORDS = 5

type Labels = Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """`states` and `kinds` are what can be chosen, by code; `state` and `kind` what was, or empty."""

    asked: str = ""
    state: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    states: Labels = field(default_factory=dict)
    kinds: Labels = field(default_factory=dict)
    errors: tuple[Mapping[str, str], ...] = ()

    @property
    def words(self) -> list[str]:
        return self.asked.split()[:MOST_WORDS]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked or self.state or self.kind or self.since or self.until)

    @property
    def has_more(self) -> bool:
        """Whether something is chosen that a page folds away."""
        return bool(self.kind or self.since or self.until)

    def days(self, column: str) -> Q:
        """The condition that the moment lies within the days, in Beijing."""
        condition = Q()
        if self.since is not None:
            condition &= Q(**{f"{column}__gte": start_of(self.since)})
        if self.until is not None:
            condition &= Q(**{f"{column}__lt": start_of(self.until) + timedelta(days=1)})
        return condition

    def said(
        self,
        actor: Actor,
        where: Callable[[str], Q],
        *,
        searched: Searched,
        words_for: Callable[[Sequence[str]], Sequence[Word]],
    ) -> Q:
        """The condition that each word stands where `where` looks for it, among the newest that have them all.

        `words_for` says which kinds of things a word names. A single character is looked for among a party's own rows
        alone: of whoever sees the rows of all it is no word.
        """
        if not self.words:
            return Q()
        is_party = actor.kind is ActorKind.PARTY
        found = None
        if not actor.cases:  # documents name parties, and whoever sees single cases of one has few: these are read
            found = among(searched, words_for(self.words), parties=actor.parties if is_party else None)
        condition = found or (Q() if is_party else Q(pk=None))
        for word in self.words:
            if len(word) != 2 or found is None:  # two characters are one pair: what has it has the word
                condition &= where(word)
        return condition


def stands_in(word: str, *columns: str) -> Q:
    """The condition that the word stands in one of the columns, in whatever case."""
    anywhere = Q()
    for column in columns:
        anywhere |= Q(**{f"{column}__icontains": word})
    return anywhere


def has_one(rows: QuerySet[Any, Any]) -> Q:
    """The condition that one of these rows belongs to the case that is looked at.

    Read for each case by itself: of `EXISTS` PostgreSQL would rather read all rows of everybody, once. Compared, not
    asked whether it is null: PostgreSQL then takes it that hardly any case has one, and reads a list of those without
    along its index. Asked so, it took it that hardly any is without, and put all that there are in order.
    """
    one = rows.order_by().annotate(one=Value(1)).values("one")[:1]
    return Q(Exact(Coalesce(Subquery(one), 0), 1))


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def read_filter(asked: Mapping[str, str], *, states: Labels, kinds: Labels) -> ListFilter:
    """What an address says, whatever it is: what cannot be read is left out, and said where somebody typed it."""
    errors: list[Mapping[str, str]] = []
    words = " ".join(asked.get("q", "").split())
    try:
        check_text(words, max_length=MAX_ASKED, one_line=True)
    except TextRefused as refused:
        errors.append({"text": str(refused.message), "id": "id_q"})
        words = ""
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        typed = asked.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(typed) if typed else None
            if days[name] is not None and not 2000 <= days[name].year <= 2100:  # type: ignore[union-attr]
                raise ValueError
        except ValueError:
            days[name] = None
            errors.append({"text": _("Write the day like 2026-03-05."), "id": f"id_{name}"})
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return ListFilter(
        asked=words,
        state=state if state in states else "",
        kind=kind if kind in kinds else "",
        since=days["from"],
        until=days["to"],
        states=states,
        kinds=kinds,
        errors=tuple(errors),
    )
