"""Offers: one open per side and the platform's proposal; accepted they end the dispute on their terms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Party, PartyKind
from casework.actor import Actor
from casework.canonical import digest
from casework.errors import DeadlinePassed, FieldError, Invalid, NotAllowed, NotYourTurn, one_of, or_not_found, require
from casework.firing import DeadlineSpec, command
from casework.named import named
from casework.refs import new_ref
from disputes import policies
from disputes.ceilings import ceiling_for
from disputes.choices import GOODS_BACK, MONEY, Payer, Remedy, Side
from disputes.claims import content_of_offer
from disputes.commands.follow import begin
from disputes.commands.locking import lock_dispute, lock_for_offer, move
from disputes.commands.open import end_offer, end_offers
from disputes.machine import BEFORE_DECISION
from disputes.models import Dispute, NoReturnConsent, Offer, OfferAnswer, OfferState
from disputes.proof import payer_of
from disputes.terms import Terms as FinalTerms
from disputes.terms import remedies_to_offer, terms_claimed
from disputes.triage import asks_for_a_person_in_text
from rules.clearances import wording_errors

MAX_OFFERS = 60
PROPOSAL = Actor.system("proposal")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is proposed: the remedy, the sum where it is money, goods back or not, who pays freight, for how long."""

    remedy: str
    amount_minor: int | None = None
    goods_back: bool = False
    freight_payer: str = Payer.NOBODY
    note: str = ""
    hours: int = 48


def _check(dispute: Dispute, terms: Terms, side: Side) -> None:
    """Only the platform's own proposal, or a dispute against it, can make the platform owe something."""
    errors = []
    money = terms.remedy in {str(r) for r in MONEY}
    if terms.remedy not in remedies_to_offer(dispute):
        errors.append(FieldError("/remedy", "unknown", _("Choose what you propose from the list.")))
    elif money and not terms.amount_minor:
        errors.append(FieldError("/amount_minor", "required", _("Say how much.")))
    elif not money and terms.amount_minor is not None:
        errors.append(FieldError("/amount_minor", "not-money", _("This remedy has no amount.")))
    if terms.amount_minor is not None and terms.amount_minor <= 0:
        errors.append(FieldError("/amount_minor", "out-of-range", _("Give an amount above zero.")))
    elif money:
        # what was claimed has its reason on file
        reason = terms.note or ("claimed" if (terms.amount_minor or 0) <= (dispute.claim_amount_minor or 0) else "")
        found = ceiling_for(dispute, terms.remedy)
        errors += found.errors(terms.amount_minor, at="/amount_minor", reason=reason, reason_at="/note")
    if terms.remedy in {str(r) for r in GOODS_BACK} and not terms.goods_back:
        errors.append(FieldError("/goods_back", "contradiction", _("With this remedy the goods go back.")))
    if terms.remedy == Remedy.REFUND_NO_RETURN and terms.goods_back:
        errors.append(FieldError("/goods_back", "contradiction", _("With this remedy the goods stay.")))
    if terms.freight_payer not in _freight_payers(dispute, side):
        errors.append(FieldError("/freight_payer", "unknown", one_of(_freight_payers(dispute, side))))
    most = dispute.promised["offer_time_most"]
    if not timedelta(hours=1) <= timedelta(hours=terms.hours) <= most.length:
        words = _("An offer stands for between an hour and %(most)s.") % {"most": most}
        errors.append(FieldError("/hours", "out-of-range", words))
    if len(terms.note) > 500:
        errors.append(FieldError("/note", "too-long", _("Use at most 500 characters.")))
    if side is Side.PLATFORM:  # a party's own words are never held up
        errors += wording_errors({"/note": terms.note})
    if errors:
        raise Invalid(errors=errors)


def _freight_payers(dispute: Dispute, side: Side) -> set[str]:
    sides = {Payer.CLAIMANT, Payer.PLATFORM if dispute.respondent_id is None else Payer.RESPONDENT}
    if side is Side.PLATFORM:
        sides.add(Payer.PLATFORM)
    return {str(payer) for payer in (*sides, Payer.NOBODY)}


