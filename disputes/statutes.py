"""The articles that themselves say who must prove something, and how they are found in the text of a basis.

Plain values: no ground or fact of a table is named here, so that renaming one changes nothing. An article is written as
lawyers shorten it: `25(1)[2]` is article 25, paragraph 1, item 2. Laws that leave the proof to the general rules do not
belong here, however often a table cites them.
"""

import re
from dataclasses import dataclass

from disputes.choices import CONSUMERS, Role
from rules.laws.citing import articles_cited

TRADERS = frozenset(Role) - CONSUMERS - {Role.RIGHT_HOLDER, Role.PLATFORM}


@dataclass(frozen=True, slots=True)
class Statute:
    """An article that lays a burden on one of `roles`. `names`: the short name of its law, and names in full."""

    names: tuple[str, ...]
    article: str
    roles: frozenset[Role]

    @property
    def is_for_traders(self) -> bool:
        """Whether it spares consumers this proof."""
        return self.roles.isdisjoint(CONSUMERS)


_ONLINE = ("网络消费纠纷司法解释（一）", "最高人民法院关于审理网络消费纠纷案件适用法律若干问题的规定（一）")
_FOOD = ("食品药品纠纷司法解释", "最高人民法院关于审理食品药品纠纷案件适用法律若干问题的规定")
_DAMAGES = (
    "食品药品惩罚性赔偿司法解释",
    "最高人民法院关于审理食品药品惩罚性赔偿纠纷案件适用法律若干问题的解释",
)
_PREPAID = ("预付式消费司法解释", "最高人民法院关于审理预付式消费民事纠纷案件适用法律若干问题的解释")
_CONTRACTS = (
    "民法典合同编通则司法解释",
    "最高人民法院关于适用〈中华人民共和国民法典〉合同编通则若干问题的解释",
)
_PENALTIES = ("侵害消费者权益行为处罚办法",)
_PROCEDURE = (
    "民事诉讼法司法解释",
    "最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释",
)
_EVIDENCE = ("民事诉讼证据规定", "最高人民法院关于民事诉讼证据的若干规定")

STATUTES = (
    # — on the trader —
    Statute(("消费者权益保护法",), "23(3)", TRADERS),
    Statute(_FOOD, "6", TRADERS),
    Statute(_DAMAGES, "12(3)", TRADERS),
    Statute(_FOOD, "5(2)", TRADERS),  # its proviso
    Statute(_PENALTIES, "16(1)", TRADERS),
    Statute(("电子商务法",), "55(2)", frozenset({Role.PAYMENT_PROVIDER})),
    Statute(("电子商务法",), "57(2)", frozenset({Role.PAYMENT_PROVIDER})),
    Statute(_CONTRACTS, "64(2)", TRADERS),  # as the one who asks for a penalty to be reduced
    Statute(_ONLINE, "12(1)", frozenset({Role.LIVE_ROOM})),
    Statute(("消费者权益保护法实施条例",), "18", TRADERS),
    Statute(("产品质量法",), "41(2)", TRADERS),
    # — on the platform —
    Statute(_CONTRACTS, "10(3)", frozenset({Role.PLATFORM})),
    # — on the consumer —
    Statute(_FOOD, "5(1)", frozenset({Role.BUYER, Role.CONSUMER})),
    Statute(_FOOD, "5(2)", frozenset({Role.BUYER, Role.CONSUMER})),
    Statute(("电子商务法",), "48(2)", CONSUMERS),
)
"""What each says was read in copies published by others; have counsel confirm the list before a table rests on it."""

ALLOWED = frozenset(
    {(name, article) for names, article in ((_EVIDENCE, "95"), (_PROCEDURE, "112"), (_PREPAID, "25")) for name in names}
)
"""The articles by which a court *may* (可以) take something from silence: they bind nobody to, and name no time."""


def statutes_cited(basis: str) -> tuple[Statute, ...]:
    """The articles above that a basis names, in their order; naming the whole article names its paragraphs."""
    named = list(articles_cited(basis))
    whole = _named_as_a_whole(named)
    return tuple(
        statute
        for statute in STATUTES
        if any(
            law in statute.names and (article == statute.article or (law, statute.article.split("(")[0]) in whole)
            for law, article in named
        )
    )


def rests_only_on_leave(basis: str) -> bool:
    """Whether every article that a basis names only allows an inference from silence."""
    named = [(law, article.split("(")[0]) for law, article in articles_cited(basis)]
    return bool(named) and all(each in ALLOWED for each in named)


def _named_as_a_whole(named: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The articles of which no paragraph or item is singled out."""
    narrowed = {(law, re.split(r"[(\[]", article)[0]) for law, article in named if not article.isdecimal()}
    return {(law, article) for law, article in named if article.isdecimal()} - narrowed
