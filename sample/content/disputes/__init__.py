"""Every invented dispute of the sample: chats, offers, evidence, rulings, and what came of them.

The order 1001 and the test orders 9001 and 9002 are left without a dispute, so that a newcomer can open one; so are
1017, 1047, 1053 and 1054. What does not belong here: the orders (sample.content.orders) and carrying it out
(sample.loading_disputes).
"""

from sample.content.disputes.decided import DECIDED
from sample.content.disputes.proving import PROVING
from sample.content.disputes.shape import Act, DisputePlan, Piece
from sample.content.disputes.talking import TALKING

DISPUTES: tuple[DisputePlan, ...] = (*TALKING, *PROVING, *DECIDED)

__all__ = ["DISPUTES", "Act", "DisputePlan", "Piece"]
