"""Clearing what the lint of wording found, by a named person with a reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import Invalid, require, require_text
from casework.firing import command
from rules.clearances import text_hash
from rules.models import WordingClearance
from rules.policies import may_clear_wording
from rules.wording import lint


@command
def clear_wording(*, actor: Actor, text: str, kind: str, reason: str, now: datetime) -> WordingClearance:
    """The findings of that kind in exactly this text stand in the way of nothing any more; who cleared them and why
    stays on record. What was cleared before is returned as it was.

    Raises `NotAllowed`, and `Invalid` without a reason or where the text has no such finding.
    """
    require(may_clear_wording(actor))
    require_text("/reason", reason, _("Say why these words may stand."))
    found = [finding.excerpt for finding in lint(text) if finding.kind == kind]
    if not found:
        raise Invalid.field("/kind", "not-found", _("This text has no such finding."))
    row, _created = WordingClearance.objects.get_or_create(
        text_hash=text_hash(text),
        kind=kind,
        defaults={"excerpt": " … ".join(found), "reason": reason, "cleared_by_id": actor.person, "cleared_at": now},
    )
    return row
