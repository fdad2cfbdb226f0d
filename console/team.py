"""What the pages of whoever leads share: the people at work, what each holds, and the moments by which things are due.

What does not belong here: which cases there are (`console.appeals.team`, `console.disputes.team`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import AT_WORK, StaffRole, User
from accounts.policies import active
from casework.actor import Actor, ActorKind, Via
from casework.clock import BEIJING
from casework.formats import deadline_text
from surfaces.lists import Tab

DUE_TABS = [
    Tab("late", gettext_lazy("Overdue"), order="due"),
    Tab("hour", gettext_lazy("Within 1 hour"), order="due"),
    Tab("hours", gettext_lazy("Within 4 hours"), order="due"),
    Tab("today", gettext_lazy("Today"), order="due"),
]
"""By when something is due; of the last three each has those of the one before as well."""
HAND_TABS = [
    Tab("held", gettext_lazy("In hands")),
    Tab("absent", gettext_lazy("Held by somebody absent")),
    Tab("nobody", gettext_lazy("Nobody can take it")),
]


HELD_SINCE = gettext_lazy("Held since")


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody of staff, as they may act now, and what they hold: how many, and when the first of it is due.

    `unopened` says of reviewers in how many of their decisions pieces stayed unopened, and how many those were.
    """

    user: User
    actor: Actor
    is_absent: bool
    held: int = 0
    next_due: datetime | None = None
    unopened: tuple[int, int] | None = None

    @property
    def label(self) -> str:
        return _("%(code)s, holds %(n)d") % {"code": self.user.officer_code or self.user.ref, "n": self.held}


def at_work(
    *roles: str, now: datetime, held: Callable[[Sequence[int]], Mapping[int, tuple[int, datetime | None]]]
) -> list[AtWork]:
    """Everybody active with one of these roles, by officer code; `held` says what each of them has."""
    grants = StaffRole.objects.filter(active())
    rows = User.objects.filter(is_active=True, pk__in=grants.filter(role__in=roles).values("user_id"))
    rows = rows.select_related("team").prefetch_related(Prefetch("staff_roles", grants, to_attr="roles_now"))
    people = list(rows.order_by("officer_code", "pk"))
    has = held([each.pk for each in people])
    return [AtWork(each, _actor(each), each.is_absent(now), *has.get(each.pk, (0, None))) for each in people]


def _actor(user: User) -> Actor:
    roles = frozenset(each.role for each in user.roles_now)  # type: ignore[attr-defined]  # prefetched there
    about = {each.attname: getattr(user, each.attname) for each in AT_WORK}
    return Actor(ActorKind.STAFF, Via.ADMIN, ref=user.ref, user_id=user.pk, roles=roles, at_work=about)


def due_by(tab: str, now: datetime) -> datetime:
    """The moment that a tab of `DUE_TABS` is about."""
    midnight = (now.astimezone(BEIJING) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"late": now, "hour": now + timedelta(hours=1), "hours": now + timedelta(hours=4)}.get(tab, midnight)


def absence(user: User | None, now: datetime) -> str:
    """That somebody is absent, and until when; nothing of anybody else."""
    if user is None or user.absent_until is None or not user.is_absent(now):
        return ""
    return _("absent until %(until)s") % {"until": deadline_text(user.absent_until)}


def taker_choices(people: Sequence[AtWork]) -> dict[str, Any]:
    """To whom something can be given: nobody who is absent, and nobody without a code."""
    return {"to": [(each.user.officer_code, each.label) for each in people if not each.is_absent]}


def people_code(user: User | None) -> str:
    """Who holds a case, by officer code."""
    return pgettext("who holds a case", "nobody") if user is None else user.officer_code or user.ref


def people_team(user: User | None) -> str:
    return str(user.team) if user is not None and user.team is not None else ""
