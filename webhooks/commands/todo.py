"""Tells the platform that what one of its people has to do has changed, so that it can wake their phone.

Nothing that changes a case knows of it: ledger and rooms are read on from where they were read last, whoever a row may
concern is looked at, and what differs from what was told last is told. All of it is one short transaction, so that
whoever is killed in it leaves nothing half done: no change is lost, and none is told twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from accounts.models import ApiClient, Membership
from accounts.policies import in_force
from accounts.queries import actor_of_client, devices_woken
from casework.firing import command
from casework.models import Event
from disputes.queries import written
from webhooks.commands.deliveries import body_of, endpoints_naming, queued
from webhooks.event_types import TODO_CHANGED
from webhooks.models import TodoSource, TodoTold, WebhookDelivery, WebhookEndpoint
from webhooks.policies import CASES
from webhooks.todo import counts_of

READ = 500
"""Rows of each source that one round reads."""
TOLD = 20
"""People that one round looks at."""
SETTLED = timedelta(minutes=1)
"""After so long no earlier key is still to be committed."""
APART = timedelta(seconds=10)
"""Of one person nothing is told sooner after what was told last; what changes meanwhile is told together."""

type Row = tuple[int, str, int]
"""Key, and the kind and key of the case that it is about."""

PARTIES: Mapping[str, Sequence[str]] = {
    "notice": ("party_id",),
    "appeal": ("notice__party_id",),
    "dispute": ("claimant_id", "respondent_id"),
    "incident": ("act__executor__party_id",),
    "instruction": ("executor__party_id",),
}
"""Whose people a case gives something to do."""

SOURCES: Mapping[str, Callable[[], QuerySet[Any, Row]]] = {
    "events": lambda: Event.objects.values_list("pk", "case_kind", "case_id"),
    "messages": written,
}
"""What is read, in the order of its keys."""


@command
def tell_of_todo(*, now: datetime) -> int:
    """Reads on, and queues a delivery for everybody whose list is another one than was told last, to each endpoint of
    the party's client that asks for it; returns how much there was to do. While no endpoint asks, nothing is read.

    Of two workers one reads. A source that nobody has read begins with what comes next.
    """
    asking: dict[int, list[WebhookEndpoint]] = {}
    for endpoint in endpoints_naming(TODO_CHANGED):
        asking.setdefault(endpoint.client_id, []).append(endpoint)
    if not asking:
        return 0
    sources = list(TodoSource.objects.select_for_update(skip_locked=True).order_by("name"))
    if not sources:
        _begin(now)
    done, cases = 0, dict[str, set[int]]()
    for source in sources:
        fresh, again = _read_on(source, now=now)
        done += len(fresh)
        for _key, kind, pk in [*fresh, *again]:
            cases.setdefault(kind, set()).add(pk)
    _look_at(sorted({pair for pk in asking for pair in _concerned(asking[pk][0].client, cases)}), now=now)
    return done + _tell(asking, now=now)


def _begin(now: datetime) -> None:
    """One source for each table, at its newest row; those that another worker made meanwhile stay."""
    for name, rows in SOURCES.items():
        at = rows().order_by("-pk").values_list("pk", flat=True).first() or 0
        made = TodoSource(name=name, head=at, mark=at, marked_at=now, settled=at)
        TodoSource.objects.bulk_create([made], ignore_conflicts=True)


def _read_on(source: TodoSource, *, now: datetime) -> tuple[list[Row], list[Row]]:
    """The next rows, and once more those that came before the mark, when that is old enough."""
    rows = SOURCES[source.name]().order_by("pk")
    fresh = list(rows.filter(pk__gt=source.head)[:READ])
    again: list[Row] = []
    head = fresh[-1][0] if fresh else source.head
    if source.settled < source.mark and source.marked_at <= now - SETTLED:
        again = list(rows.filter(pk__gt=source.settled, pk__lte=source.mark)[:READ])
        source.settled = again[-1][0] if len(again) == READ else source.mark
    if source.settled == source.mark and head > source.mark:
        source.mark, source.marked_at = head, now
    if head != source.head or again:
        source.head = head
        source.save()
    return fresh, again


def _concerned(client: ApiClient, cases: Mapping[str, Collection[int]]) -> Iterator[tuple[int, int]]:
    """Everybody who acts for one of the client's parties, with it, where one of these cases is its and the client may
    read it.
    """
    parties: set[int | None] = set()
    for kind in cases.keys() & PARTIES.keys():
        seen = CASES[kind](actor_of_client(client)).filter(pk__in=cases[kind]).order_by()
        parties.update(party for row in seen.values_list(*PARTIES[kind]) for party in row)
    if parties:
        people = Membership.objects.filter(in_force(), party__in=parties - {None}, party__client=client)
        yield from people.filter(user__is_active=True).order_by().values_list("user_id", "party_id")


def _look_at(pairs: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Each person is looked at for each party as soon as they do not rest; so are, for nothing, some others."""
    made = [TodoTold(user_id=user, party_id=party, rests_until=now) for user, party in pairs]
    TodoTold.objects.bulk_create(made, ignore_conflicts=True)
    people, parties = ({pair[place] for pair in pairs} for place in (0, 1))
    # Every row is written, also one that is being looked at: this waits for that, which may have come too soon.
    TodoTold.objects.filter(user__in=people, party__in=parties).update(
        look_at=Coalesce(F("look_at"), Greatest(F("rests_until"), Value(now)))
    )


def _tell(asking: Mapping[int, Sequence[WebhookEndpoint]], *, now: datetime) -> int:
    due = TodoTold.objects.filter(look_at__lte=now, party__client__in=asking).order_by("look_at", "id")
    rows = list(due.select_related("user", "party").select_for_update(skip_locked=True, of=("self",))[:TOLD])
    for row in rows:
        counts, found = counts_of(row.user, row.party, now=now)
        if found != row.digest:
            row.digest, row.rests_until = found, now + APART
            about = {  # who, for which party, how much, and where to wake them: nothing of any case
                "person": row.user.ref,
                "party": {"ref": row.party.ref, "external_ref": row.party.external_ref},
                **counts,
                "devices": [
                    {"ref": each.ref, "kind": each.push_kind, "app": each.push_app}
                    for each in devices_woken(row.user_id, now=now)
                ],
            }
            body = body_of(TODO_CHANGED, now, about)
            owed = (queued(each, TODO_CHANGED, body, event=None, now=now) for each in asking[row.party.client_id or 0])
            WebhookDelivery.objects.bulk_create(owed)
        row.look_at = None
        row.save()
    return len(rows)
