"""Fast refunds: a merchant consents to pay them or no longer, and a buyer takes the one that a dispute came with."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, require
from casework.firing import command
from disputes.commands.follow import begin
from disputes.commands.locking import lock_dispute, move
from disputes.commands.offers import own_merchant
from disputes.commands.open import end_offers
from disputes.fast_refund import can_be_taken, fast_refund_of, terms_of
from disputes.models import Dispute, FastRefundOptIn
from disputes.policies import may_accept_fast_refund


@command
def accept_fast_refund(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Takes the fast refund: the dispute ends, its sum is owed by whoever the offer names, and nothing is found.

    A second call changes nothing. Raises `NotFound`, `NotAllowed`, and `NotYourTurn` where there is none, a mediator
    has joined, the platform has paid something already, the buyer has another dispute about the order, or fast refunds
    were withdrawn from the buyer since (办法 21).
    """
    dispute = lock_dispute(actor, ref)
    require(may_accept_fast_refund(actor, dispute))
    row = fast_refund_of(dispute)
    if row is not None and row.accepted_at is not None:
        return dispute
    if row is None or not can_be_taken(dispute, now):
        raise NotYourTurn(_("There is no fast refund to take here."))
    row.accepted_at, row.accepted_by_id = now, actor.person
    row.save(update_fields=["accepted_at", "accepted_by"])
    end_offers(dispute, now=now)
    facts = {"payer": row.payer, "amount_minor": row.amount_minor, **_consent(row.opt_in)}
    move(dispute, "accept_fast_refund", actor=actor, now=now, facts=facts)
    begin(dispute, terms_of(row), actor=actor, now=now)
    return dispute


def _consent(opt_in: FastRefundOptIn | None) -> dict[str, int]:
    return {} if opt_in is None else {"opt_in": opt_in.version}


@command
def opt_in_to_fast_refunds(*, actor: Actor, party_ref: str, limit_minor: int, now: datetime) -> FastRefundOptIn:
    """Records the merchant's consent to pay fast refunds up to a sum in a case, for disputes that are opened from now.

    It takes the place of an earlier one; the same sum again changes nothing. Raises `NotFound`, `NotAllowed`,
    `Invalid`.
    """
    party = _locked(own_merchant(actor, party_ref))
    if not 0 < limit_minor <= 10**12:
        raise Invalid.field("/limit_minor", "out-of-range", _("Give an amount above zero."))
    rows = FastRefundOptIn.objects.filter(party=party).order_by("-version")
    newest = rows.first()
    if newest is not None and newest.ended_at is None:
        if newest.limit_minor == limit_minor:
            return newest
        _end(newest, actor, now)
    return FastRefundOptIn.objects.create(
        party=party,
        version=1 if newest is None else newest.version + 1,
        limit_minor=limit_minor,
        given_by_id=actor.person,
        given_at=now,
    )


@command
def opt_out_of_fast_refunds(*, actor: Actor, party_ref: str, now: datetime) -> None:
    """Ends the merchant's consent for disputes that are opened from now on; what was offered before stands.

    Nothing where none is in force. Raises `NotFound`, `NotAllowed`.
    """
    party = _locked(own_merchant(actor, party_ref))
    row = FastRefundOptIn.objects.filter(party=party, ended_at__isnull=True).first()
    if row is not None:
        _end(row, actor, now)


def _end(row: FastRefundOptIn, actor: Actor, now: datetime) -> None:
    row.ended_at, row.ended_by_id = now, actor.person
    row.save(update_fields=["ended_at", "ended_by"])


def _locked(party: Party) -> Party:
    """One consent of a merchant at a time; who opens a dispute with the merchant meanwhile does not wait for it."""
    return Party.objects.select_for_update(no_key=True).get(pk=party.pk)
