"""The register of official texts that this program cites, and what each cited paragraph says in our own words.

`instruments.toml` holds it. No wording and no hash is shipped: what a platform loads from an official publication
(`manage.py load_law`) and two people sign is stored as `rules.models.LawArticle`, and quoted from then on. What does
not belong here: the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from casework.toml import built, read
from rules.laws.citing import articles_cited, in_chinese, in_english, is_part, narrowest


@dataclass(frozen=True, slots=True)
class Said:
    """What a paragraph says, in our own words and both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation or judicial interpretation by its common short name; `also` are other names that texts use.

    `code` is the one under which its paragraphs are loaded. `source` is the copy by others in which they were read,
    empty where none was.
    """

    code: str
    zh: str
    en: str
    in_force_from: date
    says: Mapping[str, Said] = field(repr=False, hash=False, compare=False)
    source: str = ""
    official_zh: str = ""
    also: Sequence[str] = field(default_factory=tuple)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a text may call it by, in either language."""
        return (self.zh, self.en, *([self.official_zh] if self.official_zh else []), *self.also)

    def said_of(self, place: str) -> Said | None:
        """What the place says: its own entry, or the nearest whole that has one."""
        wholes = [whole for whole in self.says if is_part(place, whole)]
        return self.says[max(wholes, key=len)] if wholes else None

    def cited(self, places: Sequence[str]) -> Said:
        """These places of it as a basis names them, in both languages."""
        return Said(f"《{self.zh}》{in_chinese(places)}", f"{self.en} {in_english(places)}")


INSTRUMENTS: Mapping[str, Instrument] = built(
    Mapping[str, Instrument], read(Path(__file__).with_name("instruments.toml"))
)
"""By the short name that tables use."""
BY_CODE = {each.code: each for each in INSTRUMENTS.values()}
_BY_NAME = {name: each for each in INSTRUMENTS.values() for name in each.names}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one registered instrument."""

    instrument: Instrument
    place: str

    @property
    def key(self) -> str:
        """As `LawArticle.key`: the code of the instrument and the place in it."""
        return f"{self.instrument.code} {self.place}"


def instrument_named(name: str) -> Instrument | None:
    """The registered instrument that a text calls by this name, with or without 中华人民共和国."""
    return _BY_NAME.get(name) or _BY_NAME.get(name.removeprefix("中华人民共和国"))


@cache
def places_cited(text_zh: str) -> tuple[Place, ...]:
    """The registered places that a text in Chinese cites, the narrowest of each, in their order."""
    found = ((instrument_named(law), place) for law, place in narrowest(list(articles_cited(text_zh))))
    return tuple(Place(instrument, place) for instrument, place in found if instrument is not None)
