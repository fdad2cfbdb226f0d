"""Adds a translation of a notice's facts and reasons, beside its words, which stay as they were served."""

from collections.abc import Sequence
from datetime import datetime

from casework import translations
from casework.actor import Actor
from casework.errors import Invalid, require
from casework.firing import command, fire, locked
from notices.claims import originals_of
from notices.models import Notice
from notices.policies import acted_for_addressee, may_translate_notice, visible_to
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
) -> Notice:
    """Adds a translation of the notice as it reads now; the party is told. A later one takes its place, and both stay
    on file. An amendment begins without one.

    Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn`, `Invalid`.
    """
    notice = locked(Notice, visible_to(actor), ref, expected_version)
    require(may_translate_notice(actor, notice) or acted_for_addressee(actor, notice))
    if errors := wording_errors({f"/texts/{place}/text": text for place, (_of, text) in enumerate(texts)}):
        raise Invalid(errors=errors)
    originals = originals_of(notice)
    row = translations.add(
        notice, subject=notice.edition, originals=originals, language=language, texts=texts, officer=actor.code, now=now
    )
    fire(notice, "add_translation", actor=actor, now=now, facts=translations.facts_of(row))
    return notice
