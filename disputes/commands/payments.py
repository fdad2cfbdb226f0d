"""Money that is owed and did not arrive, payments that are proved, and what the platform paid first."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework.actor import Actor
from casework.canonical import moment
from casework.errors import FieldError, Invalid, NotAllowed, NotYourTurn, Stale, or_not_found, require, require_text
from casework.firing import command
from casework.formats import money
from disputes.choices import Side
from disputes.commands.follow import complete, follow, obligation_to_follow
from disputes.commands.locking import lock_dispute, move
from disputes.fast_refund import fast_refund_of
from disputes.models import Advance, AdvanceState, Dispute, Obligation, ObligationKind, ObligationState
from disputes.policies import may_advance, may_record_payment, may_say_not_received
from disputes.terms import is_guaranteed

OF_MONEY = (ObligationKind.PAY, ObligationKind.PAY_FREIGHT)


@command
def report_not_received(*, actor: Actor, ref: str, no: int, now: datetime) -> Obligation:
    """Says that what is owed to this side did not arrive, once it is due or the other side says that it is done.

    Who owes it is reminded, and the platform steps in by a stated time; where a clause promised so, it pays first.
    Raises `NotFound`, `NotAllowed`, `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    row = obligation_to_follow(dispute, no)
    require(may_say_not_received(actor, dispute, row))
    if row.state == ObligationState.OWED and row.not_received_at is not None:
        raise NotYourTurn(_("You have said so already. The platform steps in."))
    if row.state == ObligationState.OWED and (row.due_at is None or row.due_at > now):
        raise NotYourTurn(_("It is not due yet. Please wait until its time is over."))
    term = dispute.promised["guarantee_time"]
    row.state, row.not_received_at, row.platform_due_at = ObligationState.OWED, now, term.ends(now)
    row.is_guaranteed = is_guaranteed(dispute, row)
    row.is_late = row.is_late or (row.due_at is not None and row.due_at <= now)
    row.confirm_due_at = row.confirm_base_due_at = None
    follow(
        dispute,
        row,
        actor=actor,
        now=now,
        verb="report_not_received",
        side=row.debtor,
        state="NOT_RECEIVED",
        due=moment(row.platform_due_at),
        is_guaranteed=row.is_guaranteed,
    )
    return row


@command
def record_payment(
    *,
    actor: Actor,
    ref: str,
    no: int,
    reference: str,
    amount_minor: int,
    paid_at: datetime,
    now: datetime,
    from_guarantee: bool = False,
) -> Obligation:
    """Records the proof of a payment by the platform's payment channel, which ends the obligation.

    The same payment again changes nothing. One from the platform's guarantee is an advance, to be recovered from who
    owed it. Raises `NotFound`, `NotAllowed`, `NotYourTurn`, `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    row = or_not_found(Obligation.objects.filter(dispute=dispute, no=no).first())
    require(may_record_payment(actor, dispute, row))
    if row.payment_ref and row.payment_ref == reference and row.amount_minor in (None, amount_minor):
        return row
    row = obligation_to_follow(dispute, no)
    require_text("/reference", reference, _("Give the number of the payment."))
    if errors := _payment_errors(dispute, row, reference, amount_minor, paid_at, now):
        raise Invalid(errors=errors)
    if from_guarantee and not row.is_guaranteed:
        raise NotAllowed(_("No clause promises that the platform pays this first."))
    row.payment_ref, row.paid_at = reference, paid_at
    if from_guarantee:
        _advance(dispute, row.creditor, amount_minor, reference, actor=actor, now=now)
    complete(
        dispute,
        row,
        actor=actor,
        now=now,
        verb="record_payment",
        payment=reference,
        amount_minor=amount_minor,
        paid_at=moment(paid_at),
        from_guarantee=from_guarantee,
    )
    return row


