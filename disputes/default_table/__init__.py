"""The default burden table: thirty-six grounds in both languages, Chinese authentic, ready to go into a rule version.

The TOML files beside this module hold it, one for each family of grounds, `relief.toml` the reliefs from proof,
`fast_refund.toml` the one of fast refunds; `rules.laws` has the laws that are cited. Written in our own words from the
cited articles. A step is EXPLICIT (type E) where an article itself lays the burden, DERIVED (D) where it
follows from the general rules with the cited article, and PRACTICE (M) where marketplaces fill what the law leaves
open; a row may mix them. Each ground says how well its sources were checked. Not legal advice: have counsel confirm
articles and allocation before a platform publishes the table as its own.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from casework.toml import built, read
from disputes.default_table.law import cited
from disputes.proof import GroundDraft, RelaxationDraft

HERE = Path(__file__).parent


def _ground(table: dict[str, Any]) -> GroundDraft:
    for fact in table["facts"]:
        for step in fact["steps"]:
            step["basis"] = cited(step["basis"])
    ground: GroundDraft = built(GroundDraft, table)
    return ground


GROUNDS: tuple[GroundDraft, ...] = tuple(
    sorted(
        (_ground(table) for path in HERE.glob("*.toml") for table in read(path).get("grounds", ())),
        key=lambda ground: ground.code,
    )
)
RELAXATIONS: tuple[RelaxationDraft, ...] = tuple(
    built(RelaxationDraft, table) for table in read(HERE / "relief.toml")["relaxations"]
)


def fast_refunds(slugs: Iterable[str], *, limit_minor: int, platform_pays: bool = False) -> tuple[RelaxationDraft, ...]:
    """The rules of fast refunds on these grounds, up to a sum in a case.

    Merchants who opted in pay them; with `platform_pays` the platform does where a merchant has not. An unknown ground
    gets a rule that `faults_of` refuses.
    """
    relief = read(HERE / "fast_refund.toml")
    eased = {(each.ground, each.fact) for each in RELAXATIONS}  # a fact has one relief
    facts = {
        ground.slug: next((f.key for f in ground.facts if (ground.slug, f.key) not in eased), "") for ground in GROUNDS
    }
    named = {"relieved": "CLAIMANT", "fast_refund_limit_minor": limit_minor, "platform_pays": platform_pays}
    return tuple(
        built(RelaxationDraft, {**relief, **named, "ground": slug, "fact": facts.get(slug, "")})
        for slug in dict.fromkeys(slugs)
    )
