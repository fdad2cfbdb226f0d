"""Fast refunds: whether a dispute is opened with one and who bears it, whether it can still be taken, what it gives."""

from datetime import datetime, timedelta

from accounts.models import PartyStatus
from accounts.queries import who_holds
from disputes.choices import FAST_REFUND_WITHDRAWN, FAST_REFUNDED, Payer, Side
from disputes.models import ClosedAs, Dispute, FastRefund, FastRefundOptIn, Relaxation
from disputes.policies import MAY_FORGO_RETURN, consumer_of
from disputes.terms import Terms
from notices.queries import is_under_measure

COUNTED = timedelta(days=90)


def drafted(dispute: Dispute, *, now: datetime) -> FastRefund | None:
    """The fast refund, not saved, that this dispute of `now` comes with; None where none may be offered.

    For a consumer who claims money back from a merchant, on a ground and up to a sum that a published relief names. The
    merchant bears it where its consent covers the sum and it trades here, else the platform where the rule says so.
    Never where fast refunds were withdrawn from the buyer, nor where the buyer disputes or disputed this order already.
    """
    amount = dispute.claim_amount_minor
    is_money_back = dispute.claim_remedy in FAST_REFUNDED and dispute.currency == "CNY"
    if not is_money_back or consumer_of(dispute) is not Side.CLAIMANT or dispute.respondent_id is None:
        return None
    if amount is None or amount > dispute.order_amount_minor:
        return None
    rules = Relaxation.objects.filter(fact__ground_id=dispute.ground_id, relieved=Side.CLAIMANT)
    relief = rules.filter(fast_refund_limit_minor__gte=amount).order_by("-platform_pays", "pk").first()
    if relief is None or _has_another(dispute) or is_under_measure(dispute.claimant_id, FAST_REFUND_WITHDRAWN, now):
        return None
    opt_in = _consent(dispute.respondent_id, amount, now)
    if opt_in is None and not relief.platform_pays:
        return None
    return FastRefund(
        claimant_id=dispute.claimant_id,
        order_ref=dispute.order_ref,
        relief=relief,
        payer=Payer.PLATFORM if opt_in is None else Payer.RESPONDENT,
        opt_in=opt_in,
        amount_minor=amount,
        earlier=taken_lately(dispute.claimant_id, now),
        offered_at=now,
    )


def _consent(merchant_id: int, amount: int, now: datetime) -> FastRefundOptIn | None:
    """The merchant's consent that covers the sum; none of a shop that is suspended, closed or has nobody to end it.

    It is locked: an opt-out at this moment comes before, and then nothing is at the merchant's cost, or after.
    """
    live = FastRefundOptIn.objects.select_for_update(no_key=True, of=("self",)).filter(
        party_id=merchant_id, party__status=PartyStatus.ACTIVE, ended_at__isnull=True
    )
    found = live.filter(limit_minor__gte=amount, given_at__lte=now).first()
    return found if found is not None and who_holds(merchant_id, MAY_FORGO_RETURN) else None


def _has_another(dispute: Dispute) -> bool:
    """Whether the buyer has, or had, another dispute about the order: the same money is not given back twice."""
    others = Dispute.objects.filter(claimant_id=dispute.claimant_id, order_ref=dispute.order_ref)
    return others.exclude(pk=dispute.pk).exclude(closed_as=ClosedAs.WITHDRAWN).exists()


def taken_lately(claimant_id: int, until: datetime) -> int:
    """How many fast refunds the buyer took in the 90 days up to then."""
    return FastRefund.objects.filter(
        claimant_id=claimant_id, accepted_at__gt=until - COUNTED, accepted_at__lte=until
    ).count()


def fast_refund_of(dispute: Dispute) -> FastRefund | None:
    """The fast refund that the dispute was opened with, taken or not."""
    return getattr(dispute, "fast_refund", None)


def can_be_taken(dispute: Dispute, now: datetime) -> bool:
    """Whether there is one that was not taken, and no measure, payment or other dispute of the order stands against it.

    The machine says until when: until a mediator joined.
    """
    row = fast_refund_of(dispute)
    if row is None or row.accepted_at is not None:
        return False
    if any(advance.to_side == Side.CLAIMANT for advance in dispute.advances.all()):
        return False
    return not _has_another(dispute) and not is_under_measure(dispute.claimant_id, FAST_REFUND_WITHDRAWN, now)


def terms_of(row: FastRefund) -> Terms:
    """What is owed once it was taken: the sum by whoever bears it, and no goods back."""
    return Terms(
        remedy=row.dispute.claim_remedy,
        amount_minor=row.amount_minor,
        payer=row.payer,
        goods_back=False,
        freight_payer=Payer.NOBODY,
    )
