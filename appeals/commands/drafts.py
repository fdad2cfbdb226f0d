"""What was typed and not sent yet is kept: an appeal that is not filed, and the words of whoever reviews one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from appeals.commands.locking import lock_appeal
from appeals.machine import AppealState
from appeals.models import Appeal, AppealDraft
from appeals.policies import may_stage_evidence, may_work_on_appeal
from casework.actor import Actor
from casework.drafts import drop_work_drafts, keep_work_draft
from casework.errors import NotYourTurn, require
from casework.firing import command
from casework.models import WorkDraft
from notices.policies import visible_to as notice_visible_to
from notices.queries import lock_notice


@command
def save_draft(*, actor: Actor, notice_ref: str, content: Mapping[str, Any], now: datetime) -> AppealDraft:
    """Saves the unfinished form; the last save wins. Raises `NotFound`, `NotAllowed`."""
    notice = lock_notice(notice_visible_to(actor), ref=notice_ref)
    require(may_stage_evidence(actor, Appeal(party_id=notice.party_id, notice_id=notice.pk)))
    draft, _created = AppealDraft.objects.update_or_create(
        notice=notice,
        party_id=notice.party_id,
        defaults={"content": dict(content), "saved_by_id": actor.person, "saved_at": now},
    )
    return draft


@command
def save_work(*, actor: Actor, ref: str, content: Mapping[str, Sequence[str]], now: datetime) -> WorkDraft | None:
    """Keeps what the holder typed on the page of the appeal, for them alone; the last save wins, and nothing moves.
    Without any content nothing is kept.

    Raises `NotFound`, `NotAllowed`, `LeaseLost`, `NotYourTurn`, and `TextRefused` for what cannot be stored.
    """
    appeal = lock_appeal(actor, ref)
    require(may_work_on_appeal(actor, appeal))
    if appeal.state != AppealState.HUMAN_REVIEW:
        raise NotYourTurn()
    if not content:
        drop_work_drafts(appeal, typed_by=actor.ref)
        return None
    return keep_work_draft(appeal, content, actor=actor, now=now)
