"""The platform rules of the invented marketplace 禾市 HeMart: every text is invented, in Chinese and English.

What does not belong here: the law (law.py) and what happened to whom (scenarios).
"""

from datetime import date

from sample.content.rules.community import RULES as COMMUNITY
from sample.content.rules.disputes import DISPUTE_RULE, WITH_TABLE
from sample.content.rules.disputes import RULES as DISPUTES
from sample.content.rules.goods import RULES as GOODS
from sample.content.rules.process import RULES as PROCESS
from sample.content.rules.shape import ClausePlan, RulePlan, VersionPlan
from sample.content.rules.trade import RULES as TRADE

RULES: tuple[RulePlan, ...] = GOODS + TRADE + COMMUNITY + PROCESS + DISPUTES
RULE_BY_CODE: dict[str, RulePlan] = {rule.code: rule for rule in RULES}

__all__ = ["DISPUTE_RULE", "RULES", "RULE_BY_CODE", "WITH_TABLE", "ClausePlan", "RulePlan", "VersionPlan", "clause_on"]


def clause_on(code: str, number: str, on: date) -> ClausePlan | None:
    """The clause as it read on that day, or None when the rule then had no such clause."""
    version = RULE_BY_CODE[code].in_force(on)
    return version.clause(number) if version else None
