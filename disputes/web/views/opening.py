"""Opening a dispute from an order in three steps: what happened, what is wanted, proof. Then the receipt.

What was typed travels along in the form and is checked again at every step; the order is asked anew each time. What
does not belong here: who may open what, which the command says.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import parties_of, who_holds
from accounts.roles import CAN_FILE
from casework import clock
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, FileRefused, Invalid, NotFound, NotYourTurn, TooLarge
from casework.text import TextRefused, check_text
from casework.web import actor_of, page
from disputes import commands, queries, records
from disputes.models import Dispute, GroundRow
from disputes.policies import side_of
from disputes.records import OrderRecord, RecordsUnavailable
from disputes.web import words
from disputes.web.forms import CaptionField, WantForm, WhatForm, amount_text
from disputes.web.showing import claim_words
from disputes.words import Family, Remedy, Role, Side

logger = logging.getLogger(__name__)

MOST_FILES = 20
TRADERS = frozenset({Role.SELLER, Role.RIGHT_HOLDER, Role.MERCHANT})
TYPED = ("order", "ground", "remedy", "amount", "statement")


class _Counter:
    """One order in front of somebody who wants to open a dispute: who they are in it, and what may be in dispute."""

    def __init__(self, actor: Actor, order: OrderRecord) -> None:
        self.order = order
        mine = {ref: role for party, role in parties_of(actor) for ref in (party.external_ref, party.ref) if ref}
        self.parties = [party for party, _role in parties_of(actor)]
        self.is_seller, self.is_buyer = order.seller in mine, order.buyer in mine
        if not (self.is_buyer or self.is_seller):
            raise NotFound()
        role = mine[order.buyer if self.is_buyer else order.seller]
        self.may_open = role in CAN_FILE
        party = next(p for p in self.parties if {p.external_ref, p.ref} & {order.buyer, order.seller})
        self.holders = [] if self.may_open else who_holds(party.pk, CAN_FILE)
        self.grounds = [g for g in queries.grounds_in_force(order.placed_at) if self._is_ours(g)]

    def _is_ours(self, ground: GroundRow) -> bool:
        if ground.claimant_role == Role.RIGHT_HOLDER:
            return True
        return self.is_seller if ground.claimant_role in TRADERS else self.is_buyer

    def ground(self, slug: str) -> GroundRow | None:
        return next((g for g in self.grounds if g.slug == slug), None)

    def families(self, chosen: str) -> list[dict[str, Any]]:
        """The grounds under what happened, in the order of the table; the one that holds the choice is open."""
        order = {str(family): number for number, family in enumerate(Family)}
        rows = sorted(self.grounds, key=lambda g: (order[g.family], g.position))
        return [
            {
                "code": family,
                "label": Family(family).label,
                "grounds": (members := list(grounds)),
                "is_open": any(g.slug == chosen for g in members),
            }
            for family, grounds in groupby(rows, key=lambda g: g.family)
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@page(keeps=("statement",))
def new(request: HttpRequest) -> HttpResponse:
    """The three steps, each checked when it is left; the last one opens the dispute."""
    actor, now = actor_of(request), clock.now()
    if actor.kind is not ActorKind.PARTY:
        raise NotFound()
    ref = (request.POST if request.method == "POST" else request.GET).get("order", "").strip()
    if not ref:
        return _ask_order(request, "", [])
    try:
        order = records.current().order(ref)
    except RecordsUnavailable as error:
        return _ask_order(request, ref, [], unavailable=error)
    try:
        if order is None:
            raise NotFound()
        counter = _Counter(actor, order)
    except NotFound:
        text = _("We found no such order of yours. Please check the number.")
        return _ask_order(request, ref, [{"text": text, "id": "id_order"}])
    if not counter.grounds:
        raise NotYourTurn(_("No burden table was in force when this order was placed."))
    if request.method != "POST":
        return _what(request, counter, WhatForm(grounds=counter.grounds))
    return _step(request, actor, counter, now)


def _ask_order(
    request: HttpRequest, ref: str, errors: list[dict[str, str]], *, unavailable: RecordsUnavailable | None = None
) -> HttpResponse:
    """The page that asks which order; it keeps what was typed, and says so when orders cannot be looked up."""
    typed = {name: request.POST.get(name, "") for name in TYPED if name != "order"}
    try:
        check_text(ref, max_length=records.MAX_REF, one_line=True)
    except TextRefused:
        ref = ""
    context = {"order_ref": ref, "errors": errors, "unavailable": unavailable is not None, "typed": typed}
    status = 503 if unavailable is not None else 404 if errors else 200
    response = render(request, "disputes/new_order.html", context, status=status)
    if unavailable is not None and unavailable.retry_after is not None:
        response["Retry-After"] = str(unavailable.retry_after)
    return response


def _step(request: HttpRequest, actor: Actor, counter: _Counter, now: datetime) -> HttpResponse:
    """What was sent, checked as far as it goes: the first step with a fault is shown, else the one that was asked."""
    post = request.POST
    to = post.get("to", "2")
    what = WhatForm(post, grounds=counter.grounds)
    if to == "1":
        return _what(request, counter, WhatForm(initial={"ground": post.get("ground", "")}, grounds=counter.grounds))
    if not what.is_valid():
        return _what(request, counter, what, status=400)
    ground = counter.ground(what.cleaned_data["ground"])
    assert ground is not None
    if to == "2" and post.get("at") != "2":
        initial = {
            "remedy": post.get("remedy") or ground.default_remedy,
            "amount": post.get("amount") or amount_text(counter.order.amount_minor),
            "statement": post.get("statement", ""),
        }
        return _want(request, counter, ground, WantForm(initial=initial, remedies=ground.remedies))
    want = WantForm(post, remedies=ground.remedies)
    if not want.is_valid():
        return _want(request, counter, ground, want, status=400)
    if to != "open":
        return _proof(request, counter, ground, want)
    try:
        dispute = commands.open_dispute(actor=actor, order=counter.order, filing=want.filing(ground.slug), now=now)
    except Invalid as error:
        want.take(error)
        return _want(request, counter, ground, want, status=error.status)
    _hand_in(request, actor, dispute, now)
    return redirect("disputes:opened", ref=dispute.ref)


def _common(counter: _Counter, step: int) -> dict[str, Any]:
    return {
        "order": counter.order,
        "step": step,
        "may_open": counter.may_open,
        "holders": counter.holders,
        "now": clock.now(),
    }


def _what(request: HttpRequest, counter: _Counter, form: WhatForm, *, status: int = 200) -> HttpResponse:
    chosen = form["ground"].value() or ""
    context = _common(counter, 1) | {
        "form": form,
        "chosen": chosen,
        "families": counter.families(chosen),
        "carried": _carried(request, ("remedy", "amount", "statement")),
    }
    return render(request, "disputes/new_what.html", context, status=status)


def _want(
    request: HttpRequest, counter: _Counter, ground: GroundRow, form: WantForm, *, status: int = 200
) -> HttpResponse:
    context = _common(counter, 2) | {"form": form, "ground": ground}
    return render(request, "disputes/new_want.html", context, status=status)


def _proof(request: HttpRequest, counter: _Counter, ground: GroundRow, want: WantForm) -> HttpResponse:
    filing = want.filing(ground.slug)
    amount = amount_text(filing.amount_minor)
    rows = [
        {"key": _("Order"), "value": f"{counter.order.ref} · {counter.order.title}"},
        {"key": _("What happened"), "value": ground.title},
        {
            "key": _("What you want"),
            "value": f"{capfirst(Remedy(filing.remedy).label)} {amount and '¥' + amount}".strip(),
        },
        {"key": _("In your words"), "value": filing.statement or _("None; you can explain in the conversation.")},
    ]
    context = _common(counter, 3) | {
        "ground": ground,
        "rows": rows,
        "carried": _carried(request, ("ground", "remedy", "amount", "statement")),
        "ladder": ladder_in_advance(ground, Side.CLAIMANT),
        "holds": words.records_words(sorted({k for f in ground.facts.all() for s in f.steps.all() for k in s.holds})),
        "first_fact": _first_fact(ground),
    }
    return render(request, "disputes/new_proof.html", context)


def _carried(request: HttpRequest, names: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name, "value": request.POST[name]} for name in names if request.POST.get(name)]


def ladder_in_advance(ground: GroundRow, reader: Side | None) -> list[dict[str, Any]]:
    """Who will have to show what, fact by fact and step by step, before anything has happened."""
    return [
        {
            "no": fact.no,
            "statement": fact.statement,
            "steps": [
                {
                    "no": step.no,
                    "who": _("You") if reader is not None and step.bearer == reader else _role(ground, step.bearer),
                    "is_yours": reader is not None and step.bearer == reader,
                    "shows": step.in_language("shows"),
                    "accepts": step.in_language("accepts"),
                    "silence": step.in_language("silence"),
                    "basis": step.in_language("basis"),
                    "hours": step.hours,
                }
                for step in sorted(fact.steps.all(), key=lambda s: s.no)
            ],
        }
        for fact in sorted(ground.facts.all(), key=lambda f: f.no)
    ]


def _role(ground: GroundRow, side: str) -> str:
    role = {Side.CLAIMANT: ground.claimant_role, Side.RESPONDENT: ground.respondent_role}.get(Side(side), Role.PLATFORM)
    return str(capfirst(Role(role).label))


def _first_fact(ground: GroundRow) -> int:
    """The fact that what is handed in at the opening is about: the first that the claimant has to show something of."""
    facts = sorted(ground.facts.all(), key=lambda f: f.no)
    for fact in facts:
        if any(step.bearer == Side.CLAIMANT and step.no == 1 for step in fact.steps.all()):
            return int(fact.no)
    for fact in facts:
        if any(step.bearer == Side.CLAIMANT for step in fact.steps.all()):
            return int(fact.no)
    return int(facts[0].no)


def _hand_in(request: HttpRequest, actor: Actor, dispute: Dispute, now: datetime) -> None:
    """What was chosen is on file as the first version; what could not be taken is named, and the dispute is open."""
    files: list[Any] = request.FILES.getlist("files")[:MOST_FILES]
    captions = request.POST.getlist("captions") or [request.POST.get("caption", "")] * len(files)
    fact_no, kept = _first_fact(dispute.ground), 0
    for index, file in enumerate(files):
        typed = captions[index] if index < len(captions) else ""
        try:
            caption = CaptionField().clean(typed or _("Shown when the dispute was opened"))
            commands.stage_file(
                actor=actor, ref=dispute.ref, fact_no=fact_no, file=file, name=file.name or "", caption=caption, now=now
            )
            kept += 1
        except ValidationError as refused:
            messages.warning(request, f"{file.name}: {' '.join(refused.messages)}")
        except (FileRefused, TooLarge, Invalid) as refused:
            said = [str(e.message) for e in refused.errors] or [str(refused.detail)]
            messages.warning(request, f"{file.name}: {' '.join(said)}")
    if not kept:
        return
    try:
        commands.submit_evidence(actor=actor, ref=dispute.ref, fact_no=fact_no, now=now)
    except CaseError as error:
        messages.warning(request, str(error.detail))


@require_safe
@page()
def opened(request: HttpRequest, ref: str) -> HttpResponse:
    """The receipt: number, time, what happens next and when, and who will have to show what. Can be bookmarked."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    side = side_of(actor, dispute)
    context = {
        "dispute": dispute,
        "claim": claim_words(dispute),
        "ladder": ladder_in_advance(dispute.ground, side),
        "answer_hours": settings.ANSWER_HOURS,
        "waits": dispute.state == "NEGOTIATING" and dispute.answered_at is None,
        "due_at": queries.due_at_of(dispute),
        "evidence_url": reverse("disputes:evidence", args=[dispute.ref]),
        "now": now,
    }
    return render(request, "disputes/opened.html", context)