@command
def make_offer(*, actor: Actor, ref: str, terms: Terms, now: datetime) -> Offer:
    """Makes an offer, which replaces this side's earlier one and is open until a stated time; the mediator's is the
    platform's.

    Raises `NotFound`, `NotAllowed` (money of a merchant is its owner's or finance's to promise), `NotYourTurn`,
    `Invalid`.
    """
    dispute = lock_dispute(actor, ref)
    require(policies.may_make_offer(actor, dispute, terms.remedy))
    side = Side.PLATFORM if policies.is_mediator(actor, dispute) else policies.side_of(actor, dispute)
    assert side is not None
    _check(dispute, terms, side)
    return _make(dispute, side, terms, actor=actor, by_system=False, now=now)


class _Rehearsed(Exception):  # noqa: N818  no error
    """Rolls a rehearsal back."""


def rehearse_offer(*, actor: Actor, ref: str, terms: Terms, now: datetime) -> None:
    """Changes nothing; raises what `make_offer` would raise now."""
    try:
        with transaction.atomic():
            make_offer(actor=actor, ref=ref, terms=terms, now=now)
            raise _Rehearsed
    except _Rehearsed:
        return


@command
def propose_by_system(*, dispute_id: int, terms: Terms, now: datetime) -> Offer:
    """Makes the system's proposal; it binds nobody before both sides accept it.

    Never once a person was demanded, on the form or in the first words of either side.

    Raises `NotYourTurn`, and `NotAllowed` where the ground wants a person.
    """
    dispute = Dispute.lock(pk=dispute_id)
    if dispute.human_demanded or asks_for_a_person_in_text(dispute):
        raise NotYourTurn(_("A side demanded a person."))
    if dispute.ground.stakes:
        raise NotAllowed(_("Here only a person may propose."))
    if dispute.offers.filter(side=Side.PLATFORM, by_system=False, state=OfferState.OPEN).exists():
        raise NotYourTurn(_("The mediator has made a proposal."))
    _check(dispute, terms, Side.PLATFORM)
    return _make(dispute, Side.PLATFORM, terms, actor=PROPOSAL, by_system=True, now=now)


def _make(dispute: Dispute, side: Side, terms: Terms, *, actor: Actor, by_system: bool, now: datetime) -> Offer:
    last = dispute.offers.aggregate(last=Max("no"))["last"] or 0
    if last >= MAX_OFFERS:
        raise NotYourTurn(_("No more offers fit this dispute."))
    earlier = dispute.offers.filter(side=side, state=OfferState.OPEN).first()
    if earlier is not None:
        end_offer(earlier, OfferState.REPLACED, now=now)
    expires = now + timedelta(hours=terms.hours)
    offer = Offer.objects.create(
        ref=new_ref("off_"),
        dispute=dispute,
        no=last + 1,
        side=side,
        by_system=by_system,
        made_by_id=None if by_system else actor.person,
        made_at=now,
        expires_at=expires,
        **named(terms, lambda t: (t.remedy, t.amount_minor, t.goods_back, t.freight_payer, t.note)),
    )
    cancels = _offer_clocks(earlier) if earlier is not None else ()
    move(
        dispute,
        "make_offer",
        actor=actor,
        now=now,
        facts=_facts_of(offer) | {"side": side, "by_system": by_system, "expires": expires.isoformat()},
        deadlines=[
            DeadlineSpec("dispute.offer", expires, key=str(offer.no)),
            *_expiring(offer, now),
        ],
        cancels=cancels,
    )
    return offer


def _facts_of(offer: Offer) -> dict[str, Any]:
    return {"offer": offer.no, "terms": digest(content_of_offer(offer))}


def _expiring(offer: Offer, now: datetime) -> list[DeadlineSpec]:
    at = offer.expires_at - timedelta(hours=4)
    return [DeadlineSpec("dispute.reminder", at, key=f"offer-{offer.no}:4")] if at > now else []


