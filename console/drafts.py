"""What staff typed on the page of a case and have not sent: saved while they type and with whatever they press, back in
the form wherever they open the case again (`casework.drafts`).
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict

from casework import clock
from casework.actor import Actor
from casework.drafts import work_draft_of
from casework.errors import CaseError
from casework.models import Case, WorkDraft
from casework.text import TextRefused
from console.frame import fields_to_carry
from surfaces.web import answer_draft

LEAVE = ("add", "by", "letter", "piece", "subject", "to")
"""What the forms say besides what was typed."""
type Save = Callable[..., WorkDraft | None]
"""The command that keeps a draft: `appeals.commands.save_work`, `disputes.commands.save_work`."""


def keep_typed(
    typed: QueryDict, save: Save, actor: Actor, ref: str, work: Any, *, now: datetime, sent: Collection[str] = ()
) -> bool:
    """Keeps what the form says (`work`, parsed) but the fields that were sent; False where it cannot be kept, such as
    by somebody who does not hold the case.
    """
    content = fields_to_carry(typed, *LEAVE, *sent)
    with suppress(CaseError, TextRefused):
        save(actor=actor, ref=ref, content=content if work.is_typed else {}, now=now)
        return True
    return False


def save_while_typing(request: HttpRequest, save: Save, who: Callable[[HttpRequest], Actor], ref: str) -> JsonResponse:
    """Answers the page's script, which saves while somebody types. Raises `NotSignedIn`, `NotAllowed`."""
    actor, now = who(request), clock.now()

    def saved() -> datetime:
        save(actor=actor, ref=ref, content=fields_to_carry(request.POST, *LEAVE), now=now)
        return now

    return answer_draft(saved)


def draft_for(case: Case, actor: Actor) -> tuple[QueryDict, datetime] | None:
    """What this person typed in the case, as if it were sent, and when it was saved."""
    draft = work_draft_of(case, actor)
    if draft is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in draft.content.items():
        typed.setlist(name, values)
    return typed, draft.saved_at
