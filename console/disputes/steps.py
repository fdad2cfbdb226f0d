"""The mediator's steps before the determination: talk, rule, move a burden, close, hand over, pause, propose."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import Invalid, NotFound, NotYourTurn
from console.disputes.case import act
from console.disputes.forms import DETERMINATION, OTHER, FactWork, Work
from console.disputes.frame import surface
from console.frame import version_of
from disputes import commands, queries
from disputes.choices import Lane, Side
from disputes.models import Dispute, Offer, OfferState

# — talk —


@surface("POST")
def post_message(request: HttpRequest, ref: str, lane: str) -> HttpResponse:
    """Posts the mediator's words in one lane of the room."""
    if lane not in Lane.values:
        raise NotFound()
    field = f"say-{lane}"

    def post(actor: Actor, work: Work, now: datetime) -> None:
        commands.post_message(
            actor=actor,
            ref=ref,
            lane=lane,
            client_id=request.POST.get(f"once-{lane}", "")[:64] or uuid.uuid4().hex,
            text=work.v.get(f"say_{lane}", ""),
            now=now,
        )

    return act(
        request,
        ref,
        post,
        done=_("Sent."),
        only=field,
        forget=(field,),
    )


# — facts —


@surface("POST")
def rule(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Rules on this fact, with reasons, on stated evidence."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        row = _fact_of(work, no)
        if row.v.get("proved") not in ("yes", "no"):
            work.wrong_at_fact(no, _("Choose whether it is proved."), "proved")
            if not row.v.get("reasons", "").strip():
                work.wrong_at_fact(no, _("Write why."), "reasons")
            raise Invalid()
        commands.rule_fact(
            actor=actor,
            ref=ref,
            fact_no=no,
            proved=row.v["proved"] == "yes",
            reasons=row.v.get("reasons", ""),
            evidence=row.evidence,
            now=now,
            expected_version=version_of(request),
        )

    return act(
        request,
        ref,
        run,
        done=_("The ruling on fact %(no)s is on file.") % {"no": no},
        fact=no,
        prefix="rule",
        forget=("proved", "reasons"),
        was_done=lambda actor, work, dispute: _is_ruled(actor, work, dispute, no),
    )


def _is_ruled(actor: Actor, work: Work, dispute: Dispute, no: int) -> bool:
    """Whether the newest ruling on this fact is the typed one."""
    fact = next(f for f in dispute.facts.all() if f.no == no)
    newest = max(fact.rulings.all(), key=lambda ruling: ruling.pk, default=None)
    row = work.facts[no]
    return (
        newest is not None
        and newest.mediator_id == actor.user_id
        and ("yes" if newest.proved else "no", newest.reasons) == (row.v.get("proved"), row.v.get("reasons"))
        and {each.item.no for each in newest.reliance.all()} == set(row.evidence)
    )


def _fact_of(work: Work, no: int) -> FactWork:
    if no not in work.facts:
        raise NotFound()
    return work.facts[no]


@surface("POST")
def shift(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Shifts the burden of this fact; where evidence was closed, it is open again for it."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        row = _fact_of(work, no)
        dispute = queries.dispute_for(actor, ref)
        move = commands.reopen_evidence if dispute.state == "DELIBERATING" else commands.shift_burden
        hours = row.v.get("hours", "").strip()
        move(
            actor=actor,
            ref=ref,
            fact_no=no,
            bearer=row.v.get("bearer", ""),
            basis=row.v.get("basis", ""),
            reasons=row.v.get("shift_reasons", ""),
            hours=int(hours) if hours.isascii() and hours.isdecimal() and len(hours) < 6 else 0,
            now=now,
            expected_version=version_of(request),
        )

    return act(
        request,
        ref,
        run,
        done=_("The burden of proof on fact %(no)s moved; both sides are told.") % {"no": no},
        fact=no,
        prefix="shift",
        forget=("bearer", "basis", "shift_reasons", "hours"),
        was_done=lambda _actor, work, dispute: _is_shifted(work, dispute, no),
    )


def _is_shifted(work: Work, dispute: Dispute, no: int) -> bool:
    """Whether the burden of this fact lies where and why it was typed."""
    fact = next(f for f in dispute.facts.all() if f.no == no)
    row = work.facts[no]
    basis = f"{row.v.get('basis', '')}\n{row.v.get('shift_reasons', '')}"[:1000]
    return (fact.bearer, fact.shift_basis) == (row.v.get("bearer"), basis)


# — the course of the dispute —


@surface("POST")
def close_evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """Closes evidence; the mediator decides."""
    return act(
        request,
        ref,
        lambda actor, _work, now: commands.close_evidence(
            actor=actor, ref=ref, now=now, expected_version=version_of(request)
        ),
        done=_("Evidence is closed."),
        was_done=lambda _actor, _work, dispute: dispute.state == "DELIBERATING",
    )


@surface("POST")
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Hands the dispute over to another mediator."""
    return act(
        request,
        ref,
        lambda actor, work, now: commands.hand_over(
            actor=actor, ref=ref, to_code=work.v.get("to", "").strip(), now=now
        ),
        done=_("The dispute was handed over."),
        forget=(*DETERMINATION, *OTHER),
    )


@surface("POST")
def pause(request: HttpRequest, ref: str) -> HttpResponse:
    """Stops every clock while a court or the police has the matter."""
    return act(
        request,
        ref,
        lambda actor, work, now: commands.pause_dispute(
            actor=actor,
            ref=ref,
            reason=work.v.get("pause_reason", ""),
            authority=work.v.get("pause_authority", ""),
            now=now,
        ),
        done=_("The dispute is paused. Every clock stands still."),
        prefix="pause",
        forget=("pause_reason", "pause_authority"),
        was_done=lambda _actor, work, dispute: (
            (dispute.state, dispute.pause_reason) == ("PAUSED", work.v.get("pause_reason"))
        ),
    )


@surface("POST")
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    """Resumes the dispute where it was."""
    return act(
        request,
        ref,
        lambda actor, _work, now: commands.resume_dispute(actor=actor, ref=ref, now=now),
        done=_("The dispute goes on; every clock is later by the pause."),
        was_done=lambda _actor, _work, dispute: dispute.state != "PAUSED",
    )


OFFER = ("offer_remedy", "offer_amount", "offer_goods_back", "offer_freight", "offer_note", "offer_hours")


@surface("POST")
def propose(request: HttpRequest, ref: str) -> HttpResponse:
    """Makes the platform's proposal to both sides; it binds nobody before both agree."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        terms = work.terms()
        if work.mistakes:
            raise Invalid()
        open_now = _open_proposal(actor, queries.dispute_for(actor, ref))
        if open_now is None or not _has_terms(open_now, terms):
            commands.make_offer(actor=actor, ref=ref, terms=terms, now=now)

    return act(
        request,
        ref,
        run,
        done=_("The proposal is before both sides."),
        prefix="offer",
        forget=OFFER,
    )


def _open_proposal(actor: Actor, dispute: Dispute) -> Offer | None:
    shown = queries.offers_shown_to(actor, dispute)
    return next((o for o in shown if o.state == OfferState.OPEN and o.side == Side.PLATFORM), None)


def _has_terms(offer: Offer, terms: commands.Terms) -> bool:
    """Whether a person put exactly this before both sides already, as where a button was pressed twice."""
    return not offer.by_system and (
        (offer.remedy, offer.amount_minor, offer.goods_back, offer.freight_payer, offer.note)
        == (terms.remedy, terms.amount_minor, terms.goods_back, terms.freight_payer, terms.note)
    )


@surface("POST")
def withdraw_proposal(request: HttpRequest, ref: str) -> HttpResponse:
    """Withdraws the platform's open proposal; not one that both sides accepted or that lapsed meanwhile."""

    def run(actor: Actor, _work: Work, now: datetime) -> None:
        offer = _open_proposal(actor, queries.dispute_for(actor, ref))
        if offer is None:
            raise NotYourTurn(_("This offer is no longer open."))
        commands.withdraw_offer(actor=actor, offer_ref=offer.ref, now=now)

    return act(
        request,
        ref,
        run,
        done=_("The proposal was taken back."),
        was_done=_is_taken_back,
    )


def _is_taken_back(actor: Actor, _work: Work, dispute: Dispute) -> bool:
    """Whether the platform's newest proposal is one that was taken back."""
    shown = [o for o in queries.offers_shown_to(actor, dispute) if o.side == Side.PLATFORM]
    return bool(shown) and shown[-1].state == OfferState.WITHDRAWN
