"""Drafts of staff: what whoever holds a case typed on its page and has not sent, for that person alone.

An app asks its own policy whether the actor holds the case, and locks it, before it keeps anything. Where a case has a
new holder or none, or is over, `casework.firing` deletes the drafts of everybody else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from casework.actor import Actor
from casework.models import Case, WorkDraft
from casework.text import TextRefused, check_json

MOST = 100_000
"""Characters of one draft."""
MAX_FIELDS = 600


def keep_work_draft(case: Case, content: Mapping[str, Sequence[str]], *, actor: Actor, now: datetime) -> WorkDraft:
    """Keeps the fields as they were typed, in place of what was kept before. Raises `TextRefused`."""
    check_json(content, max_keys=MAX_FIELDS)
    if sum(len(text) for values in content.values() for text in values) > MOST:
        raise TextRefused("too-large")
    draft, _is_new = WorkDraft.objects.update_or_create(
        case_kind=case.KIND,
        case_id=case.pk,
        typed_by=actor.ref,
        defaults={"content": {name: list(values) for name, values in content.items()}, "saved_at": now},
    )
    return draft


def work_draft_of(case: Case, actor: Actor) -> WorkDraft | None:
    """What this very person typed and has not sent."""
    return WorkDraft.objects.filter(case_kind=case.KIND, case_id=case.pk, typed_by=actor.ref).first()


def drop_work_drafts(case: Case, **whose: str) -> None:
    """Deletes what was typed in this case, by one person (`typed_by`) or by all."""
    WorkDraft.objects.filter(case_kind=case.KIND, case_id=case.pk, **whose).delete()


def drop_what_is_no_longer_held(before: Case, after: Case) -> None:
    """Deletes what staff typed in a case that is over, or has another holder or none, after it moved."""
    person = next(iter(before.HOLDER), "")  # the first column is the person, the others what they are
    held_by = getattr(before, person) if person else None
    if held_by is not None and (getattr(after, person) != held_by or not after.is_open):
        drop_work_drafts(before)
