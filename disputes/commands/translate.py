"""Adds a translation of a determination's own words, beside the letter, which stays as it was sent."""

from collections.abc import Sequence
from datetime import datetime

from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import NotYourTurn, require
from casework.firing import command
from disputes.claims import originals_of
from disputes.commands.locking import lock_dispute, move
from disputes.models import Dispute
from disputes.policies import conflict_of, may_translate_determination
from rules.clearances import wording_errors


def translatable(actor: Actor, dispute: Dispute) -> Translatable:
    """The newest determination's own words, for this actor to translate. Raises `NotAllowed`, `ConflictOfInterest`, and
    `NotYourTurn` before it is determined.
    """
    require(may_translate_determination(actor, dispute) or conflict_of(actor, dispute))
    determination = dispute.determinations.order_by("-round").first()
    if determination is None:
        raise NotYourTurn()
    return Translatable(dispute, determination.round, originals_of(determination))


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
) -> Dispute:
    """Adds a translation of the newest determination; both sides are told. A later one takes its place, and both stay
    on file.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` before it is determined, `Invalid`.
    """
    dispute = lock_dispute(actor, ref, expected_version)
    what = translatable(actor, dispute)
    facts = translations.add(
        what,
        language=language,
        texts=texts,
        drafted_by=drafted_by,
        officer=actor.code,
        refused=wording_errors,
        now=now,
    )
    move(dispute, "add_translation", actor=actor, now=now, facts=facts)
    return dispute
