"""Opening a dispute from an order in three steps: what happened, what is wanted, proof. Then the receipt.

Each step is a page; what was typed is kept in between (disputes.web.drafts) and checked anew by every page, and the
order is asked anew each time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.queries import parties_by_ref, parties_of, who_holds
from accounts.roles import CAN_FILE
from casework import clock
from casework.actor import Actor, ActorKind
from casework.errors import CaseError, NotFound, NotYourTurn, or_not_found
from casework.formats import moment_text
from casework.text import TextRefused, check_text
from disputes import commands, queries, records
from disputes.ceilings import Ceiling, ceiling_of_claim
from disputes.choices import Role, Side
from disputes.conditions import why_not_at_issue
from disputes.machine import DisputeState
from disputes.models import Dispute, FactRow, GroundRow
from disputes.policies import side_of
from disputes.records import OrderRecord, RecordsUnavailable
from disputes.verbs import actions_for
from disputes.web import sentences
from disputes.web.context import claim_text, fast_refund_card
from disputes.web.context.ladder import ladder_in_advance
from disputes.web.drafts import FIELDS, OpeningDraft
from disputes.web.forms import GroundForm, RemedyForm
from disputes.web.grounds import claim_rows, families_of, grounds_for
from notices.queries import notices_to
from surfaces.input_forms import yuan
from surfaces.web import MAX_FILES, Errors, actor_of, page, render_refusal, take_files

MAX_NOTICES = 50
MOST_PARTIES = 3
"""Parties of one reader whose orders are asked for."""
FILES_NOT_KEPT = gettext_lazy("The files were not kept. Please choose them again.")


class _OpeningPage:
    """One order as its opening pages need it: who the reader is in it, and what may be in dispute."""

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
        self._actor, self._party = actor, party
        both = [each.pk for each in parties_by_ref([order.buyer, order.seller], client_id=party.client_id).values()]
        self.grounds = grounds_for(order, both, is_buyer=self.is_buyer, is_seller=self.is_seller, now=clock.now())

    def ground(self, slug: str) -> GroundRow | None:
        return next((g for g in self.grounds if g.slug == slug), None)

    def ceiling(self, ground: GroundRow) -> Callable[[str], Ceiling]:
        """How much can be claimed of this order, by remedy."""
        return lambda remedy: ceiling_of_claim(self._party.pk, self.order, ground, remedy)

    def notices(self, ground: GroundRow) -> list[tuple[str, str]]:
        """The newest notices to this side, to choose from where the platform answers for a measure."""
        if ground.respondent_role != Role.PLATFORM:
            return []
        rows = notices_to(self._actor, self._party.pk)[:MAX_NOTICES]
        return [(notice.ref, _notice_line(notice)) for notice in rows]


def _notice_line(notice: Any) -> str:
    """What tells one notice from another: its number, when it was served, and what was taken."""
    types = list(dict.fromkeys(measure.kind.label for measure in notice.measures.all()))
    return f"{notice.number} · {moment_text(notice.served_at, 'day')} · {_(', ').join(types)}"


@page("GET", "HEAD", "POST", keeps=("statement",))
def new(request: HttpRequest) -> HttpResponse:
    """Shows the three steps, each a page at its own address; the last one opens the dispute.

    What is sent is kept and answered by the way to a page, so that going back, forward and reloading show pages and
    send nothing. Whoever comes to a step without what stands before it is led there and told what is missing.
    """
    actor = actor_of(request)
    if actor.kind is not ActorKind.PARTY:
        raise NotFound()
    sent = request.POST if request.method == "POST" else request.GET
    ref = sent.get("order", "").strip()
    if not ref:
        return _ask_order(request, "", [], recent=_recent(actor))
    draft = OpeningDraft(request.session, ref)
    if request.method == "POST":
        return _sent(request, actor, draft)
    try:
        counter = _counter(actor, ref)
    except RecordsUnavailable as error:
        return _ask_order(request, ref, [], draft=draft, unavailable=error)
    except NotFound:
        text = _("We found no such order of yours. Please check the number.")
        return _ask_order(request, ref, [{"text": text, "id": "id_order"}], recent=_recent(actor))
    if counter.order.ref != ref:  # typed in other letters: one order has one address, and one draft
        return redirect(step_url(counter.order.ref, request.GET.get("step", "1")))
    return _step(request, actor, counter, draft, request.GET.get("step", "1"))


@require_safe
def deep_link(request: HttpRequest) -> HttpResponse:
    """Redirects from the address that an order's page on the platform carries."""
    return redirect(f"{reverse('disputes:new')}?{urlencode({'order': request.GET.get('order', '')})}")


