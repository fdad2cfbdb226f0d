"""The page of one dispute: one request, one command, one page. Typed text comes back with every answer.

Everything typed on a dispute's page is one form; whatever is pressed sends it all along, so that nothing is lost
without JavaScript either, also on the way to a page of its own. Who does not hold a dispute is answered as if there
were none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from archive.letters import Letter
from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, Invalid, NotFound, NotYourTurn, Stale
from console.disputes import context
from console.disputes.forms import Work
from console.disputes.frame import DESK, RETRY, again_at, mediator, take_typed, to_case
from console.drafts import draft_for, keep_typed, save_while_typing
from console.forms import Mistake
from console.frame import LANGUAGES, show, surface
from disputes import commands, queries
from disputes.choices import Side
from disputes.fast_refund import fast_refund_of, taken_lately
from disputes.machine import WITH_MEDIATOR, DisputeState
from disputes.models import Dispute, DisputeOutcome, GoodsAre, NoReturnGround, ObligationState, OfferState, PullState
from disputes.policies import is_mediator, may_advance, may_follow_obligation, may_hand_over, may_mediate, side_of
from disputes.verbs import actions_for


@surface("GET", "HEAD", **DESK)
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the dispute in three panes, as it is now; with what was typed when they left it, or the session ended."""
    actor = mediator(request)
    dispute = queries.dispute_for(actor, ref)
    now = clock.now()
    if (typed := take_typed(request, actor, ref)) is not None:
        messages.warning(request, _("You were signed out before this was done. What you typed is still here."))
        work = Work.posted(typed, dispute)
        keep_typed(typed, commands.save_work, actor, ref, work, now=now)
        work.mistakes.clear()  # nothing is being checked yet
        return show_case(request, actor, dispute, now=now, work=work)
    if is_mediator(actor, dispute) and (draft := draft_for(dispute, actor)) is not None:
        typed, saved_at = draft
        work = Work.posted(typed, dispute)
        work.saved_at = saved_at
        work.mistakes.clear()  # nothing is being checked yet
        return show_case(request, actor, dispute, now=now, work=work)
    return show_case(request, actor, dispute, now=now, work=Work.blank(dispute))


def show_case(
    request: HttpRequest,
    actor: Actor,
    dispute: Dispute,
    *,
    now: datetime,
    work: Work,
    refused: CaseError | None = None,
    news: Sequence[queries.TimelineEntry] | None = None,
) -> HttpResponse:
    """Renders the dispute's page; `work` is what was typed, `refused` why the last step was not possible.

    `news` is what happened while they typed; where not given, everything behind the version that they read.
    """
    views = queries.facts_of(actor, dispute)
    actions = actions_for(actor, dispute, now=now)
    names = {action.name for action in actions}
    mediates = may_mediate(actor, dispute) is None
    changed = changes_since(actor, dispute, work) if news is None else news
    work.version = dispute.version
    return show(
        request,
        "disputes/case.html",
        status=refused.status if refused is not None else 400 if work.mistakes else 200,
        dispute=dispute,
        due=queries.due_at_of(dispute),
        reading=queries.triage_shown_to(actor, dispute),
        needed=queries.needed_evidence(views),
        assisted=queries.assisted_shown_to(actor, dispute),
        reads_notice=queries.reads_notice(actor, dispute),
        is_mine=is_mediator(actor, dispute),
        mediates=mediates,
        acts=names,
        facts=context.facts_of(views, actions, work.facts),
        notes=queries.statutory_notes(dispute),
        pieces=[view.item for view in queries.evidence_shown_to(actor, dispute) if not view.is_draft],
        fetching=[pull for view in views for pull in view.pulls if pull.state == PullState.ASKED],
        gaps=[(view.no, gap) for view in views for pull in view.pulls for gap in pull.gaps],
        lanes=context.lanes_of(actor, dispute, work, may_write="message" in names and mediates),
        course=queries.timeline_of(actor, dispute),
        **{
            f"{name}_url": reverse(f"mediation:{name}-identity", args=[dispute.ref])
            for name in ("read", "give", "refuse")
        },
        letters=_letters(actor, dispute),
        **_outcome(dispute, work),
        **_follow_up(actor, dispute, now, mediates=mediates),
        work=work,
        again=again_at(dispute.ref),
        changed=[entry.text for entry in changed],
        refused=refused,
        errors=work.mistakes,
        time_least=dispute.promised["proof_time_least"],
        time_most=dispute.promised["proof_time_most"],
        now=now,
    )


def _outcome(dispute: Dispute, work: Work) -> dict[str, Any]:
    """The values of the outcome: what the table leads to, and what can be chosen in the determination."""
    derived = queries.derived_outcome(dispute)
    return {
        "derived": derived,
        "stakes": _stakes(dispute, work, derived),
        "outcomes": DisputeOutcome.choices,
        "remedies": context.remedies_of(dispute),
        "remedies_offered": context.remedies_offered(dispute),
        "payers": context.payers_of(dispute),
        "no_return_grounds": NoReturnGround.choices,
        "goods_are": GoodsAre.choices,
        "consents": context.consents_of(dispute),
    }


def _follow_up(actor: Actor, dispute: Dispute, now: datetime, *, mediates: bool) -> dict[str, Any]:
    """The values of the platform's proposals, what is owed, what it paid first, and what this reader may do."""
    offers = queries.offers_shown_to(actor, dispute)
    return {
        "proposals": [offer for offer in offers if offer.side == Side.PLATFORM],
        "open_proposal": next((o for o in offers if o.state == OfferState.OPEN and mediates), None),
        "obligations": _obligations(actor, dispute),
        "fast_refund": (refund := fast_refund_of(dispute)),
        "fast_refunds_lately": taken_lately(dispute.claimant_id, now) if refund else 0,
        "advances": sorted(dispute.advances.all(), key=lambda a: a.no),
        "may_advance": may_advance(actor, dispute) is None and dispute.state != DisputeState.WITHDRAWN,
        "may_fail": side_of(actor, dispute) is Side.PLATFORM and dispute.state == DisputeState.CARRYING_OUT,
        "assignment": queries.assignment_shown_to(actor, dispute),
        "may_hand_over": may_hand_over(actor, dispute) is None and dispute.state in WITH_MEDIATOR,
    }


