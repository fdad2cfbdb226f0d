"""Adds a translation of a notice's facts and reasons, beside its words, which stay as they were served."""

from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import require
from casework.firing import locked
from notices.claims import originals_of
from notices.models import Notice
from notices.policies import acted_for_addressee, may_translate_notice, visible_to
from rules.clearances import wording_errors


def translatable(actor: Actor, notice: Notice) -> Translatable:
    """The notice as it reads now, for this actor to translate. Raises `NotAllowed`, `ConflictOfInterest`."""
    require(may_translate_notice(actor, notice) or acted_for_addressee(actor, notice))
    return Translatable(notice, notice.edition, originals_of(notice))


def _lock(actor: Actor, ref: str, expected_version: int | None) -> Notice:
    return locked(Notice, visible_to(actor), ref, expected_version)


add_translation = translations.adding(_lock, translatable, wording_errors)