def _payment_errors(
    dispute: Dispute, row: Obligation, reference: str, amount_minor: int, paid_at: datetime, now: datetime
) -> list[FieldError]:
    errors = []
    if row.kind not in OF_MONEY:
        errors.append(FieldError("/amount_minor", "not-money", _("No money is owed here.")))
    elif row.amount_minor is not None and amount_minor != row.amount_minor:
        exactly = {"amount": money(row.amount_minor, dispute.currency)}
        errors.append(FieldError("/amount_minor", "other-sum", _("Exactly %(amount)s is owed.") % exactly))
    elif amount_minor <= 0:
        errors.append(FieldError("/amount_minor", "out-of-range", _("Give an amount above zero.")))
    if Obligation.objects.filter(payment_ref=reference).exclude(pk=row.pk).exists():
        errors.append(FieldError("/reference", "taken", _("This payment ended another obligation already.")))
    if not dispute.created_at <= paid_at <= now:
        text = _("A payment is made after the dispute was opened, and not later than now.")
        errors.append(FieldError("/paid_at", "out-of-range", text))
    return errors


def _advance(dispute: Dispute, to_side: str, amount_minor: int, reason: str, *, actor: Actor, now: datetime) -> Advance:
    last = dispute.advances.aggregate(last=Max("no"))["last"] or 0
    advance = Advance.objects.create(
        dispute=dispute,
        no=last + 1,
        to_side=to_side,
        amount_minor=amount_minor,
        reason=reason,
        advanced_by_ref=actor.ref,
        advanced_at=now,
    )
    facts = {"advance": advance.no, "to": to_side, "amount_minor": amount_minor, "state": "ADVANCED"}
    move(dispute, "follow_advance", actor=actor, now=now, facts=facts)
    return advance


@command
def advance_payment(
    *, actor: Actor, ref: str, to_side: str, amount_minor: int, reason: str, now: datetime, after: int | None = None
) -> Advance:
    """Records that the platform paid a side first; it says nothing about the outcome. Raises `NotFound`, `NotAllowed`,
    `Invalid`, and `NotYourTurn` to a buyer who took a fast refund.

    `after` is the number of the newest payment that the actor saw: `Stale` where there is a newer one.
    """
    dispute = lock_dispute(actor, ref)
    require(may_advance(actor, dispute))
    if not dispute.is_open:
        raise NotYourTurn()
    require_text("/reason", reason, _("Say why the platform pays first."))
    if to_side not in (Side.CLAIMANT, Side.RESPONDENT) or dispute.party_id_of(to_side) is None:
        raise Invalid.field("/to_side", "unknown", _("Choose one of the listed values."))
    if amount_minor <= 0:
        raise Invalid.field("/amount_minor", "out-of-range", _("Give an amount above zero."))
    _require_no_more_than_it_is_about(dispute, amount_minor)
    refund = fast_refund_of(dispute)
    if to_side == Side.CLAIMANT and refund is not None and refund.accepted_at is not None:
        raise NotYourTurn(_("The buyer took a fast refund here. It is owed already."))
    last = dispute.advances.aggregate(last=Max("no"))["last"] or 0
    if after is not None and last != after:
        raise Stale()
    return _advance(dispute, to_side, amount_minor, reason, actor=actor, now=now)


def _require_no_more_than_it_is_about(dispute: Dispute, amount_minor: int) -> None:
    owed = dispute.obligations.aggregate(most=Max("amount_minor"))["most"] or 0
    most = max(dispute.order_amount_minor, dispute.claim_amount_minor or 0, owed)
    if amount_minor > most:
        text = _("At most %(most)s: more is neither paid for the order, nor claimed, nor owed.")
        raise Invalid.field("/amount_minor", "above-ceiling", text % {"most": money(most, dispute.currency)})


@command
def settle_advance(*, actor: Actor, ref: str, no: int, recovered_minor: int, now: datetime) -> Advance:
    """Records how much of the advance came back; the rest is the platform's own. Raises as `advance_payment`."""
    dispute = lock_dispute(actor, ref)
    require(may_advance(actor, dispute))
    advance = or_not_found(dispute.advances.filter(no=no).first())
    if advance.state != AdvanceState.ADVANCED:
        raise NotYourTurn(_("This is done already."))
    if not 0 <= recovered_minor <= advance.amount_minor:
        raise Invalid.field("/recovered_minor", "out-of-range", _("At most what was paid can come back."))
    advance.recovered_minor = recovered_minor
    advance.state = AdvanceState.RECOVERED if recovered_minor == advance.amount_minor else AdvanceState.BORNE
    advance.settled_at = now
    advance.save(update_fields=["recovered_minor", "state", "settled_at"])
    move(
        dispute,
        "follow_advance",
        actor=actor,
        now=now,
        facts={"advance": no, "recovered_minor": recovered_minor, "state": advance.state},
    )
    return advance