def _recent(actor: Actor) -> list[OrderRecord]:
    """The newest orders of the reader's parties; none where the platform cannot say, since a number can be typed."""
    found: dict[str, OrderRecord] = {}
    try:
        for party, _role in parties_of(actor)[:MOST_PARTIES]:
            if party.external_ref:
                found |= {order.ref: order for order in records.current().orders_of(party.external_ref)}
    except RecordsUnavailable:
        return []
    return sorted(found.values(), key=lambda order: order.placed_at, reverse=True)[: records.MOST_ORDERS]


@page("POST", keeps=("statement",))
def draft(request: HttpRequest) -> JsonResponse:
    """Saves what is being typed, for whoever goes back without pressing a button; answered as JSON for the script."""
    if actor_of(request).kind is not ActorKind.PARTY:
        raise NotFound()
    OpeningDraft(request.session, request.POST.get("order", "").strip()).update(request.POST)
    return JsonResponse({"saved_at": clock.now().isoformat()})


def _counter(actor: Actor, ref: str) -> _OpeningPage:
    """The order in front of its reader. Raises `NotFound`, `NotYourTurn` and `RecordsUnavailable`."""
    order = or_not_found(records.order_named(ref))
    counter = _OpeningPage(actor, order)
    if not counter.grounds:
        raise NotYourTurn(_("No burden table was in force when this order was placed."))
    return counter


def step_url(order_ref: str, step: str, *, show_errors: bool = False) -> str:
    """The address of one step; `show_errors` makes it say what is missing."""
    asked = {"order": order_ref} | ({"step": step} if step != "1" else {}) | ({"told": "1"} if show_errors else {})
    return f"{reverse('disputes:new')}?{urlencode(asked)}"


def _ask_order(
    request: HttpRequest,
    ref: str,
    errors: Errors,
    *,
    draft: OpeningDraft | None = None,
    unavailable: RecordsUnavailable | None = None,
    recent: Sequence[OrderRecord] = (),
) -> HttpResponse:
    """Asks which order; shows what was typed, and says so when orders cannot be looked up."""
    try:
        check_text(ref, max_length=records.MAX_REF, one_line=True)
    except TextRefused:
        ref = ""
    context = {
        "order_ref": ref,
        "errors": errors,
        "recent": [(order, step_url(order.ref, "1")) for order in recent],
        "unavailable": unavailable is not None,
        "step": request.GET.get("step", ""),
        "statement": "" if draft is None else draft.typed.get("statement", ""),
    }
    status = 503 if unavailable is not None else 404 if errors else 200
    response = render(request, "disputes/new_order.html", context, status=status)
    if unavailable is not None and unavailable.retry_after is not None:
        response["Retry-After"] = str(unavailable.retry_after)
    return response


def _sent(request: HttpRequest, actor: Actor, draft: OpeningDraft) -> HttpResponse:
    """Keeps what was sent and leads to the step that was asked for; the last button opens the dispute."""
    if draft.is_repeated_by(request.POST) and request.POST.get("at") == "3":
        return redirect("disputes:opened", ref=draft.opened)
    draft.update(request.POST)
    to = request.POST.get("to", "2")
    if to != "open":
        return redirect(step_url(draft.order_ref, to))
    try:
        counter = _counter(actor, draft.order_ref)
    except (NotFound, RecordsUnavailable):
        return _back_to_proof(request, draft)  # that page says what is wrong
    ground, want = _checked(counter, draft)
    if ground is None or want is None or not want.is_valid():
        return _back_to_proof(request, draft)
    return _open(request, actor, counter.order, want.filing(ground.slug), draft)


def _back_to_proof(request: HttpRequest, draft: OpeningDraft) -> HttpResponse:
    if request.FILES:
        messages.warning(request, FILES_NOT_KEPT)
    return redirect(step_url(draft.order_ref, "3"))


