"""What open queues are pushed, for many reviewers at once: counts per tab, and what changed of what they may see.

One statement for many readers, each with the very conditions by which the queue is listed for them, so that nothing is
pushed that they could not read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Subquery, Value, When

from accounts.models import User
from appeals.machine import STATES, TABS
from appeals.models import Appeal
from appeals.policies import claimable_by, claimable_by_row
from appeals.queries.review import tabs_of
from casework import counts
from casework.actor import Actor
from casework.counts import CappedCount
from casework.machine import edge_of, row_of
from casework.models import Event
from casework.states import columns_of, is_leased, states_on

READERS = 20  # in one statement
ROWS = 500  # changed cases in one statement
LEASED = states_on(STATES, *(tab.name for tab in TABS.values() if tab.lapses_to))


class QueueSummary(NamedTuple):
    """What a reviewer's queue shows as a whole: `head` is the moment of its newest row, in milliseconds, 0 for none.

    A count stops at `casework.counts.CAP`, which stands for that many and more.
    """

    head: int
    counts: Mapping[str, int]  # by tab


CHANGES = ("arrived", "claimed", "released", "changed", "left")


class QueueChange(NamedTuple):
    """What became of one case, for one reviewer: one of `CHANGES`.

    `tab` is where their queue shows it now, None for nowhere.
    """

    ref: str
    change: str
    tab: str | None
    due_at: datetime | None


def tab_before(event: Event) -> str:
    """Returns the tab on which the case stood before the event, as far as the event says; empty for none."""
    row = row_of(Appeal, event.source)
    step = edge_of(Appeal, event)
    if row.tab and step is not None and step.takes:  # from where it could be taken, whoever held it before
        return TABS[row.tab].waits_on or ""
    return str(row.tab)


def queues_of(actors: Iterable[Actor], *, now: datetime) -> dict[int, QueueSummary]:
    """The queue of each reviewer, by person."""
    queues = {}
    for chunk in _chunks(list(_once(actors).values()), READERS):
        for person, newest, lapsed, *counted in _together([_summary(actor, now=now) for actor in chunk]):
            head = max((at for at in (newest, lapsed) if at is not None), default=None)
            queues[person] = QueueSummary(
                0 if head is None else int(head.timestamp() * 1000), dict(zip(TABS, counted, strict=True))
            )
    return queues


def _summary(actor: Actor, *, now: datetime) -> QuerySet[Any, Any]:
    """One row of one reader: who, the newest change, the newest lease that ran out, and the count of each tab.

    Each is read off an index of its own, from the end where it begins, so that none looks at every open case.
    """
    tabs = tabs_of(actor, now=now)
    rows = Appeal.objects.filter(claimable_by(actor)).order_by()
    shown = rows.filter(reduce(or_, tabs.values()), is_ended=False)
    changed = shown.order_by("-updated_at").values("updated_at")
    lapsed = rows.filter(state__in=LEASED, lease_expires_at__lt=now)  # it came back just then
    return (
        User.objects.filter(pk=actor.person)
        .order_by()
        .values_list(
            "pk",
            Subquery(changed[:1]),
            Subquery(lapsed.order_by("-lease_expires_at").values("lease_expires_at")[:1]),
            *(CappedCount(rows.filter(_counted(actor, tabs[tab], is_own=TABS[tab].is_own))) for tab in TABS),
        )
    )


def _counted(actor: Actor, on_tab: Q, *, is_own: bool) -> Q:
    """What is counted of a tab. One's own are few. Of a shared one the most urgent, twice as many as a count goes to,
    without those of which the row says a conflict.

    They are read along the queue's index; with all conditions at once PostgreSQL puts whole indexes together and reads
    every open case. Whoever did something elsewhere in more than half of them is told of fewer.
    """
    if is_own:
        return on_tab
    rows = Appeal.objects.filter(on_tab, claimable_by_row(actor)).order_by("urgent_at", "id")
    return Q(pk__in=rows.values("pk")[: 2 * counts.CAP])


def changes_for(actors: Iterable[Actor], stood: Mapping[int, str], *, now: datetime) -> dict[int, list[QueueChange]]:
    """What became of these cases for each reviewer who may see them, by person; `stood`: where each stood before."""
    changes: dict[int, list[QueueChange]] = {}
    if not stood:
        return changes
    by_person = _once(actors)
    readers = list(by_person.values())
    for keys in _chunks(list(stood), ROWS):
        rows = Appeal.objects.filter(pk__in=keys)
        for chunk in _chunks(readers, READERS):
            found = [_as_seen(rows, actor, now=now).values_list(_person(actor), *_ROW) for actor in chunk]
            for person, *row in _together(found):
                seen = SimpleNamespace(**dict(zip(_ROW, row, strict=True)))
                if (change := _change(by_person[person], seen, stood)) is not None:
                    changes.setdefault(person, []).append(change)
    return changes


def lapsed_between(start: datetime, end: datetime) -> dict[int, str]:
    """The cases whose lease ran out in that time, which no event says, each with the tab of its holder."""
    held = Appeal.objects.filter(state__in=LEASED, lease_expires_at__gte=start, lease_expires_at__lt=end)
    return {pk: row_of(Appeal, state).tab for pk, state in held.values_list("pk", "state")}


_BASE = ("pk", "ref", "state", "tab", "decide_due_at", "lease_expires_at", "updated_at")
_ROW = (*_BASE, *(column for column in columns_of(TABS) if column not in _BASE))


def _change(actor: Actor, row: Any, stood: Mapping[int, str]) -> QueueChange | None:
    before = stood[row.pk]
    lapses_to = TABS[before].lapses_to if before in TABS else ""
    if lapses_to and row.lease_expires_at is not None and row.lease_expires_at < row.updated_at:
        before = lapses_to  # its lease had run out before whatever happened
    word = _word(before, row, actor)
    if word is None:
        return None
    shows_time = row.tab and row_of(Appeal, row.state).time_runs
    return QueueChange(row.ref, word, row.tab or None, row.decide_due_at if shows_time else None)


def _word(before: str, row: Any, actor: Actor) -> str | None:
    """Names what became of the case; None where the reader's queue showed it neither before nor now."""
    was, now = TABS.get(before), TABS.get(row.tab)
    stood_free = was is not None and not was.is_own
    if now is not None and now.is_own:
        return "claimed" if stood_free else "changed"
    if now is not None:
        return "changed" if now == was else "arrived" if was is None or stood_free else "released"
    if was is None or not was.seen_by.holds(actor, row):
        return None
    is_taken = was.can_be_taken and is_leased(row_of(Appeal, row.state), TABS)
    return "claimed" if is_taken else "left"


def _as_seen(rows: QuerySet[Appeal], actor: Actor, *, now: datetime) -> QuerySet[Any, Any]:
    """The rows in which the reader has no conflict, each with its `tab`, empty where it is on none."""
    tabs = [When(condition, then=Value(name)) for name, condition in tabs_of(actor, now=now).items()]
    tab = Case(*tabs, default=Value(""), output_field=CharField())
    return rows.filter(claimable_by(actor)).annotate(tab=tab).order_by()


def _person(actor: Actor) -> Value:
    return Value(actor.person, output_field=IntegerField())


def _together(found: Sequence[QuerySet[Any, Any]]) -> Iterable[Any]:
    return found[0].union(*found[1:], all=True).order_by() if len(found) > 1 else found[0]


def _once(actors: Iterable[Actor]) -> dict[int, Actor]:
    return {actor.person: actor for actor in actors}


def _chunks[T](items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
