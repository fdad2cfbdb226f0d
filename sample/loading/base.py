"""What every part of the loader shares: the moment of loading, who there is, and what follows from an event."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import ApiClient, Party, Team, User
from accounts.queries import actor_of_client, actor_of_user
from casework import clock, deadlines, outbox
from casework.actor import Actor, ActorKind, Via
from casework.models import Deadline, DeadlineState, Event, OutboxMessage, OutboxState
from sample.content.people import USERS

logger = logging.getLogger(__name__)

CONSOLE = Actor(kind=ActorKind.SYSTEM, via=Via.CONSOLE, ref="system:demo")
START = timedelta(days=500)
"""So long before the sample is loaded it begins: its people were there, and its model was live."""

Progress = Callable[[str, int, int], None]
"""Told what is being loaded, which step of it has begun, and how many there are."""


@dataclass
class Loaded:
    """What the loader made, by the names of the content; `now` is the moment to which everything leads."""

    now: datetime
    users: dict[str, User] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    client: ApiClient | None = None

    @property
    def platform(self) -> Actor:
        """The marketplace's back end."""
        assert self.client is not None
        return actor_of_client(self.client)

    def person(self, username: str, via: Via = Via.WEB) -> Actor:
        return actor_of_user(self.users[username], via=via, session=f"sample:{username}")

    def of_party(self, key: str) -> Actor:
        """Whoever may file for the party."""
        username = next(u.username for u in USERS if u.party == key and u.membership in ("owner", "manager"))
        return self.person(username)

    @contextmanager
    def beside_visitors(self, what: str) -> Iterator[None]:
        """Pages are served while the sample is loaded: a case that a visitor moved goes its own way from there.

        Without visitors every error is the loader's own, and is raised.
        """
        try:
            yield
        except Exception:
            if not Event.objects.filter(at__gt=self.now).exists():
                raise
            logger.warning("sample: %s is left as a visitor has changed it", what, exc_info=True)


def last_message() -> int:
    """The key of the newest message of the outbox."""
    return OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def react_to_visitors(*, since: datetime) -> None:
    """What follows from anything that happened after `since`: no worker runs while the sample is loaded."""
    now = clock.now()
    rows = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=now, event__at__gt=since)
    for key in list(rows.order_by("pk").values_list("pk", flat=True)):
        outbox.deliver(key, now=clock.now())


def fire_until(until: datetime, kinds: Q, *, then: Callable[[datetime], None]) -> None:
    """Every deadline of these kinds that fell due was carried out at its own moment, and `then` what follows."""
    due = Deadline.objects.filter(kinds, state=DeadlineState.OPEN, attempts=0, due_at__lte=until - deadlines.grace())
    while (first := due.order_by("due_at").values_list("due_at", flat=True).first()) is not None:
        at = first + deadlines.grace()
        deadlines.fire_due(now=at)
        then(at)
