"""Offers: making one, the page that asks once more before accepting, refusing with one press, taking back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework import clock
from casework.actor import Actor
from casework.errors import DeadlinePassed, NotAllowed, NotFound, NotYourTurn
from casework.formats import deadline_text, duration, money
from casework.sums import in_words
from disputes import asks, commands, queries
from disputes.choices import GOODS_BACK, MONEY, Payer, Remedy, Side
from disputes.inputs import OfferInput
from disputes.machine import AGREED
from disputes.models import Dispute, Offer, OfferState
from disputes.policies import may_make_offer, role_on_side, side_of
from disputes.proof import payer_of
from disputes.terms import Terms, remedies_to_offer, terms_claimed
from disputes.verbs import VERB, actions_for
from disputes.web import sentences
from disputes.web.context import advance_card, claim_text, missing_for_money, missing_roles, offer_card
from surfaces.asks import Ask
from surfaces.input_forms import InputForm
from surfaces.web import actor_of, page


def _payers(dispute: Dispute) -> list[tuple[str, str]]:
    opposite = Payer.PLATFORM if dispute.respondent_id is None else Payer.RESPONDENT
    payers = (Payer.NOBODY, Payer.CLAIMANT, opposite)
    return [(str(p), str(capfirst(sentences.payer_label(dispute, p)))) for p in payers]


ASKS = {  # a party is asked in other words than the platform
    "remedy": Ask(gettext_lazy("What do you propose?"), missing=gettext_lazy("Choose what you propose.")),
    "amount_minor": Ask(gettext_lazy("How much, in yuan"), gettext_lazy("Only where money is paid.")),
    "freight_payer": Ask(gettext_lazy("Who pays the freight?"), radio=False),
    "hours": Ask(gettext_lazy("Open for")),
    "note": Ask(gettext_lazy("A word to the other side"), lines=2),
}
HOURS = (24, 48, 72, 168)


def _form(actor: Actor, dispute: Dispute, data: Any, side: Side | None) -> InputForm:
    """Terms to settle on; what this actor can offer, open for one of a few times."""
    remedies = [r for r in remedies_to_offer(dispute) if may_make_offer(actor, dispute, r) is None]
    choices = {
        "remedy": [(r, capfirst(Remedy(r).label)) for r in remedies],
        "freight_payer": _payers(dispute),
        "hours": [(h, duration(timedelta(hours=h))) for h in HOURS],
    }
    initial = {"remedy": dispute.claim_remedy, "freight_payer": Payer.NOBODY, "hours": 48}
    initial |= {"amount_minor": dispute.claim_amount_minor} if side is Side.CLAIMANT else {}
    hint = asks.open_of_order(dispute)["open"]
    amount = replace(ASKS["amount_minor"], hint=f"{ASKS['amount_minor'].hint}{_(' ')}{hint}")
    return InputForm(OfferInput, data, asks=ASKS | {"amount_minor": amount}, choices=choices, initial=initial)


def _meant(terms: commands.Terms) -> commands.Terms:
    """The terms without a sum that still stands there where no money is paid, and with the goods back where they go."""
    is_money, goes_back = (terms.remedy in {str(r) for r in each} for each in (MONEY, GOODS_BACK))
    amount = terms.amount_minor if is_money else None
    return replace(terms, amount_minor=amount, goods_back=terms.goods_back or goes_back)


@page("GET", "HEAD", "POST", keeps=("note",), asks=("change",))
def make(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes terms to settle on, and reads them back; once they are confirmed they are open for the other side."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    side = side_of(actor, dispute)
    form = _form(actor, dispute, request.POST or None, side)
    carry_out = commands.make_offer if "checked" in request.POST else commands.rehearse_offer
    if "change" in request.POST:
        form.ask_again()
    elif form.carried_out(lambda said: carry_out(actor=actor, ref=ref, terms=_meant(said["terms"]), now=now)):
        if carry_out is commands.rehearse_offer:
            return _read_back(request, actor, dispute, _meant(form.said()["terms"]), now)
        messages.success(request, _("Your offer is open for the other side."))
        return redirect(reverse("disputes:room", args=[ref]) + "#offers")
    actions = actions_for(actor, dispute, now=now)
    own = next(
        (o for o in queries.offers_shown_to(actor, dispute) if o.side == side and o.state == OfferState.OPEN), None
    )
    context = {
        "dispute": dispute,
        "claim": claim_text(dispute),
        "form": form,
        "can": any(a.name == "offer" for a in actions),
        "is_late": may_make_offer(actor, dispute) is None and not any(a.name == "offer" for a in actions),
        "replaces": None if own is None else sentences.terms_text(dispute, own),
        "missing": _missing(actor, dispute, side),
        "now": now,
    }
    return render(request, "disputes/offer.html", context, status=400 if form.errors else 200)


def _read_back(
    request: HttpRequest, actor: Actor, dispute: Dispute, terms: commands.Terms, now: datetime
) -> HttpResponse:
    """The offer once more before it binds: the sum in figures and words, who pays whom, by when, what it ends."""
    names = ("remedy", "amount_minor", "goods_back", "freight_payer", "note", "hours")
    until = now + timedelta(hours=terms.hours)
    context = {
        "dispute": dispute,
        "rows": [
            *_rows(dispute, terms, sentences.terms_text(dispute, terms), now),
            {"key": _("Open until"), "value": deadline_text(until, "zone")},
        ],
        "carried": [{"name": name, "value": request.POST[name]} for name in names if name in request.POST],
        "follows": VERB["offer"].consequence(actor, dispute, now),
    }
    return render(request, "disputes/offer_check.html", context)


def _missing(actor: Actor, dispute: Dispute, side: Side | None) -> list[dict[str, Any]]:
    """What keeps somebody from offering everything, or anything."""
    if may_make_offer(actor, dispute) is not None:
        return missing_roles(actor, dispute, side)[:1]
    return [] if side is None or not dispute.is_open else missing_for_money(actor, dispute, side)


def _offer(actor: Actor, ref: str, offer_ref: str) -> tuple[Dispute, Offer]:
    dispute, offer = queries.dispute_of_offer(actor, offer_ref)
    if dispute.ref != ref:
        raise NotFound()
    return dispute, offer


@page("GET", "HEAD", "POST")
def accept(request: HttpRequest, ref: str, offer_ref: str) -> HttpResponse:
    """Accepts, after a page that says what closes, what is paid and when, and what stays possible."""
    actor, now = actor_of(request), clock.now()
    dispute, offer = _offer(actor, ref, offer_ref)
    side = side_of(actor, dispute)
    if request.method == "POST":
        settled = commands.accept_offer(actor=actor, offer_ref=offer_ref, now=now)
        if settled.state in AGREED:
            messages.success(request, _("Both sides agreed. What was agreed is owed now."))
        else:
            messages.success(request, _("You accepted the platform's proposal. The other side has still to."))
        return redirect("disputes:room", ref=ref)
    if offer.state != OfferState.OPEN:
        raise NotYourTurn(_("This offer is no longer open."))
    if now > offer.expires_at:
        raise DeadlinePassed(_("The time of this offer has passed."))
    card = offer_card(actor, dispute, offer, side, actions_for(actor, dispute, now=now), now)
    if not card["accept_url"] and not card["accept_is_anothers"]:
        raise NotYourTurn() if role_on_side(actor, dispute) else NotAllowed()
    terms = sentences.terms_text(dispute, offer)
    context = {
        "dispute": dispute,
        "offer": card,
        "who": sentences.who(dispute, offer.side, side),
        "rows": _rows(dispute, offer, terms, now),
        "follows": VERB["accept-offer"].consequence(actor, dispute, now, offer),
        "may": bool(card["accept_url"]),
        "holders": card["accept_holders"],
        "now": now,
    }
    return render(request, "disputes/accept.html", context)


def agreeing(_actor: Actor, dispute: Dispute, now: datetime) -> dict[str, Any]:
    """What the page shows that asks once more before the claimant is given what they want."""
    wanted = terms_claimed(dispute)
    assert wanted is not None  # else the verb is not open
    terms = sentences.terms_text(dispute, wanted)
    return {
        "dispute": dispute,
        "claim": claim_text(dispute),
        "rows": _rows(dispute, wanted, terms, now),
        "advanced": [advance_card(dispute, each) for each in dispute.advances.all()],
    }


def _rows(dispute: Dispute, offer: Offer | Terms | commands.Terms, terms: str, now: datetime) -> list[dict[str, Any]]:
    """Terms to read once more: the sum in figures and in words, who pays whom, by when."""
    rows = [{"key": _("Terms"), "value": terms}]
    goods_time = dispute.promised["goods_time"]
    if offer.remedy in {str(r) for r in MONEY}:
        payer = payer_of(dispute.ground, offer.remedy)
        payee = sentences.opposite(dispute) if payer is Side.CLAIMANT else Side.CLAIMANT
        names = {
            "payer": capfirst(sentences.role_label(dispute, payer)),
            "payee": sentences.role_label(dispute, payee),
            "amount": money(offer.amount_minor, dispute.currency),
        }
        by = dispute.promised["payment_time"].ends(now)
        words = _("By %(day)s at the latest.") % {"day": deadline_text(by, "day")}
        if offer.goods_back:
            words = _("Within %(time)s after the goods came back.") % {"time": goods_time}
        rows += [
            {"key": _("Who pays"), "value": _("%(payer)s pays %(amount)s to the %(payee)s") % names},
            {"key": _("The sum in words"), "value": in_words(offer.amount_minor, dispute.currency)},
            {"key": _("When"), "value": words},
        ]
    elif offer.remedy in {str(r) for r in GOODS_BACK} or offer.goods_back:
        rows.append({"key": _("When"), "value": _("Within %(time)s.") % {"time": goods_time}})
    if not isinstance(offer, Terms) and offer.note:
        rows.append({"key": _("A word with it"), "value": offer.note})
    return rows
