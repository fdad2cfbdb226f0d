"""How the default table names the basis of a step: articles of registered instruments (`rules.laws`), or practice."""

from collections.abc import Sequence

from disputes.proof import BilingualText
from rules.laws import INSTRUMENTS

MARKETPLACES = BilingualText("网络交易平台通行做法", "common marketplace practice")


def cited(citations: Sequence[str]) -> BilingualText:
    """The basis of a step: `CONSUMER 23(3) 25` is two articles of one instrument, `MARKETPLACES` is practice.

    Raises `KeyError` for an instrument that the register does not have, and for an article of which it does not say
    what it says.
    """
    each = [_cited(*citation.split()) for citation in citations]
    return BilingualText("；".join(words.zh for words in each), "; ".join(words.en for words in each))


def _cited(name: str, *places: str) -> BilingualText:
    if name == "MARKETPLACES":
        return MARKETPLACES
    instrument = INSTRUMENTS[name]
    if missing := [place for place in places if instrument.said_of(place) is None]:
        raise KeyError(f"{name} {missing[0]}")
    words = instrument.cited(places)
    return BilingualText(words.zh, words.en)
