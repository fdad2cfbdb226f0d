"""What follows from terms, agreed or determined: who owes whom what, within which time, and what comes first.

What does not belong here: writing it down and following it (commands), and putting it into words (queries).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from disputes.choices import CONSUMERS, GOODS_BACK, MONEY, Payer, Remedy, Side
from disputes.models import Determination, Dispute, FactAtIssue, Obligation, ObligationKind
from disputes.outcome import Derived, derive, finding_of
from disputes.proof import payer_of
from rules.terms import Term


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed or determined, in whatever way."""

    remedy: str
    amount_minor: int | None
    payer: str
    goods_back: bool
    freight_payer: str


def derived_from(dispute: Dispute, facts: Iterable[FactAtIssue]) -> Derived:
    """What the table makes of these facts of the dispute, in their order, as they stand."""
    return derive(
        [finding_of(f.row, f.no, f.favours, str(f.state), f.established) for f in facts],
        claim_remedy=dispute.claim_remedy,
        claim_amount_minor=dispute.claim_amount_minor,
        order_amount_minor=dispute.order_amount_minor,
        remedies=dispute.ground.remedies,
        default_remedy=dispute.ground.default_remedy,
        stakes=dispute.ground.stakes,
        amount_needs_person_minor=settings.CONFIRM_ABOVE_MINOR,
    )


def terms_determined(one: Determination) -> Terms | None:
    """What a determination gives; None where it gives nothing."""
    if not one.remedy:
        return None
    return Terms(one.remedy, one.amount_minor, one.payer, one.goods_back, one.freight_payer)


def terms_claimed(dispute: Dispute) -> Terms | None:
    """What the claimant wants, as terms; None where the claim names no sum, or the platform is the other side.

    Where goods go back, whoever agrees bears the freight: a claim says nothing of it, and nobody who is given what they
    asked for is to pay for it.
    """
    is_money = dispute.claim_remedy in {str(r) for r in MONEY}
    if dispute.respondent_id is None or (is_money and dispute.claim_amount_minor is None):
        return None
    goods_back = dispute.claim_remedy in {str(r) for r in GOODS_BACK}
    return Terms(
        remedy=dispute.claim_remedy,
        amount_minor=dispute.claim_amount_minor if is_money else None,
        payer=payer_of(dispute.ground, dispute.claim_remedy),
        goods_back=goods_back,
        freight_payer=Payer.RESPONDENT if goods_back else Payer.NOBODY,
    )


def remedies_to_offer(dispute: Dispute) -> list[str]:
    """What can be offered: what the table gives for the ground, and money in part or as compensation."""
    extra = (Remedy.PARTIAL_REFUND, Remedy.COMPENSATE)
    return [*dispute.ground.remedies, *(str(r) for r in extra if r not in dispute.ground.remedies)]


def is_guaranteed(dispute: Dispute, row: Obligation) -> bool:
    """Whether a clause promised that the platform pays this first where it does not arrive."""
    is_money = row.kind in (ObligationKind.PAY, ObligationKind.PAY_FREIGHT)
    return is_money and row.debtor != Side.PLATFORM and bool(dispute.promised["guarantee_time"].clause)


Owed = tuple[ObligationKind, Side, Side, int | None, Term, bool]


def owed_under(dispute: Dispute, terms: Terms) -> list[Owed]:
    """(kind, debtor, creditor, amount, time, whether it waits for the one before) of everything that the terms owe."""
    opposite = Side.PLATFORM if dispute.respondent_id is None else Side.RESPONDENT
    holder = Side.CLAIMANT if dispute.ground.claimant_role in CONSUMERS or opposite is Side.PLATFORM else opposite
    giver = opposite if holder is Side.CLAIMANT else Side.CLAIMANT
    debtor = opposite if terms.payer == Payer.NOBODY else Side(terms.payer)
    creditor = Side.CLAIMANT if debtor is not Side.CLAIMANT else opposite
    goods_time, pay_time = dispute.promised["goods_time"], dispute.promised["payment_time"]
    owed: list[Owed] = []
    if terms.goods_back:
        owed.append((ObligationKind.RETURN_GOODS, holder, giver, None, goods_time, False))
    if terms.remedy in {str(r) for r in MONEY} and terms.remedy != Remedy.FREIGHT and terms.amount_minor != 0:
        time = goods_time if terms.goods_back else pay_time
        owed.append((ObligationKind.PAY, debtor, creditor, terms.amount_minor, time, terms.goods_back))
    if terms.remedy in (Remedy.EXCHANGE, Remedy.RESEND):
        owed.append((ObligationKind.SEND_GOODS, giver, holder, None, goods_time, terms.goods_back))
    if terms.remedy == Remedy.REPAIR:
        owed.append((ObligationKind.REPAIR, giver, holder, None, dispute.promised["repair_time"], terms.goods_back))
    if terms.remedy == Remedy.LIFT:
        owed.append((ObligationKind.LIFT, Side.PLATFORM, Side.CLAIMANT, None, pay_time, False))
    if terms.remedy == Remedy.FREIGHT:
        owed.append((ObligationKind.PAY_FREIGHT, debtor, creditor, terms.amount_minor, pay_time, False))
    elif terms.freight_payer not in (Payer.NOBODY, holder) and terms.goods_back:
        owed.append((ObligationKind.PAY_FREIGHT, Side(terms.freight_payer), holder, None, goods_time, False))
    return owed
