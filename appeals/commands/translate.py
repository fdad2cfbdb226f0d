"""Adds a translation of a decision's own words, beside the letter, which stays as it was sent."""

from collections.abc import Sequence
from datetime import datetime

from appeals.claims import originals_of
from appeals.commands.locking import lock_appeal
from appeals.models import Appeal
from appeals.policies import may_translate_decision, past_conflict_of
from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import NotYourTurn, require
from casework.firing import command, fire
from rules.clearances import wording_errors


def translatable(actor: Actor, appeal: Appeal) -> Translatable:
    """The decision's own words, for this actor to translate. Raises `NotAllowed`, `ConflictOfInterest`, and
    `NotYourTurn` before it is decided.
    """
    require(may_translate_decision(actor, appeal) or past_conflict_of(actor, appeal))
    if not hasattr(appeal, "decision"):
        raise NotYourTurn()
    return Translatable(appeal, 1, originals_of(appeal.decision))


@command
def add_translation(
    *,
    actor: Actor,
    ref: str,
    language: str,
    texts: Sequence[tuple[str, str]],
    now: datetime,
    drafted_by: str = "",
    expected_version: int | None = None,
) -> Appeal:
    """Adds a translation of the decision; the appellant is told. A later one takes its place, and both stay on file.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` before it is decided, `Invalid`.
    """
    appeal = lock_appeal(actor, ref, expected_version)
    what = translatable(actor, appeal)
    facts = translations.add(
        what,
        language=language,
        texts=texts,
        drafted_by=drafted_by,
        officer=actor.code,
        refused=wording_errors,
        now=now,
    )
    fire(appeal, "add_translation", actor=actor, now=now, facts=facts)
    return appeal
