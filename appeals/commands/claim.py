"""A reviewer takes a case, keeps it, and gives it back."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.policies import require_room
from appeals.commands.locking import lease_until, lock_appeal
from appeals.machine import AppealState
from appeals.models import Appeal
from appeals.policies import held_now, may_claim_appeal, may_work_on_appeal, past_conflict_of, takeable_by
from appeals.routing import routed_to
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import LeaseLost, require
from casework.firing import command, fire


@command
def claim_next_appeal(*, actor: Actor, now: datetime) -> Appeal | None:
    """Claims the most urgent case that a rule of routing keeps for this reviewer, else the most urgent that they are
    offered; None when there is none. Raises `NotYourTurn` for whoever holds as many as they take.

    Two reviewers asking at once get two cases: a row that somebody is just taking is skipped.
    """
    for which in (routed_to(actor, now=now), Q()):
        queues = [Appeal.objects.filter(each, which) for each in takeable_by(actor, now=now)]
        first = [
            queue.order_by("urgent_at", "id").select_for_update(skip_locked=True, of=("self",)).first()
            for queue in queues
        ]
        appeal = min((each for each in first if each is not None), key=lambda a: (a.urgent_at, a.pk), default=None)
        if appeal is not None:
            return _claim(appeal, actor=actor, now=now, picked=False)
    return None


@command
def claim_appeal(*, actor: Actor, ref: str, now: datetime) -> Appeal:
    """Claims this very case for the reviewer, also one that a rule of routing keeps for others.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `LeaseLost`, `NotYourTurn` as `claim_next_appeal`.
    """
    appeal = lock_appeal(actor, ref)
    require(may_claim_appeal(actor, appeal) or past_conflict_of(actor, appeal))
    if appeal.reviewer_id == actor.user_id and not appeal.lease_is_free(now):
        return appeal
    if not appeal.lease_is_free(now):
        raise LeaseLost(_("Somebody else is working on this case."))
    return _claim(appeal, actor=actor, now=now, picked=True)


def _claim(appeal: Appeal, *, actor: Actor, now: datetime, picked: bool) -> Appeal:
    require_room(actor.person, actor.at_work.get("capacity"), held_now(actor.person, now))
    taken_over = appeal.reviewer_id is not None and appeal.reviewer_id != actor.user_id
    fire(
        appeal,
        "claim",
        actor=actor,
        now=now,
        facts={"taken_over": taken_over, "picked": picked},
        lease_expires_at=lease_until(now),
    )
    return appeal


@command
def keep_lease(*, actor: Actor, ref: str, now: datetime) -> datetime:
    """Extends the holder's lease; returns until when. The version stays: nothing was changed.

    Raises `LeaseLost` when the lease had run out or somebody else holds it.
    """
    until = lease_until(now)
    own = Appeal.objects.filter(
        ref=ref, reviewer_id=actor.user_id, state=AppealState.HUMAN_REVIEW, lease_expires_at__gte=now
    )
    longer = own.filter(lease_expires_at__gte=until).values_list("lease_expires_at", flat=True).first()
    if longer is not None:
        return longer
    if own.update(lease_expires_at=until) != 1:
        raise LeaseLost()
    return until


@command
def release_appeal(*, actor: Actor, ref: str, now: datetime, reason: str = "") -> Appeal:
    """Gives the case back to the queue; what the reviewer recorded stays on file.

    Raises `NotFound`, `LeaseLost`, `NotYourTurn`.
    """
    appeal = lock_appeal(actor, ref)
    require(may_work_on_appeal(actor, appeal))
    fire(
        appeal,
        "release",
        actor=actor,
        now=now,
        facts={"reason": digest(reason)} if reason else {},
    )
    return appeal
