"""Every kind of case on the invented marketplace, for merchants and for consumers."""

from sample.content.scenarios.consumers import SCENARIOS as CONSUMERS
from sample.content.scenarios.goods import SCENARIOS as GOODS
from sample.content.scenarios.service import SCENARIOS as SERVICE
from sample.content.scenarios.shape import ClauseRef, LawRef, MeasurePlan, Money, Number, Pick, Proof, Scenario, Yuan
from sample.content.scenarios.trade import SCENARIOS as TRADE

SCENARIOS: tuple[Scenario, ...] = GOODS + TRADE + SERVICE + CONSUMERS
SCENARIO_BY_CODE: dict[str, Scenario] = {scenario.code: scenario for scenario in SCENARIOS}

__all__ = [
    "SCENARIOS",
    "SCENARIO_BY_CODE",
    "ClauseRef",
    "LawRef",
    "MeasurePlan",
    "Money",
    "Number",
    "Pick",
    "Proof",
    "Scenario",
    "Yuan",
]
