"""How much money a dispute can be about: what is open of its order, and what its ground gives beyond that.

The laws of the same name in `models.ceilings` say the same in SQL. What does not belong here: whether a sum is right.
"""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from casework.errors import FieldError
from casework.formats import money
from disputes.choices import REFUNDS, Beyond, Remedy, Role, Side, Stake
from disputes.models import Dispute, GroundRow, Obligation, ObligationKind, ObligationState
from disputes.models.ceilings import LOSS_MOST
from disputes.records import OrderRecord
from disputes.statutory import MULTIPLES


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The bounds of a sum under one remedy, in minor units.

    Up to `open_minor` a sum needs nothing more; up to `most_minor` it needs a reason. Both are the same where the
    ground gives nothing beyond the order.
    """

    total_minor: int
    open_minor: int
    most_minor: int
    beyond: str
    currency: str

    def errors(self, amount: int | None, *, at: str, reason: str, reason_at: str) -> list[FieldError]:
        """What is wrong with this sum: above the most, or above what is open without a word of why."""
        if amount is None or amount <= self.open_minor:
            return []
        if amount > self.most_minor:
            return [FieldError(at, "above-ceiling", self.sentence())]
        if reason.strip():
            return []
        text = _("This is more than the %(open)s that is open of this order. Say why it is more.")
        return [FieldError(reason_at, "required", text % {"open": money(self.open_minor, self.currency)})]

    def sentence(self) -> str:
        """Names the most that this sum can be, and why."""
        blanks = {
            "most": money(self.most_minor, self.currency),
            "total": money(self.total_minor, self.currency),
        }
        if self.beyond:
            return {
                Beyond.THREE: _(
                    "At most %(most)s: the price and three times the price, or ¥500 where that is more (Consumer "
                    "Protection Law, article 55)."
                ),
                Beyond.TEN: _(
                    "At most %(most)s: the price and ten times the price, or ¥1,000 where that is more (Food Safety "
                    "Law, article 148)."
                ),
                Beyond.LOSS: _("At most %(most)s can be decided here. For more, please go to court."),
            }[Beyond(self.beyond)] % blanks
        if self.open_minor < self.total_minor:
            return (
                _("At most %(most)s: the order came to %(total)s, and the rest of it went back, or is owed, already.")
                % blanks
            )
        return _("At most %(most)s: that is what the order came to, freight included.") % blanks

    def hint(self) -> str:
        """What stands beside the field: what the order came to, and what is still open of it."""
        text = _("The order came to %(total)s, freight included. Still open: %(open)s.") % {
            "total": money(self.total_minor, self.currency),
            "open": money(self.open_minor, self.currency),
        }
        if not self.beyond:
            return text
        more = _("Compensation can be more, with a reason: %(most)s at most.")
        return text + _(" ") + more % {"most": money(self.most_minor, self.currency)}


def ceiling_for(dispute: Dispute, remedy: str) -> Ceiling:
    """The bounds of a sum under this remedy in an opened dispute."""
    left = dispute.order_amount_minor - returned_of_order(dispute.claimant_id, dispute.order_ref, but=dispute.pk)
    return _ceiling(dispute.ground, remedy, dispute.order_amount_minor, left, dispute.currency)


def ceiling_of_claim(claimant_id: int, order: OrderRecord, ground: GroundRow, remedy: str) -> Ceiling:
    """The bounds of what can be claimed in a new dispute about the order."""
    left = order.amount_minor - returned_of_order(claimant_id, order.ref)
    return _ceiling(ground, remedy, order.amount_minor, left, order.currency)


def _ceiling(ground: GroundRow, remedy: str, total: int, left: int, currency: str) -> Ceiling:
    left, beyond = max(left, 0), beyond_order(ground, remedy)
    return Ceiling(total, left, _most(beyond, total) if beyond else left, beyond, currency)


def beyond_order(ground: GroundRow, remedy: str) -> str:
    """Why more than the order can be paid under this remedy; empty where it cannot.

    What the platform itself took is no price of an order, and the way back can cost more than a cheap thing.
    """
    if ground.respondent_role == Role.PLATFORM or remedy == Remedy.FREIGHT:
        return Beyond.LOSS
    if remedy != Remedy.COMPENSATE or Remedy.COMPENSATE not in ground.remedies:
        return ""
    if Stake.PUNITIVE not in ground.stakes:
        return Beyond.LOSS
    return Beyond.TEN if Stake.SAFETY in ground.stakes else Beyond.THREE


def _most(beyond: str, total: int) -> int:
    if beyond == Beyond.LOSS:
        return total + LOSS_MOST
    times, least = MULTIPLES[Beyond(beyond)]
    return total + max(times * total, least)


def returned_of_order(claimant_id: int, order_ref: str, *, but: int | None = None) -> int:
    """What of the order's price went back to this claimant in other disputes, or is owed; compensation is no part."""
    rows = Obligation.objects.filter(
        dispute__claimant_id=claimant_id,
        dispute__order_ref=order_ref,
        kind=ObligationKind.PAY,
        creditor=Side.CLAIMANT,
        remedy__in=["", *REFUNDS],
    )
    others = rows.exclude(state=ObligationState.FAILED).exclude(dispute_id=but or 0)
    return int(others.aggregate(total=Sum("amount_minor"))["total"] or 0)
