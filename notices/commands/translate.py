"""Adds a translation of a notice's facts and reasons, beside its words, which stay as they were served."""

from collections.abc import Sequence
from datetime import datetime

from archive import translations
from archive.translations import Translatable
from casework.actor import Actor
from casework.errors import require
from casework.firing import command, fire, locked
from notices.claims import originals_of
from notices.models import Notice
from notices.policies import acted_for_addressee, may_translate_notice, visible_to
from rules.clearances import wording_errors


def translatable(actor: Actor, notice: Notice) -> Translatable:
    """The notice as it reads now, for this actor to translate. Raises `NotAllowed`, `ConflictOfInterest`."""
    require(may_translate_notice(actor, notice) or acted_for_addressee(actor, notice))
    return Translatable(notice, notice.edition, originals_of(notice))


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
) -> Notice:
    """Adds a translation of the notice as it reads now; the party is told. A later one takes its place, and both stay
    on file. An amendment begins without one. `drafted_by` names the service whose draft it began with.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid`.
    """
    notice = locked(Notice, visible_to(actor), ref, expected_version)
    what = translatable(actor, notice)
    facts = translations.add(
        what,
        language=language,
        texts=texts,
        drafted_by=drafted_by,
        officer=actor.code,
        refused=wording_errors,
        now=now,
    )
    fire(notice, "add_translation", actor=actor, now=now, facts=facts)
    return notice
