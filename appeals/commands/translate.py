"""Adds a translation of a decision's own words, beside the letter, which stays as it was sent."""

from appeals.claims import originals_of
from appeals.commands.locking import lock_appeal
from appeals.models import Appeal
from appeals.policies import may_translate_decision, past_conflict_of
from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import NotYourTurn, require
from rules.clearances import wording_errors


def translatable(actor: Actor, appeal: Appeal) -> Translatable:
    """The decision's own words, for this actor to translate. Raises `NotAllowed`, `ConflictOfInterest`, and
    `NotYourTurn` before it is decided.
    """
    require(may_translate_decision(actor, appeal) or past_conflict_of(actor, appeal))
    if not hasattr(appeal, "decision"):
        raise NotYourTurn()
    return Translatable(appeal, 1, originals_of(appeal.decision))


add_translation = translations.adding(lock_appeal, translatable, wording_errors)