def _require_still_open(dispute: Dispute, remedy: str, amount: int | None) -> None:
    """Raises `NotYourTurn` where the order's money went back in another dispute since the sum was named."""
    ceiling = ceiling_for(dispute, remedy)
    if amount is not None and amount > ceiling.most_minor:
        raise NotYourTurn(ceiling.sentence())


def _open(offer: Offer, now: datetime) -> None:
    if offer.state != OfferState.OPEN:
        raise NotYourTurn(_("This offer is no longer open."))
    if now > offer.expires_at:
        raise DeadlinePassed(_("The time of this offer has passed."))


@command
def accept_offer(*, actor: Actor, offer_ref: str, now: datetime) -> Dispute:
    """Accepts an offer. A side's offer settles the dispute now; the platform's once both sides agreed.

    Raises `NotFound`, `NotAllowed` (money of a merchant is its owner's or finance's to promise), `NotYourTurn`,
    `DeadlinePassed`.
    """
    dispute, offer = lock_for_offer(actor, offer_ref)
    require(policies.may_answer_offer(actor, dispute, offer, accepts=True))
    _open(offer, now)
    _require_still_open(dispute, offer.remedy, offer.amount_minor)
    side = policies.side_of(actor, dispute)
    assert side is not None
    _answer(offer, side, accepted=True, actor=actor, now=now)
    if settles_if_accepted(dispute, offer, side):
        _settle(dispute, offer, "settle", side, actor=actor, now=now)
    else:
        move(dispute, "accept_offer", actor=actor, now=now, facts=_facts_of(offer) | {"side": side})
    return dispute


def settles_if_accepted(dispute: Dispute, offer: Offer, side: Side) -> bool:
    """Whether the dispute is settled once this side accepts: both sides then agree."""
    wanted = {Side.CLAIMANT, Side.RESPONDENT} if dispute.respondent_id is not None else {Side.CLAIMANT}
    agreed = {answer.side for answer in offer.answers.all() if answer.accepted} | {offer.side, side}
    return {str(s) for s in wanted} <= {str(s) for s in agreed}


def _settle(dispute: Dispute, offer: Offer, verb: str, side: Side, *, actor: Actor, now: datetime) -> None:
    end_offer(offer, OfferState.ACCEPTED, now=now)
    end_offers(dispute, now=now, but=offer)
    facts = _facts_of(offer) | {"side": side} | ({"why": "claim"} if offer.meets_claim else {})
    move(dispute, verb, actor=actor, now=now, facts=facts)
    begin(dispute, terms_of(offer), actor=actor, now=now)


@command
def agree_to_claim(*, actor: Actor, ref: str, now: datetime) -> Dispute:
    """Gives the claimant what they want, which settles the dispute: it is theirs already to want it.

    Raises `NotFound`, `NotAllowed` (money of a merchant is its owner's or finance's to promise), `NotYourTurn`.
    """
    dispute = lock_dispute(actor, ref)
    require(policies.may_agree_to_claim(actor, dispute))
    wanted = terms_claimed(dispute)
    if wanted is None or dispute.state not in BEFORE_DECISION:
        raise NotYourTurn()
    _require_still_open(dispute, wanted.remedy, wanted.amount_minor)
    earlier = dispute.offers.filter(side=Side.RESPONDENT, state=OfferState.OPEN).first()
    if earlier is not None:
        end_offer(earlier, OfferState.REPLACED, now=now)
    offer = Offer.objects.create(
        ref=new_ref("off_"),
        dispute=dispute,
        no=1 + (dispute.offers.aggregate(last=Max("no"))["last"] or 0),
        side=Side.RESPONDENT,
        meets_claim=True,
        made_by_id=actor.person,
        made_at=now,
        expires_at=now + timedelta(hours=1),
        **named(wanted, lambda w: (w.remedy, w.amount_minor, w.goods_back, w.freight_payer)),
    )
    _settle(dispute, offer, "agree_to_claim", Side.RESPONDENT, actor=actor, now=now)
    return dispute