def _open(
    request: HttpRequest, actor: Actor, order: OrderRecord, filing: commands.DisputeFiling, draft: OpeningDraft
) -> HttpResponse:
    """Opens the dispute and shows its receipt: of the one that was open already, where the same is opened twice."""
    now = clock.now()
    try:
        dispute = commands.open_dispute(actor=actor, order=order, filing=filing, now=now)
    except NotYourTurn as error:
        earlier = _open_already(actor, order.ref).filter(ground__slug=filing.ground).first()
        if earlier is None:
            raise
        named = earlier.notice.ref if earlier.notice is not None else ""
        if (earlier.claim_remedy, earlier.claim_amount_minor, earlier.statement, named) != (
            filing.remedy,
            filing.amount_minor,
            filing.statement,
            filing.notice,
        ):
            room = reverse("disputes:room", args=[earlier.ref])
            return render_refusal(request, error, keeps=("statement",), back_url=room, back_text=_("Go to the dispute"))
        draft.mark_opened(earlier.ref)
        return redirect("disputes:opened", ref=earlier.ref)
    draft.mark_opened(dispute.ref)
    _hand_in(request, actor, dispute, now)
    return redirect("disputes:opened", ref=dispute.ref)


def _open_already(actor: Actor, order_ref: str) -> QuerySet[Dispute]:
    """The open disputes that the actor's own side opened about this order."""
    return queries.disputes_listed_for(actor).filter(
        order_ref=order_ref, claimant__in=list(actor.parties), closed_at__isnull=True
    )


def _checked(counter: _OpeningPage, draft: OpeningDraft) -> tuple[GroundRow | None, RemedyForm | None]:
    """The ground that was chosen, and what is wanted as far as it was said."""
    ground = counter.ground(draft.typed.get("ground", ""))
    if ground is None or "remedy" not in draft.typed:
        return ground, None
    return ground, _typed_want(counter, ground, draft)


def _typed_want(counter: _OpeningPage, ground: GroundRow, draft: OpeningDraft) -> RemedyForm:
    notices, ceiling = counter.notices(ground), counter.ceiling(ground)
    return RemedyForm(draft.typed, remedies=ground.remedies, notices=notices, ceiling=ceiling)


def _step(request: HttpRequest, actor: Actor, counter: _OpeningPage, draft: OpeningDraft, step: str) -> HttpResponse:
    """Shows the step that was asked for, or leads to the first one before it at which something is missing."""
    show_errors = "told" in request.GET
    if draft.opened and step in ("2", "3"):
        return redirect("disputes:opened", ref=draft.opened)
    ground, want = _checked(counter, draft)
    if step not in ("2", "3"):
        return _what(request, actor, counter, draft, show_errors=show_errors)
    if ground is None:
        return redirect(step_url(draft.order_ref, "1", show_errors=True))
    if step == "2":
        return _want(request, counter, ground, _want_form(counter, ground, draft, show_errors=show_errors))
    if want is None or not want.is_valid():
        return redirect(step_url(draft.order_ref, "2", show_errors=want is not None))
    return _proof(request, counter, ground, want, draft)


def _want_form(counter: _OpeningPage, ground: GroundRow, draft: OpeningDraft, *, show_errors: bool) -> RemedyForm:
    if show_errors:
        return _typed_want(counter, ground, draft)
    typed = draft.typed
    remedy = typed.get("remedy", "")
    return RemedyForm(
        initial={
            "remedy": remedy if remedy in ground.remedies else ground.default_remedy,
            "amount": typed.get("amount") or yuan(counter.ceiling(ground)(ground.default_remedy).open_minor),
            "notice": typed.get("notice", ""),
            "statement": typed.get("statement", ""),
        },
        remedies=ground.remedies,
        notices=counter.notices(ground),
        ceiling=counter.ceiling(ground),
    )


def _common(counter: _OpeningPage, step: int) -> dict[str, Any]:
    return {
        "order": counter.order,
        "step": step,
        "may_open": counter.may_open,
        "holders": counter.holders,
        "now": clock.now(),
    }


def _what(
    request: HttpRequest, actor: Actor, counter: _OpeningPage, draft: OpeningDraft, *, show_errors: bool
) -> HttpResponse:
    chosen = "" if draft.opened else draft.typed.get("ground", "")
    context = _common(counter, 1) | {
        "form": GroundForm(draft.typed if show_errors else None, grounds=counter.grounds),
        "chosen": chosen,
        "families": families_of(counter.grounds, chosen, counter.order, is_buyer=counter.is_buyer),
        "open_already": list(_open_already(actor, counter.order.ref)),
    }
    return render(request, "disputes/new_what.html", context)


