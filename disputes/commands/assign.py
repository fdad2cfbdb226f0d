"""Oversight gives a dispute to a mediator, whoever held it before."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.policies import require_present
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import require, require_text
from casework.firing import command
from casework.states import can_be_taken
from disputes.commands.locking import lock_dispute, move
from disputes.commands.mediate import mediator_called, take_up
from disputes.machine import STATES, TABS
from disputes.models import Dispute, DisputeAssignment
from disputes.policies import may_assign_dispute

WAITING = can_be_taken(STATES, TABS)
"""The states in which a dispute waits for a mediator."""


@command
def assign_dispute(
    *, actor: Actor, ref: str, to_code: str, note: str, now: datetime, expected_version: int | None = None
) -> Dispute:
    """The mediator with this officer code holds the dispute, whoever held it before, and reads the note. One that
    waited is joined with it.

    Raises `NotFound`, `NotAllowed`, `Stale`, `NotYourTurn`, `Invalid` for nobody who mediates, for whoever is absent
    and for whoever holds it, and `ConflictOfInterest`.
    """
    dispute = lock_dispute(actor, ref, expected_version)
    require(may_assign_dispute(actor, dispute))
    require_text("/note", note, _("Say why, for whoever takes over."))
    to = mediator_called(to_code, dispute)
    require_present(to, now)
    taken_from = dispute.mediator
    row = DisputeAssignment.objects.create(
        dispute=dispute,
        no=dispute.assignments.count() + 1,
        mediator=to,
        taken_from=taken_from,
        assigned_by_id=actor.person,
        note=note,
        assigned_at=now,
    )
    facts = {"no": row.no, "to": to.ref, "from": taken_from.ref if taken_from else "", "round": dispute.round}
    facts["note"] = digest(note)
    step = take_up if dispute.state in WAITING else move
    step(dispute, "assign", actor=actor, now=now, facts=facts, mediator_id=to.pk)
    return dispute
