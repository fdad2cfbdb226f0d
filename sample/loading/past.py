"""The past of the sample's executors on one clock, and who there is at each moment of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from casework import outbox
from casework.actor import Actor, Via
from casework.models import OutboxMessage, OutboxState
from sample.content.executors import FirmPlan
from sample.content.notices import BEIJING
from sample.content.people import PARTY_BY_KEY
from sample.loading.base import Loaded, Progress, fire_until, last_message

if TYPE_CHECKING:
    from executors.models import Executor, Instruction
    from notices.models import Notice

COMPLIANCE = "yaoning"
OURS = Q(kind__startswith="executor.") | Q(kind__startswith="instruction.") | Q(kind__startswith="incident.")
MAIL = ("appeals.subscribers.tell_appellant", "notices.subscribers.tell_party")
"""Left to the worker, as with every other notice: nobody in the sample has an address."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

type Life = Iterator[datetime]
"""Says when it wants to act next, and acts when it is asked again."""


@dataclass
class Past:
    """The sample's executors at one moment of their past, by the keys of the content."""

    made: Loaded
    firms: dict[str, Executor] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    curricula: dict[tuple[str, str], str] = field(default_factory=dict)
    served: dict[str, Notice] = field(default_factory=dict)
    instructions: dict[str, Instruction] = field(default_factory=dict)
    subs: dict[str, str] = field(default_factory=dict)
    seen: int = field(default_factory=last_message)

    def run(self, lives: Iterable[Life], *, progress: Progress) -> None:
        """Everything happened that lies before now, in its order."""
        waiting: list[tuple[datetime, int, Life]] = []
        for place, life in enumerate(lives):
            self._wait(waiting, place, life)
        done = 0
        while waiting:
            at, place, life = heapq.heappop(waiting)
            if at >= self.made.now:
                continue
            self.let_time_pass(until=at)
            with self.made.beside_visitors(f"executors, {at:%Y-%m-%d %H:%M}"):
                self._wait(waiting, place, life)
            self.react(at)
            done += 1
            progress("executors", done, done + len(waiting))
        self.let_time_pass(until=self.made.now)

    def _wait(self, waiting: list[tuple[datetime, int, Life]], place: int, life: Life) -> None:
        at = next(life, None)
        if at is not None:
            heapq.heappush(waiting, (at, place, life))

    def let_time_pass(self, *, until: datetime) -> None:
        """Everything of executors that fell due has happened, each at its own moment."""
        fire_until(until, OURS, then=self.react)

    def react(self, at: datetime) -> None:
        """What follows from the newest events, and from what followed, as the worker would have done it then."""
        while True:
            rows = OutboxMessage.objects.filter(
                pk__gt=self.seen, state=OutboxState.PENDING, event__at__lte=self.made.now
            ).exclude(subscriber__in=MAIL)
            found = list(rows.order_by("pk").values_list("pk", "next_attempt_at"))
            if not found:
                return
            for key, not_before in found:
                outbox.deliver(key, now=max(at, not_before))
            self.seen = found[-1][0]

    def day(self, days_ago: int, hour: int, *, of: FirmPlan | None = None) -> datetime:
        """That hour of a day so many days before the firm's anchor, or before now."""
        anchor = of.anchor if of is not None else None
        last = self.made.now.astimezone(BEIJING).date() if anchor is None else anchor
        return datetime.combine(last - timedelta(days=days_ago), time(hour), BEIJING).astimezone(UTC)

    @property
    def platform(self) -> Actor:
        return self.made.platform

    def compliance(self, username: str = COMPLIANCE) -> Actor:
        return self.made.person(username, via=Via.ADMIN)

    def ref(self, key: str) -> str:
        return self.firms[key].ref


def language_of(plan: FirmPlan) -> str:
    return PARTY_BY_KEY[plan.key].language