def _want(request: HttpRequest, counter: _OpeningPage, ground: GroundRow, form: RemedyForm) -> HttpResponse:
    return render(request, "disputes/new_want.html", _common(counter, 2) | {"form": form, "ground": ground})


def _proof(
    request: HttpRequest, counter: _OpeningPage, ground: GroundRow, want: RemedyForm, draft: OpeningDraft
) -> HttpResponse:
    filing = want.filing(ground.slug)
    rows = claim_rows(ground, filing, counter.order.currency, *_notice_rows(counter, ground, filing.notice))
    says = counter.order.says(clock.now())
    at_issue = [fact for fact in ground.facts.all() if not why_not_at_issue(fact, filing.remedy, says)]
    context = _common(counter, 3) | {
        "ground": ground,
        "rows": rows,
        "carried": [{"name": name, "value": draft.typed[name]} for name in FIELDS if draft.typed.get(name)],
        "what_url": step_url(counter.order.ref, "1"),
        "want_url": step_url(counter.order.ref, "2"),
        "ladder": ladder_in_advance(ground, Side.CLAIMANT, says, filing.remedy),
        "holds": sentences.records_text(sorted({k for f in at_issue for s in f.steps.all() for k in s.holds})),
        "first_fact": _first_fact(at_issue),
    }
    return render(request, "disputes/new_proof.html", context)


def _notice_rows(counter: _OpeningPage, ground: GroundRow, ref: str) -> list[dict[str, str]]:
    """The notice that was chosen, to read once more; no row where there was none to choose."""
    choices = counter.notices(ground)
    return [{"key": _("Notice"), "value": dict(choices).get(ref, _("None of these"))}] if choices else []


def _first_fact(at_issue: Iterable[FactRow]) -> int:
    """The fact that what is handed in at the opening is about: the first that the claimant has to show something of."""
    facts = sorted(at_issue, key=lambda f: f.no)
    for fact in facts:
        if any(step.bearer == Side.CLAIMANT and step.no == 1 for step in fact.steps.all()):
            return int(fact.no)
    for fact in facts:
        if any(step.bearer == Side.CLAIMANT for step in fact.steps.all()):
            return int(fact.no)
    return int(facts[0].no)


def _hand_in(request: HttpRequest, actor: Actor, dispute: Dispute, now: datetime) -> None:
    """Submits what was chosen as the first version, and names what could not be taken; the dispute is open."""
    fact_no = _first_fact([fact.row for fact in dispute.facts.select_related("row")])

    def stage(file: Any, caption: str) -> None:
        commands.stage_file(
            actor=actor, ref=dispute.ref, fact_no=fact_no, file=file, name=file.name or "", caption=caption, now=now
        )

    files = request.FILES.getlist("files")[:MAX_FILES]
    errors, kept = take_files(request, files, stage, caption=_("Shown when the dispute was opened"))
    for error in errors:
        messages.warning(request, error["text"])
    if not kept:
        return
    try:
        commands.submit_evidence(actor=actor, ref=dispute.ref, fact_no=fact_no, now=now)
    except CaseError as error:
        messages.warning(request, str(error.detail))


@page("GET", "HEAD")
def opened(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the receipt: number, time, what happens next, and who will have to show what. Can be bookmarked."""
    actor, now = actor_of(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    side = side_of(actor, dispute)
    context = {
        "dispute": dispute,
        "claim": claim_text(dispute),
        "ladder": ladder_in_advance(dispute.ground, side, dispute.order_says, dispute.claim_remedy),
        "fast_refund": fast_refund_card(dispute, side, actions_for(actor, dispute, now=now), now),
        "waits": dispute.state == DisputeState.NEGOTIATING and dispute.answered_at is None,
        "due_at": queries.due_at_of(dispute),
        "evidence_url": reverse("disputes:evidence", args=[dispute.ref]),
        "has_receipt": queries.acts_of(actor, dispute).filter(sequence=1).exists(),
        "now": now,
    }
    return render(request, "disputes/opened.html", context)
