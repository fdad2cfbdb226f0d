"""Translations of what a person of the platform decided, beside the original: for information, the original counts.

An app names the texts of a case that can be translated (`Original`). What is added is a row that nobody changes; a
later one into the same language takes its place on pages, and both stay on file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from archive.models import Translation
from casework import firing
from casework.actor import Actor
from casework.canonical import digest
from casework.claims import Comparison, said
from casework.errors import FieldError, Invalid, NotYourTurn
from casework.formats import beijing_time
from casework.languages import LANGUAGES, TAGS, language_of
from casework.models import Case, Event
from casework.refs import new_ref
from casework.text import is_visually_blank

LONGEST = 16_000
MOST = 100
"""Texts of one translation: more than a decision has."""


@dataclass(frozen=True, slots=True)
class Original:
    """One text that can be translated: its name in the case, its heading in the active language, its words."""

    of: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Translatable:
    """What of a case can be translated now; `subject` says which of its decisions the originals are of."""

    case: Case
    subject: int
    originals: Sequence[Original]


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """The translation of the original of that name, under its heading."""

    of: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Translated:
    """One translation as it is shown: what it is, who added it and when, its texts in the order of the originals."""

    language: str
    label: str
    by: str
    drafted_by: str
    officer: str
    added_at: datetime
    texts: tuple[TranslatedText, ...]

    @property
    def tag(self) -> str:
        return TAGS[self.language]


def to_translate(originals: Iterable[Original], language: str) -> list[Original]:
    """Those that are not in this language already; what has no letter, such as a sum, needs no translation."""
    return [each for each in originals if language_of(each.text) not in ("", language)]


def languages_for(originals: Sequence[Original]) -> list[str]:
    """The languages into which something of this can be translated."""
    return [language for language in LANGUAGES if to_translate(originals, language)]


def adding[C: Case](
    lock: Callable[[Actor, str, int | None], C],
    translatable: Callable[[Actor, C], Translatable],
    refused: Callable[[Mapping[str, str]], list[FieldError]],
    fire: Callable[..., object] = firing.fire,
) -> Callable[..., C]:
    """The command `add_translation` of one kind of case: it adds a translation of what is `translatable`, and those who
    are told of decisions are told of it. A later one takes its place, and both stay on file.

    All originals that are not in the language are translated, or none. `refused` says what is wrong with the wording of
    texts, by their pointers. Raises `NotFound`, `NotAllowed`, `ConflictOfInterest`, `Stale`, `NotYourTurn` where there
    is nothing to translate, and `Invalid` for wording and where a text is unknown, missing, or not in the language.
    """

    @firing.command
    def add_translation(
        *,
        actor: Actor,
        ref: str,
        language: str,
        texts: Sequence[tuple[str, str]],
        now: datetime,
        drafted_by: str = "",
        expected_version: int | None = None,
    ) -> C:
        case = lock(actor, ref, expected_version)
        what = translatable(actor, case)
        wanted = {each.of: each for each in to_translate(what.originals, language)}
        if errors := refused({f"/texts/{place}/text": text for place, (_of, text) in enumerate(texts)}):
            raise Invalid(errors=errors)
        if language not in LANGUAGES or not wanted:
            raise NotYourTurn(_("There is nothing to translate into this language."))
        if errors := list(_errors(wanted, language, texts)):
            raise Invalid(errors=errors)
        row = Translation.objects.create(
            ref=new_ref("trl_"),
            case_kind=what.case.KIND,
            case_id=what.case.pk,
            subject=what.subject,
            original_language=next(each for each in LANGUAGES if each != language),
            language=language,
            original_hash=digest_of(wanted.values()),
            texts=dict(texts),
            drafted_by=drafted_by,
            officer=actor.code,
            added_at=now,
        )
        fire(case, "add_translation", actor=actor, now=now, facts=_facts_of(row))
        return case

    return add_translation


def _errors(wanted: Mapping[str, Original], language: str, texts: Sequence[tuple[str, str]]) -> Iterator[FieldError]:
    found = set()
    for place, (of, text) in enumerate(texts):
        if of not in wanted or of in found:
            yield FieldError(f"/texts/{place}/of", "unknown", _("No text of this name is to be translated."))
        elif is_visually_blank(text):
            yield FieldError(f"/texts/{place}/text", "required", _("Please fill this in."))
        elif language_of(text) != language:
            yield FieldError(f"/texts/{place}/text", "wrong-language", _("This is not in the language chosen."))
        found.add(of)
    if missing := [each for each in wanted if each not in found]:
        words = _("Every text is translated or none. Missing: %(names)s.") % {"names": ", ".join(missing)}
        yield FieldError("/texts", "required", words)


def digest_of(originals: Iterable[Original]) -> str:
    """Covers the words that are translated, and what a service drafts from."""
    return digest({each.of: each.text for each in originals})


def _facts_of(row: Translation) -> dict[str, Any]:
    """What the event says of a translation."""
    return {
        "translation": row.ref,
        "subject": row.subject,
        "language": row.language,
        "original": row.original_hash,
        "texts": digest(row.texts),
        **({"drafted_by": row.drafted_by} if row.drafted_by else {}),
    }


def claim(case: Case, event: Event) -> Iterator[Comparison]:
    """What the row of a translation must say because its event says it; see `casework.claims`."""
    row = Translation.objects.filter(ref=event.facts["translation"], case_kind=case.KIND, case_id=case.pk).first()
    yield "translation", event.facts["translation"], row and row.ref
    if row is not None:
        yield from said(event, **{name: value for name, value in _facts_of(row).items() if name != "translation"})
        yield "drafted_by", event.facts.get("drafted_by", ""), row.drafted_by


def shown(case: Case, subject: int, originals: Sequence[Original]) -> tuple[Translated, ...]:
    """The newest translation into each language, with headings in the active one."""
    rows = Translation.objects.filter(case_kind=case.KIND, case_id=case.pk, subject=subject).order_by("pk")
    newest = {row.language: row for row in rows}
    return tuple(_shown(row, originals) for row in newest.values())


def _shown(row: Translation, originals: Sequence[Original]) -> Translated:
    by = _("Added by officer %(code)s on %(when)s.")
    if row.drafted_by:
        by = _("Drafted by a machine; checked and added by officer %(code)s on %(when)s.")
    return Translated(
        language=row.language,
        label=_("Translation for information; the original counts."),
        by=by % {"code": row.officer, "when": beijing_time(row.added_at)},
        drafted_by=row.drafted_by,
        officer=row.officer,
        added_at=row.added_at,
        texts=tuple(
            TranslatedText(each.of, each.title, row.texts[each.of]) for each in originals if each.of in row.texts
        ),
    )


def lines_of(translated: Translated) -> Iterator[str]:
    """The translation as lines to read, below its label."""
    yield translated.by
    for each in translated.texts:
        yield each.title
        yield each.text