def changes_since(actor: Actor, dispute: Dispute, work: Work) -> list[queries.TimelineEntry]:
    """Returns what happened behind the version that was read."""
    return queries.timeline_of(actor, dispute, after=work.version) if work.version < dispute.version else []


def _stakes(dispute: Dispute, work: Work, derived: Any) -> Sequence[str]:
    """Returns why this determination wants a separate confirmation, as far as it is typed."""
    typed = Work(version=0, v={name: work.v[name] for name in ("outcome", "amount", "remedy") if name in work.v})
    return commands.stakes_of(dispute, typed.draft(), derived)


def _obligations(actor: Actor, dispute: Dispute) -> list[tuple[Any, bool]]:
    """What is owed, each with whether this reader may say that it is done."""
    found = []
    for row in sorted(dispute.obligations.all(), key=lambda o: o.no):
        denial = may_follow_obligation(actor, dispute, confirms=True, debtor=row.debtor, creditor=row.creditor)
        is_open = (
            row.state in (ObligationState.OWED, ObligationState.REPORTED)
            and row.due_at is not None
            and dispute.state == DisputeState.CARRYING_OUT
        )
        found.append((row, is_open and denial is None))
    return found


def _letters(actor: Actor, dispute: Dispute) -> list[tuple[int, Letter]]:
    """The letter of each round in each language, the newest first."""
    rounds = sorted(dispute.determinations.all(), key=lambda d: -d.round)
    return [(one.round, queries.letter_of(actor, dispute, one, language=each)) for one in rounds for each in LANGUAGES]


def redisplay(
    request: HttpRequest, actor: Actor, ref: str, *, work: Work, now: datetime, refused: CaseError | None = None
) -> HttpResponse:
    """Shows the page once more with everything that was typed."""
    dispute = queries.dispute_for(actor, ref)
    keep_typed(request.POST, commands.save_work, actor, ref, work, now=now)
    if refused is None:
        work.mistakes.clear()  # nothing is being checked yet
    return show_case(request, actor, dispute, now=now, work=work, refused=refused)


def act(
    request: HttpRequest,
    ref: str,
    run: Callable[[Actor, Work, datetime], object],
    *,
    done: str,
    fact: int | None = None,
    prefix: str = "",
    only: str = "",
    forget: Sequence[str] = (),
    was_done: Callable[[Actor, Work, Dispute], bool] | None = None,
) -> HttpResponse:
    """Runs one command with what was typed for it; then shows the page with whatever else was typed.

    `fact`, `prefix` and `only` say beside which fields a refusal stands (`Work.place`), `forget` which fields are empty
    once it is done. `was_done` says whether exactly this is on file already: a button pressed twice ends where pressing
    it once does.
    """
    actor, now = mediator(request), clock.now()
    read = queries.dispute_for(actor, ref)
    work = Work.posted(request.POST, read)
    try:
        if work.mistakes:
            raise Invalid()
        run(actor, work, now)
    except RETRY as refused:
        late = isinstance(refused, Stale | NotYourTurn)
        if not (late and was_done and was_done(actor, work, queries.dispute_for(actor, ref))):
            if isinstance(refused, Invalid):
                work.place(refused.errors, fact=fact, prefix=prefix, only=only)
                if not work.mistakes:
                    work.mistakes.append(Mistake(refused.detail))
            return redisplay(request, actor, ref, work=work, now=now, refused=refused)
    messages.success(request, done)
    work.forget(*forget, fact=fact)
    sent = {*forget} if fact is None else {f"f{fact}-{name}" for name in (*forget, "evidence")}
    keep_typed(request.POST, commands.save_work, actor, ref, work, now=now, sent=sent)
    try:
        dispute = queries.dispute_for(actor, ref)
    except NotFound:  # it is somebody else's now
        return redirect("mediation:queue")
    if work.is_typed:
        return show_case(request, actor, dispute, now=now, work=work, news=changes_since(actor, read, work))
    return to_case(ref)


@surface("POST", **DESK)
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the page as it is now, with everything that was typed."""
    actor = mediator(request)
    work = Work.posted(request.POST, queries.dispute_for(actor, ref))
    return redisplay(request, actor, ref, work=work, now=clock.now())


@surface("POST")
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """Saves what is typed on the page, for its writer alone; answered as JSON for the page's script."""
    return save_while_typing(request, commands.save_work, mediator, ref)


@surface("POST", **DESK)
def leave(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Keeps what was typed and leads to the page of a step; the dispute's page has it again.

    Where the address is no page of a step, or there is too much to keep, the dispute's page shows what was typed.
    """
    actor = mediator(request)
    work, to = Work.posted(request.POST, queries.dispute_for(actor, ref)), request.POST.get("to", "")
    now = clock.now()
    is_kept = not work.is_typed or keep_typed(request.POST, commands.save_work, actor, ref, work, now=now)
    return redirect(to) if is_kept and is_step(to) else edit(request, ref=ref)


def is_step(address: str) -> bool:
    """Whether it is the address of a page below those of disputes, and nothing else."""
    try:
        return resolve(address).namespace == "mediation"
    except Resolver404:
        return False
