"""The default burden table: thirty-four grounds in both languages, Chinese authentic, ready to go into a rule version.

Written in our own words from the cited articles. A step is EXPLICIT (type E) where an article itself lays the burden,
DERIVED (D) where it follows from the general rules with the cited article, and PRACTICE (M) where marketplaces fill
what the law leaves open; a row may mix them. Each ground says how well its sources were checked. Not legal advice: have
counsel confirm articles and allocation before a platform publishes the table as its own. What does not belong here:
what follows from a table (proof), and the rows of a published one (models).
"""

from disputes.default_table.delivery import DELIVERY
from disputes.default_table.goods import GOODS
from disputes.default_table.platform import PLATFORM
from disputes.default_table.quality import QUALITY
from disputes.default_table.refunds import REFUNDS
from disputes.default_table.relief import RELAXATIONS
from disputes.default_table.returns import RETURNS
from disputes.default_table.safety import SAFETY
from disputes.default_table.service import SERVICE
from disputes.default_table.special import SPECIAL
from disputes.default_table.trade import TRADE
from disputes.default_table.warranty import WARRANTY
from disputes.proof import GroundDraft

__all__ = ["GROUNDS", "RELAXATIONS"]

GROUNDS: tuple[GroundDraft, ...] = tuple(
    sorted(
        (*DELIVERY, *GOODS, *QUALITY, *WARRANTY, *SAFETY, *RETURNS, *REFUNDS, *TRADE, *SERVICE, *SPECIAL, *PLATFORM),
        key=lambda ground: ground.code,
    )
)
