"""Law articles that sample notices cite."""

from dataclasses import dataclass
from datetime import date

from casework.toml import built
from sample.content.bilingual import Both
from sample.content.files import tables


@dataclass(frozen=True, slots=True)
class Article:
    instrument: str
    name: Both
    article: str
    gist: Both
    in_force_from: date
    doubt: Both | None = None
    binds_platform: bool = False
    """It says what platforms do, so no merchant can break it."""


LAW_ARTICLES: tuple[Article, ...] = tuple(
    built(
        Article,
        {
            "instrument": instrument["code"],
            **{k: v for k, v in instrument.items() if k in ("name", "doubt")},
            **article,
        },
    )
    for instrument in tables("law")["instruments"]
    for article in instrument["articles"]
)
