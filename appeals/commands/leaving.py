"""A reviewer leaves: what they review goes back to the queue."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from appeals.machine import AppealState
from appeals.models import Appeal
from casework.actor import Actor
from casework.firing import command, fire


@command
def give_back_appeals(*, user: User, actor: Actor, now: datetime) -> int:
    """Gives back to the queue every appeal that somebody who leaves is reviewing; returns how many.

    For `accounts.commands.deactivate_user`, which asks whether it may be done. One that waits for the appellant's
    answer goes there with the answer.
    """
    held = list(under_review_by(user).order_by("pk").select_for_update(of=("self",)))
    for appeal in held:
        fire(appeal, "release", actor=actor, now=now, facts={"left": user.ref})
    return len(held)


def under_review_by(user: User) -> QuerySet[Appeal]:
    """The appeals that this person is reviewing, with a lease that runs or has run out."""
    return Appeal.objects.filter(reviewer=user, state=AppealState.HUMAN_REVIEW)
