"""What a mediator typed and has not sent yet is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from casework.actor import Actor
from casework.drafts import drop_work_drafts, keep_work_draft
from casework.errors import require
from casework.firing import command
from casework.models import WorkDraft
from disputes.commands.locking import lock_dispute
from disputes.policies import may_mediate


@command
def save_work(*, actor: Actor, ref: str, content: Mapping[str, Sequence[str]], now: datetime) -> WorkDraft | None:
    """Keeps what the mediator who holds the dispute typed on its page, for them alone; the last save wins, and nothing
    moves. Without any content nothing is kept.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, and `TextRefused` for what cannot be stored.
    """
    dispute = lock_dispute(actor, ref)
    require(may_mediate(actor, dispute))
    if not content:
        drop_work_drafts(dispute, typed_by=actor.ref)
        return None
    return keep_work_draft(dispute, content, actor=actor, now=now)
