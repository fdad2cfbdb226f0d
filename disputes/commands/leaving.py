"""A mediator leaves: a colleague without a conflict holds each of their disputes from now on."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole, User
from accounts.policies import active, this_moment
from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.errors import Invalid
from casework.firing import command
from disputes.commands.locking import move
from disputes.commands.mediate import as_mediator
from disputes.models import Dispute
from disputes.policies import TO_DECIDE, conflict_of


def mediated_by(user: User) -> QuerySet[Dispute]:
    """The disputes that this person has to decide."""
    return Dispute.objects.filter(TO_DECIDE, mediator=user).order_by("pk")


def colleagues_for(disputes: Iterable[Dispute], leaver: User) -> dict[int, User | None]:
    """For each dispute, by its key, the mediator without a conflict who has the fewest to decide; None for nobody.

    Whoever is absent gets one only where nobody else can.
    """
    roles = StaffRole.objects.filter(active(), role=MEDIATOR, user__is_active=True).exclude(user=leaver)
    people = [role.user for role in roles.select_related("user").order_by("user_id")]
    away = set(roles.filter(user__absent_until__gt=this_moment()).values_list("user_id", flat=True))
    held = Dispute.objects.filter(TO_DECIDE, mediator__in=people).values_list("mediator_id", flat=True)
    load = Counter(held.order_by())
    chosen: dict[int, User | None] = {}
    for dispute in disputes:
        by_load = sorted(people, key=lambda user: (user.pk in away, load[user.pk], user.pk))
        to = next((user for user in by_load if conflict_of(as_mediator(user), dispute) is None), None)
        chosen[dispute.pk] = to
        if to is not None:
            load[to.pk] += 1
    return chosen


@command
def give_back_disputes(*, user: User, actor: Actor, now: datetime) -> int:
    """Hands over every dispute that somebody who leaves has to decide, to those whom `colleagues_for` chooses; returns
    how many.

    For `accounts.commands.deactivate_user`, which asks whether it may be done. Raises `Invalid`, with the numbers,
    where nobody can take one.
    """
    held = list(mediated_by(user).select_for_update(of=("self",)))
    chosen = colleagues_for(held, user)
    if stuck := [dispute.number for dispute in held if chosen[dispute.pk] is None]:
        words = _("No mediator without a conflict of interest can take %(numbers)s. Give the role to somebody first.")
        raise Invalid(words % {"numbers": ", ".join(stuck)})
    for dispute in held:
        if (to := chosen[dispute.pk]) is not None:
            facts = {"to": to.ref, "round": dispute.round, "left": user.ref}
            move(dispute, "hand_over", actor=actor, now=now, facts=facts, mediator_id=to.pk)
    return len(held)
