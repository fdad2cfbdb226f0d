"""A senior reviewer gives an appeal to a reviewer, whoever held it before, or back to the queue."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import require_present, require_room
from accounts.queries import actor_of_user
from appeals.commands.locking import lock_appeal
from appeals.machine import CLAIMABLE
from appeals.models import Appeal, Assignment, Level
from appeals.policies import REVIEWS, conflicts_in, held_now, may_assign_appeal, past_conflict_of
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import ConflictOfInterest, Invalid, require, require_text
from casework.firing import command, fire

ASSIGNED_FOR = timedelta(hours=24)
"""How long an appeal is held for whom it was given to; opening it makes this no shorter. Then anybody can take it."""


@command
def assign_appeal(
    *, actor: Actor, ref: str, to_code: str, note: str, now: datetime, expected_version: int | None = None
) -> Appeal:
    """The reviewer with this officer code holds the appeal, whoever held it before, and reads the note.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` for nobody who reviews, for a first reviewer of a
    second review, for whoever is absent, holds it or has as many as they take, and `ConflictOfInterest`, which says
    what it is.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_assign_appeal(actor, appeal) or past_conflict_of(actor, appeal))
    require_text("/note", note, _("Say why, for whoever takes over."))
    taker = _reviewer_called(to_code, actor)
    if appeal.level == Level.SECOND and not taker.has_role("senior_reviewer"):
        raise Invalid.field("/to", "not-senior", _("A second review is by a senior reviewer."))
    if taker.user_id == appeal.reviewer_id:
        raise Invalid.field("/to", "unchanged", _("This reviewer holds the appeal already."))
    if reason := conflicts_in([appeal], [taker]):
        raise ConflictOfInterest(reason[appeal.pk, taker.person])
    require_present(User.objects.get(pk=taker.person), now)
    require_room(taker.person, taker.at_work.get("capacity"), held_now(taker.person, now), at="/to")
    taken_from = appeal.reviewer
    row = Assignment.objects.create(
        appeal=appeal,
        no=appeal.assignments.count() + 1,
        reviewer_id=taker.person,
        taken_from=taken_from,
        assigned_by_id=actor.person,
        note=note,
        assigned_at=now,
    )
    changes = {column: of(taker) for column, of in Appeal.HOLDER.items()}
    if appeal.state in CLAIMABLE:
        changes["lease_expires_at"] = now + ASSIGNED_FOR
    facts = {"no": row.no, "to": taker.ref, "from": taken_from.ref if taken_from else "", "note": digest(note)}
    fire(appeal, "assign", actor=actor, now=now, facts=facts, **changes)
    return appeal


@command
def take_back_appeal(
    *, actor: Actor, ref: str, note: str, now: datetime, expected_version: int | None = None
) -> Appeal:
    """The appeal goes back to the queue, from whoever holds it; what they recorded stays on file.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` without a word why, `ConflictOfInterest`.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_assign_appeal(actor, appeal) or past_conflict_of(actor, appeal))
    require_text("/note", note, _("Say why, for whoever held it."))
    held_by = appeal.reviewer.ref if appeal.reviewer else ""
    fire(appeal, "release", actor=actor, now=now, facts={"reason": digest(note), "taken_from": held_by})
    return appeal


def _reviewer_called(code: str, actor: Actor) -> Actor:
    """The reviewer with this officer code, as they may act now."""
    user = User.objects.filter(officer_code=code, is_active=True).exclude(officer_code="").first()
    taker = None if user is None else actor_of_user(user, via=actor.via)
    if taker is None or not taker.has_role(*REVIEWS):
        raise Invalid.field("/to", "unknown", _("No reviewer has this code."))
    return taker
