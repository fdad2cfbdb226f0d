"""An appeal that is not filed yet: what was typed so far is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appeals.models import Appeal, AppealDraft
from appeals.policies import may_stage_evidence
from casework.actor import Actor
from casework.errors import require
from casework.firing import command
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
