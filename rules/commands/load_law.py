"""Official texts from a file: compared by their hashes, and proposed paragraph by paragraph for a second person.

What does not belong here: reading the file (the management command), and what a signature stores (`law`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.errors import FieldError, Invalid
from casework.firing import command
from rules.commands.law import propose_law_article
from rules.laws import BY_CODE, Instrument
from rules.laws.citing import PLACE
from rules.models import CatalogueChange, LawArticle, ReadFrom

OF_FILE = {"instrument", "name_zh", "name_en", "source", "read_on", "in_force_from", "reason", "paragraphs"}
OF_PARAGRAPH = {
    *("article", "paragraph", "item", "sentence", "text_zh", "text_en", "sha256", "gist_zh", "gist_en"),
    *("renumbered_from", "in_force_from", "in_force_until", "reason"),
}


@dataclass(frozen=True, slots=True)
class LoadedParagraph:
    """What came of one paragraph of the file; `change` waits for a signature, None where the text stands already."""

    key: str
    sha256: str
    sha256_before: str
    change: CatalogueChange | None


@command
def load_law_texts(*, actor: Actor, said: Mapping[str, Any], now: datetime) -> list[LoadedParagraph]:
    """Each paragraph of the file that reads otherwise than what was signed is proposed under the actor's name.

    `said` is the file as `docs/law.md` describes it. Somebody else signs each, with the source before them. All or
    nothing: raises `Invalid` for what is missing, unknown, or has another hash than the file says, `NotAllowed`, and
    `NotYourTurn` where another change of a paragraph waits.
    """
    errors = [FieldError(f"/{name}", "unknown-field", _("There is no such field.")) for name in set(said) - OF_FILE]
    needed = [name for name in ("instrument", "source", "read_on", "in_force_from", "paragraphs") if not said.get(name)]
    errors += [FieldError(f"/{name}", "required", _("This is needed.")) for name in needed]
    errors += [each for name in ("read_on", "in_force_from") for each in _no_day(said.get(name), f"/{name}")]
    texts = said.get("paragraphs") or ()
    law = BY_CODE.get(str(said.get("instrument", "")))
    for no, text in enumerate(texts):
        errors += _errors_of(text, f"/paragraphs/{no}", law)
    if law is None and not (said.get("name_zh") and said.get("name_en")):
        errors.append(FieldError("/name_zh", "required", _("The register has no such law: name it in both languages.")))
    if errors:
        raise Invalid(errors=errors)
    return [_load(actor, said, text, law, now) for text in texts]


def place_of(text: Mapping[str, Any]) -> str:
    """The place that a paragraph of the file names by its numbers, as `25(2)[3].1`."""
    units = (("article", "{}"), ("paragraph", "({})"), ("item", "[{}]"), ("sentence", ".{}"))
    return "".join(form.format(text[name]) for name, form in units if text.get(name))


def _errors_of(text: Mapping[str, Any], at: str, law: Instrument | None) -> list[FieldError]:
    place, wording = place_of(text), str(text.get("text_zh", ""))
    unknown = set(text) - OF_PARAGRAPH
    found = [FieldError(f"{at}/{name}", "unknown-field", _("There is no such field.")) for name in unknown]
    found += [each for name in ("in_force_from", "in_force_until") for each in _no_day(text.get(name), f"{at}/{name}")]
    if not PLACE.fullmatch(place):
        found.append(FieldError(f"{at}/article", "invalid", _("A number of an article, paragraph, item or sentence.")))
    if not wording.strip():
        found.append(FieldError(f"{at}/text_zh", "required", _("The wording is needed, as the source prints it.")))
    if text.get("sha256") and text["sha256"] != hash_of(wording):
        words = _("The text has another SHA-256 than the file says: it was cut or changed on the way.")
        found.append(FieldError(f"{at}/sha256", "another-text", words))
    if (law is None or law.said_of(place) is None) and not (text.get("gist_zh") and text.get("gist_en")):
        words = _("The register does not say what this place says: say it in both languages.")
        found.append(FieldError(f"{at}/gist_zh", "required", words))
    return found


def hash_of(wording: str) -> str:
    """SHA-256 of a wording, as `LawArticle.text_sha256`."""
    return hashlib.sha256(wording.encode()).hexdigest()


def _load(
    actor: Actor, said: Mapping[str, Any], text: Mapping[str, Any], law: Instrument | None, now: datetime
) -> LoadedParagraph:
    instrument, place, wording = str(said["instrument"]), place_of(text), str(text["text_zh"])
    newest = LawArticle.objects.filter(instrument=instrument, article=place, change__isnull=False).last()
    before = "" if newest is None else newest.text_sha256
    begins = _day(text.get("in_force_from") or said["in_force_from"])
    renumbered = str(text.get("renumbered_from", ""))
    key, sha256 = f"{instrument} {place}", hash_of(wording)
    if newest is not None and (before, newest.in_force_from, newest.renumbered_from) == (sha256, begins, renumbered):
        return LoadedParagraph(key, sha256, before, None)
    own = None if law is None else law.said_of(place)
    change = propose_law_article(
        actor=actor,
        instrument=instrument,
        article=place,
        name_zh=str(said.get("name_zh") or (law and law.zh)),
        name_en=str(said.get("name_en") or (law and law.en)),
        gist_zh=str(text.get("gist_zh") or (own and own.zh)),
        gist_en=str(text.get("gist_en") or (own and own.en)),
        text_zh=wording,
        text_en=str(text.get("text_en", "")),
        source=str(said["source"]),
        read_from=ReadFrom.OFFICIAL,
        read_on=_day(said["read_on"]),
        in_force_from=begins,
        in_force_until=_day(text["in_force_until"]) if text.get("in_force_until") else None,
        renumbered_from=renumbered,
        reason=str(text.get("reason") or said.get("reason", "")),
        now=now,
    )
    return LoadedParagraph(key, sha256, before, change)


def _no_day(value: Any, at: str) -> list[FieldError]:
    try:
        _day(value or date.min)
    except ValueError:
        return [FieldError(at, "invalid", _("A day, such as 2026-02-01."))]
    return []


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
