"""Adds a translation of a decision's own words, beside the letter, which stays as it was sent."""

from collections.abc import Sequence
from datetime import datetime

from appeals.claims import originals_of
from appeals.commands.locking import lock_appeal
from appeals.models import Appeal
from appeals.policies import may_translate_decision, past_conflict_of
from casework import translations
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command, fire
from rules.clearances import wording_errors


@command
def add_translation(
    *,
    actor: Actor,
    ref: str,
    language: str,
    texts: Sequence[tuple[str, str]],
    now: datetime,
    expected_version: int | None = None,
) -> Appeal:
    """Adds a translation of the decision; the appellant is told. A later one takes its place, and both stay on file.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` before it is decided, `Invalid`.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    require(may_translate_decision(actor, appeal) or past_conflict_of(actor, appeal))
    if not hasattr(appeal, "decision"):
        raise NotYourTurn()
    if errors := wording_errors({f"/texts/{place}/text": text for place, (_of, text) in enumerate(texts)}):
        raise Invalid(errors=errors)
    originals = originals_of(appeal.decision)
    row = translations.add(
        appeal, subject=1, originals=originals, language=language, texts=texts, officer=actor.code, now=now
    )
    fire(appeal, "add_translation", actor=actor, now=now, facts=translations.facts_of(row))
    return appeal
