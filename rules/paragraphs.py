"""What a basis rests on: each cited paragraph letter by letter where it was signed, else in our own words.

The one source for page, letter, room and API. A paragraph is quoted once its wording was read in an official
publication and two people signed it (`LawArticle.is_quotable`). What does not belong here: who cites what.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext

from rules.counsel import signed_by, stood
from rules.laws import Place, places_cited
from rules.laws.citing import in_chinese
from rules.models import CounselSignature, LawArticle, Signed, renumbered


def in_own_words() -> str:
    """What stands wherever a paragraph is not quoted."""
    return gettext("in our own words, not verified")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as the reader is shown it: `content` is the law's wording where it `is_quoted`, else our words.

    `renumbered_to` is its number in a later version of the law: what cites the old number has to be looked at.
    `signatures` are those of counsel that stand under the quoted wording; our own words have none.
    """

    key: str
    name: str
    place: str
    content: str
    is_quoted: bool
    source: str
    read_on: date | None
    sha256: str
    in_force_from: date
    in_force_until: date | None
    renumbered_to: str = ""
    signatures: Sequence[CounselSignature] = field(default_factory=tuple)

    @property
    def is_signed_by_counsel(self) -> bool:
        """Whether counsel signed the wording that is quoted."""
        return bool(self.signatures)

    @property
    def citation(self) -> str:
        """The law and the place in it, as the reader's language writes it."""
        if (get_language() or "").startswith("en"):
            return f"{self.name} {self.place}"
        return f"《{self.name.removeprefix('中华人民共和国')}》{in_chinese([self.place])}"

    @property
    def sentence(self) -> str:
        """The paragraph in one line: quoted, with whether counsel signed the wording, or marked as our own words."""
        if self.is_quoted:
            quoted = {"law": self.citation, "text": self.content, "signed": signed_by(self.signatures)}
            return gettext("%(law)s: “%(text)s” (%(signed)s)") % quoted
        words = gettext("%(law)s (%(whose)s): %(text)s")
        return words % {"law": self.citation, "whose": in_own_words(), "text": self.content}

    @property
    def hash_words(self) -> str:
        """The hash of the wording, or that there is none to compare."""
        return self.sha256 or gettext("not verified")


def renumbered_words(cited: str, before: Sequence[LawArticle], now: LawArticle) -> str:
    """That an article has another number by now, and what it says if that is not what it said under the one cited."""
    values = {"day": now.in_force_from.isoformat(), "before": cited, "number": now.article}
    if before and now.text_sha256 and before[-1].text_sha256 == now.text_sha256:
        same = gettext("Since %(day)s article %(before)s is article %(number)s, with the same wording: cite that.")
        return same % values
    other = gettext("Since %(day)s article %(before)s is article %(number)s: cite that. It says: %(text)s")
    return other % (values | {"text": now.text if now.is_quotable else now.gist})


class Library:
    """The signed articles as they stood at a moment, read once however many paragraphs are asked for."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    @cached_property
    def _signed(self) -> list[LawArticle]:
        rows = LawArticle.objects.filter(change__isnull=False, change__updated_at__lte=self.at)
        return list(rows.order_by("in_force_from", "pk"))

    @cached_property
    def _signatures(self) -> list[CounselSignature]:
        rows = CounselSignature.objects.filter(subject=Signed.LAW_ARTICLE, created_at__lte=self.at)
        return list(rows.select_related("signed_by"))

    def paragraphs(self, text_zh: str) -> list[Paragraph]:
        """Every paragraph that a basis in Chinese cites, in its order."""
        return [self.paragraph(place) for place in places_cited(text_zh)]

    def paragraph(self, cited: Place) -> Paragraph:
        """The version in force that day, as signed last; what nobody signed stands as the register says it."""
        day = localdate(self.at)
        rows = [row for row in self._signed if row.instrument == cited.instrument.code and row.in_force_from <= day]
        row = next((r for r in reversed(rows) if r.article == cited.place and r.is_in_force(day)), None)
        moved = renumbered(rows, cited.place)
        english = (get_language() or "").startswith("en")
        said, law = cited.instrument.said_of(cited.place), cited.instrument
        quoted = row is not None and row.is_quotable and moved is None
        own = "" if said is None else said.en if english else said.zh
        return Paragraph(
            key=cited.key,
            name=law.en if english else law.zh,
            place=cited.place,
            content=own if row is None else row.text if quoted else row.gist,
            is_quoted=quoted,
            source=row.source if row is not None and row.source else law.source,
            read_on=row.read_on if row is not None else None,
            sha256=row.text_sha256 if row is not None and quoted else "",
            in_force_from=row.in_force_from if row is not None else law.in_force_from,
            in_force_until=row.in_force_until if row is not None else None,
            renumbered_to=moved.article if moved is not None else "",
            signatures=stood([s for s in self._signatures if s.key == row.key], row.text_sha256, self.at)
            if row is not None and quoted
            else (),
        )


def paragraphs_of(texts_zh: Iterable[str], at: datetime) -> list[Paragraph]:
    """Every paragraph that these bases cite, each once."""
    library = Library(at)
    found = {each.key: each for text in texts_zh for each in library.paragraphs(text)}
    return list(found.values())


def are_quoted(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether all of them stand in the law's own wording."""
    return all(each.is_quoted for each in paragraphs)
