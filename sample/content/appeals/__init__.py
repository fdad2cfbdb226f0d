"""What appellants say against the sample notices, and how a person decided each. Invented."""

from sample.content.appeals.consumers import APPEALS as CONSUMERS
from sample.content.appeals.merchants_goods import APPEALS as GOODS
from sample.content.appeals.merchants_trade import APPEALS as TRADE
from sample.content.appeals.shape import GROUNDS, OUTCOMES, AppealText, PointText

APPEALS: tuple[AppealText, ...] = GOODS + TRADE + CONSUMERS

__all__ = ["APPEALS", "GROUNDS", "OUTCOMES", "AppealText", "PointText", "appeals_against"]


def appeals_against(scenario: str) -> list[AppealText]:
    """The appeals that fit a notice of that scenario."""
    return [text for text in APPEALS if text.scenario == scenario]
