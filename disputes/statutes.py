"""The articles that themselves say who must prove something, and how they are found in the text of a basis.

Plain values: no ground or fact of a table is named here, so that renaming one changes nothing. An article is written as
lawyers shorten it: `25(1)[2]` is article 25, paragraph 1, item 2. Laws that leave the proof to the general rules do not
belong here, however often a table cites them.
"""

import re
from dataclasses import dataclass

from disputes.choices import CONSUMERS, Role
from rules.laws import INSTRUMENTS, instrument_named
from rules.laws.citing import articles_cited

SHORT = {law.code: name for name, law in INSTRUMENTS.items()}
TRADERS = frozenset(Role) - CONSUMERS - {Role.RIGHT_HOLDER, Role.PLATFORM}


@dataclass(frozen=True, slots=True)
class Statute:
    """An article that lays a burden on one of `roles`. `law` is the short name of its instrument (`rules.laws`)."""

    law: str
    article: str
    roles: frozenset[Role]

    @property
    def is_for_traders(self) -> bool:
        """Whether it spares consumers this proof."""
        return self.roles.isdisjoint(CONSUMERS)


STATUTES = (
    # — on the trader —
    Statute("CONSUMER", "23(3)", TRADERS),
    Statute("FOOD_DISPUTES", "6", TRADERS),
    Statute("FOOD_DAMAGES", "12(3)", TRADERS),
    Statute("FOOD_DISPUTES", "5(2)", TRADERS),  # its proviso
    Statute("CONSUMER_PENALTIES", "16(1)", TRADERS),
    Statute("ECOMMERCE", "55(2)", frozenset({Role.PAYMENT_PROVIDER})),
    Statute("ECOMMERCE", "57(2)", frozenset({Role.PAYMENT_PROVIDER})),
    Statute("CONTRACTS", "64(2)", TRADERS),  # as the one who asks for a penalty to be reduced
    Statute("ONLINE_CONSUMPTION", "12(1)", frozenset({Role.LIVE_ROOM})),
    Statute("CONSUMER_REGULATION", "18", TRADERS),
    Statute("PRODUCTS", "41(2)", TRADERS),
    # — on the platform —
    Statute("CONTRACTS", "10(3)", frozenset({Role.PLATFORM})),
    # — on the consumer —
    Statute("FOOD_DISPUTES", "5(1)", frozenset({Role.BUYER, Role.CONSUMER})),
    Statute("FOOD_DISPUTES", "5(2)", frozenset({Role.BUYER, Role.CONSUMER})),
    Statute("ECOMMERCE", "48(2)", CONSUMERS),
)
"""What each says was read in copies published by others; have counsel confirm the list before a table rests on it."""

ALLOWED = frozenset({("EVIDENCE", "95"), ("PROCEDURE", "112"), ("PREPAID", "25")})
"""The articles by which a court *may* (可以) take something from silence: they bind nobody to, and name no time."""


def _articles(basis: str) -> list[tuple[str, str]]:
    """Each article that a basis names, its law by the short name of the register where that has it."""
    found = ((instrument_named(law), law, article) for law, article in articles_cited(basis))
    return [(law if each is None else SHORT[each.code], article) for each, law, article in found]


def statutes_cited(basis: str) -> tuple[Statute, ...]:
    """The articles above that a basis names, in their order; naming the whole article names its paragraphs."""
    named = _articles(basis)
    whole = _named_as_a_whole(named)
    return tuple(
        statute
        for statute in STATUTES
        if any(
            law == statute.law and (article == statute.article or (law, statute.article.split("(")[0]) in whole)
            for law, article in named
        )
    )


def rests_only_on_leave(basis: str) -> bool:
    """Whether every article that a basis names only allows an inference from silence."""
    named = [(law, article.split("(")[0]) for law, article in _articles(basis)]
    return bool(named) and all(each in ALLOWED for each in named)


def _named_as_a_whole(named: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The articles of which no paragraph or item is singled out."""
    narrowed = {(law, re.split(r"[(\[]", article)[0]) for law, article in named if not article.isdecimal()}
    return {(law, article) for law, article in named if article.isdecimal()} - narrowed