def terms_of(offer: Offer) -> FinalTerms:
    """What is owed when the offer is accepted, whoever made it."""
    return FinalTerms(
        remedy=offer.remedy,
        amount_minor=offer.amount_minor,
        payer=payer_of(offer.dispute.ground, offer.remedy),
        goods_back=offer.goods_back,
        freight_payer=offer.freight_payer,
    )


def _answer(offer: Offer, side: Side, *, accepted: bool, actor: Actor, now: datetime) -> None:
    if offer.answers.filter(side=side).exists():
        raise NotYourTurn(_("You have answered this offer already."))
    OfferAnswer.objects.create(offer=offer, side=side, accepted=accepted, answered_by_id=actor.person, answered_at=now)


@command
def refuse_offer(*, actor: Actor, offer_ref: str, now: datetime) -> Dispute:
    """Refuses an offer, which ends it. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    dispute, offer = lock_for_offer(actor, offer_ref)
    require(policies.may_answer_offer(actor, dispute, offer, accepts=False))
    if offer.state != OfferState.OPEN:
        raise NotYourTurn(_("This offer is no longer open."))
    side = policies.side_of(actor, dispute)
    assert side is not None
    _answer(offer, side, accepted=False, actor=actor, now=now)
    end_offer(offer, OfferState.REFUSED, now=now)
    move(
        dispute,
        "refuse_offer",
        actor=actor,
        now=now,
        facts={"offer": offer.no, "side": side},
        cancels=_offer_clocks(offer),
    )
    return dispute


@command
def withdraw_offer(*, actor: Actor, offer_ref: str, now: datetime) -> Dispute:
    """Withdraws one's own offer before it was accepted. Raises `NotFound`, `NotAllowed`, `NotYourTurn`."""
    dispute, offer = lock_for_offer(actor, offer_ref)
    require(policies.may_withdraw_offer(actor, dispute, offer))
    if offer.state != OfferState.OPEN:
        raise NotYourTurn(_("This offer is no longer open."))
    end_offer(offer, OfferState.WITHDRAWN, now=now)
    move(
        dispute,
        "withdraw_offer",
        actor=actor,
        now=now,
        facts={"offer": offer.no, "side": offer.side},
        cancels=_offer_clocks(offer),
    )
    return dispute


def _offer_clocks(offer: Offer) -> tuple[str, ...]:
    return (f"dispute.offer:{offer.no}", f"dispute.reminder:offer-{offer.no}:4")


@command
def lapse_offer(*, dispute_id: int, offer_no: int, effective_at: datetime, now: datetime) -> None:
    """Ends an offer whose time passed; does nothing when it ended before, or was given more time."""
    dispute = Dispute.lock(pk=dispute_id)
    offer = dispute.offers.filter(no=offer_no, state=OfferState.OPEN, expires_at__lte=effective_at).first()
    if offer is None:
        return
    end_offer(offer, OfferState.LAPSED, now=now)
    move(
        dispute,
        "lapse_offer",
        actor=Actor.system("deadline"),
        now=now,
        effective_at=effective_at,
        facts={"offer": offer.no, "why": "time"},
    )


@command
def consent_to_no_return(*, actor: Actor, ref: str, now: datetime) -> NoReturnConsent:
    """Records the merchant's consent, in this dispute, to bear a refund without return. Raises `NotFound`,
    `NotAllowed`.
    """
    dispute = lock_dispute(actor, ref)
    require(policies.may_consent_to_no_return(actor, dispute))
    side = policies.side_of(actor, dispute)
    party_id = None if side is None else dispute.party_id_of(side)
    assert party_id is not None
    consent, _created = NoReturnConsent.objects.get_or_create(
        dispute=dispute, party_id=party_id, defaults={"given_by_id": actor.person, "given_at": now}
    )
    return consent


def own_merchant(actor: Actor, party_ref: str) -> Party:
    """A merchant for which the actor promises money. Raises `NotFound`, `NotAllowed`."""
    party = or_not_found(
        Party.objects.filter(ref=party_ref, pk__in=list(actor.parties), kind=PartyKind.MERCHANT).first()
    )
    require(policies.may_opt_in_to_no_return(actor, party.pk))
    return party
