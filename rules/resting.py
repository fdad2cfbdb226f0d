"""What rests on a law: grounds, clauses, required items, forbidden wording, and every sentence of the program.

An app adds in `SOURCES` what of its own does. A sentence is found by its Chinese in the catalogue, so that no page,
letter or refusal is left out. What does not belong here: the work that a changed law makes of it (commands).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation.trans_real import translation as catalogue_of

from casework.canonical import digest
from rules.laws import Place, places_cited
from rules.laws.citing import touch
from rules.models import Clause, LawArticle, RestsOn
from rules.required import REQUIREMENTS
from rules.wording import KINDS


@dataclass(frozen=True, slots=True)
class Resting:
    """One thing that cites laws: `key` finds it again, `title` says it to people."""

    kind: str
    key: str
    title_zh: str
    title_en: str
    cites: tuple[Place, ...]


SOURCES: list[Callable[[], Iterable[Resting]]] = []


def resting_on(law: LawArticle) -> list[Resting]:
    """Everything that cites the article under its number, or under the one that it had before."""
    numbers = [number for number in (law.article, law.renumbered_from) if number]

    def rests(each: Resting) -> bool:
        return any(
            place.instrument.code == law.instrument and touch(place.place, number)
            for place in each.cites
            for number in numbers
        )

    return [each for source in SOURCES for each in source() if rests(each)]


def in_both(text: object) -> tuple[str, str]:
    """A sentence of ours in Chinese and in English, whichever the reader's language is."""
    with translation.override("zh-hans"):
        zh = str(text)
    with translation.override("en"):
        return zh, str(text)


def _required() -> Iterator[Resting]:
    for each in REQUIREMENTS:
        article_zh, _en = in_both(each.article)
        yield Resting(RestsOn.REQUIRED, each.key, *in_both(each.says), places_cited(article_zh))


def _wording() -> Iterator[Resting]:
    for code, kind in KINDS.items():
        article_zh, _en = in_both(kind.article)
        yield Resting(RestsOn.WORDING, code, *in_both(kind.why), places_cited(article_zh))


def _clauses() -> Iterator[Resting]:
    rows = Clause.objects.filter(version__published_at__isnull=False, version__effective_to__isnull=True)
    for row in rows.filter(text_zh__contains="《").select_related("version__rule"):
        key = f"{row.version.rule.code} {row.version.number} {row.number}"
        yield Resting(RestsOn.RULE, key, row.text_zh, row.text_en, places_cited(row.text_zh))


def _sentences() -> Iterator[Resting]:
    # The catalogue is the one list of all sentences; Django gives no public way to walk it.
    for said, chinese in catalogue_of("zh-hans")._catalog.items():  # type: ignore[attr-defined]
        english = said if isinstance(said, str) else said[0]
        if isinstance(chinese, str) and "《" in chinese and (cites := places_cited(chinese)):
            yield Resting(RestsOn.SENTENCE, digest(english)[:40], chinese, english.rpartition("\x04")[2], cites)


SOURCES += [_required, _wording, _clauses, _sentences]
