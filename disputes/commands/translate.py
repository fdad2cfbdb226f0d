"""Adds a translation of a determination's own words, beside the letter, which stays as it was sent."""

from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import NotYourTurn, require
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


add_translation = translations.adding(lock_dispute, translatable, wording_errors, move)
