"""Adds a translation of a determination's own words, beside the letter, which stays as it was sent."""

from collections.abc import Sequence
from datetime import datetime

from casework import translations
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command
from disputes.claims import originals_of
from disputes.commands.locking import lock_dispute, move
from disputes.models import Dispute
from disputes.policies import conflict_of, may_translate_determination
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
) -> Dispute:
    """Adds a translation of the newest determination; both sides are told. A later one takes its place, and both stay
    on file.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` before it is determined, `Invalid`.
    """
    dispute = lock_dispute(actor, ref, expected_version)
    require(may_translate_determination(actor, dispute) or conflict_of(actor, dispute))
    determination = dispute.determinations.order_by("-round").first()
    if determination is None:
        raise NotYourTurn()
    if errors := wording_errors({f"/texts/{place}/text": text for place, (_of, text) in enumerate(texts)}):
        raise Invalid(errors=errors)
    row = translations.add(
        dispute,
        subject=determination.round,
        originals=originals_of(determination),
        language=language,
        texts=texts,
        officer=actor.code,
        now=now,
    )
    move(dispute, "add_translation", actor=actor, now=now, facts=translations.facts_of(row))
    return dispute
