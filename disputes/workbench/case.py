"""One dispute's page: one request, one command, one page. Typed text comes back with every answer.

Everything typed on a dispute's page is one form; whatever is pressed sends it all along, so that nothing is lost
without JavaScript either. Who does not hold a dispute is answered as if there were none. What does not belong here:
rules (commands, policies), words (panes), the steps themselves (steps, determine, oversight).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, Invalid, NotFound, NotYourTurn, Stale
from disputes import commands, queries
from disputes.models import Dispute, DisputeOutcome, GoodsAre, NoReturnGround, OfferState
from disputes.policies import (
    is_mediator,
    may_advance,
    may_follow_obligation,
    may_hand_over,
    may_mediate,
    side_of,
)
from disputes.verbs import actions_for
from disputes.words import MONEY, Payer, Remedy, Side, Stake
from disputes.workbench import panes, triage
from disputes.workbench.forms import Mistake, Work
from disputes.workbench.frame import RETRY, show, staff, surface, take_typed, to_case

LANGUAGES = ("zh-hans", "en")


@surface("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """The dispute in three panes, as it is now; with what was typed when the session ended."""
    actor = staff(request)
    dispute = queries.dispute_for(actor, ref)
    if typed := take_typed(request, actor, ref):
        messages.warning(request, _("You were signed out before this was done. What you typed is still here."))
        return again(request, actor, ref, work=Work.posted(typed, dispute), now=clock.now())
    return show_case(request, actor, dispute, now=clock.now(), work=Work.blank(dispute))


def show_case(
    request: HttpRequest,
    actor: Actor,
    dispute: Dispute,
    *,
    now: datetime,
    work: Work,
    refused: CaseError | None = None,
    news: Sequence[queries.CourseEntry] | None = None,
) -> HttpResponse:
    """The dispute's page; `work` is what was typed, `refused` why the last step was not possible.

    `news` is what happened while they typed; where not given, everything behind the version that they read.
    """
    views = queries.facts_of(actor, dispute)
    shown = queries.evidence_shown_to(actor, dispute)
    actions = actions_for(actor, dispute, now=now)
    names = {action.name for action in actions}
    derived = queries.derived_outcome(dispute)
    mediates = may_mediate(actor, dispute) is None
    changed = news_since(actor, dispute, work) if news is None else news
    work.version = dispute.version
    errors = work.mistakes
    side = side_of(actor, dispute)
    return show(
        request,
        "dispute.html",
        status=refused.status if refused is not None else 400 if errors else 200,
        dispute=dispute,
        claimant=queries.who(dispute, Side.CLAIMANT, first=True),
        respondent=queries.who(dispute, Side.RESPONDENT, first=True),
        due=queries.due_at_of(dispute),
        reading=triage.pane_of(actor, dispute, views),
        reads_notice=queries.reads_notice(actor, dispute),
        turn=panes.turn_of(dispute),
        is_mine=is_mediator(actor, dispute),
        mediates=mediates,
        acts=names,
        facts=panes.facts_of(dispute, views, shown, actions, work.facts, now),
        pieces=panes.pieces_of(dispute, shown, now),
        gaps=panes.gaps_of(views),
        fetching=panes.waiting_pulls(views),
        chain=panes.chain_of(dispute, views, derived),
        stakes=_stakes(dispute, work, derived),
        lanes=panes.lanes_of(actor, dispute, work, may_write="message" in names and mediates),
        course=queries.course_of(actor, dispute),
        proposals=[o for o in queries.offers_shown_to(actor, dispute) if o.side == Side.PLATFORM],
        open_proposal=next(
            (o for o in queries.offers_shown_to(actor, dispute) if o.state == OfferState.OPEN and mediates), None
        ),
        obligations=_obligations(actor, dispute),
        advances=sorted(dispute.advances.all(), key=lambda a: a.no),
        may_advance=may_advance(actor, dispute) is None and dispute.state != "WITHDRAWN",
        may_fail=side is Side.PLATFORM and dispute.state == "CARRYING_OUT",
        may_hand_over=may_hand_over(actor, dispute) is None and dispute.state in ("EVIDENCE", "DELIBERATING"),
        letters=_letters(actor, dispute),
        work=work,
        outcomes=DisputeOutcome.choices,
        remedies=panes.remedies_of(dispute),
        remedies_offered=panes.remedies_offered(dispute),
        money_remedies=sorted(str(r) for r in MONEY),
        payers=panes.payers_of(dispute),
        no_return_grounds=NoReturnGround.choices,
        goods_are=GoodsAre.choices,
        consents=panes.consents_of(dispute),
        hours_least=settings.WINDOW_HOURS_LEAST,
        hours_most=settings.WINDOW_HOURS_MOST,
        changed=[entry.text for entry in changed],
        refused=refused,
        errors=errors,
        now=now,
        PLATFORM_PAYS=Payer.PLATFORM,
        NO_RETURN=Remedy.REFUND_NO_RETURN,
    )


def news_since(actor: Actor, dispute: Dispute, work: Work) -> list[queries.CourseEntry]:
    """What happened behind the version that was read."""
    return queries.course_of(actor, dispute, after=work.version) if work.version < dispute.version else []


def _stakes(dispute: Dispute, work: Work, derived: Any) -> list[str]:
    """Why this determination wants a separate confirmation, as far as it is typed."""
    typed = Work(version=0, v={name: work.v[name] for name in ("outcome", "amount", "remedy") if name in work.v})
    return [panes.label(Stake, code) for code in commands.stakes_of(dispute, typed.draft(), derived)]


def _obligations(actor: Actor, dispute: Dispute) -> list[dict[str, Any]]:
    rows = []
    for row in sorted(dispute.obligations.all(), key=lambda o: o.no):
        denial = may_follow_obligation(actor, dispute, confirms=True, debtor=row.debtor, creditor=row.creditor)
        is_open = row.state in ("OWED", "REPORTED") and row.due_at is not None and dispute.state == "CARRYING_OUT"
        rows.append(
            {
                "row": row,
                "debtor": queries.who(dispute, row.debtor, first=True),
                "creditor": queries.who(dispute, row.creditor),
                "may_confirm": is_open and denial is None,
            }
        )
    return rows


def _letters(actor: Actor, dispute: Dispute) -> list[Any]:
    rounds = sorted(dispute.determinations.all(), key=lambda d: -d.round)
    return [
        {"letter": queries.letter_of(actor, dispute, one, language=each), "round": one.round}
        for one in rounds
        for each in LANGUAGES
    ]


def again(
    request: HttpRequest, actor: Actor, ref: str, *, work: Work, now: datetime, refused: CaseError | None = None
) -> HttpResponse:
    """The page once more with everything that was typed."""
    dispute = queries.dispute_for(actor, ref)
    if refused is None:
        work.mistakes.clear()  # nothing is being checked yet
    return show_case(request, actor, dispute, now=now, work=work, refused=refused)


def act(
    request: HttpRequest,
    ref: str,
    run: Callable[[Actor, Work, datetime], object],
    *,
    done: str,
    place: Callable[[Work, Invalid], None],
    forget: Callable[[Work], None],
    was_done: Callable[[Actor, Work, Dispute], bool] | None = None,
) -> HttpResponse:
    """One command with what was typed for it; then the page, and whatever else was typed is still on it.

    `was_done` says whether exactly this is on file already: a button pressed twice ends where pressing it once does.
    """
    actor, now = staff(request), clock.now()
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
                place(work, refused)
                if not work.mistakes:
                    work.mistakes.append(Mistake(refused.detail))
            return again(request, actor, ref, work=work, now=now, refused=refused)
    messages.success(request, done)
    forget(work)
    try:
        dispute = queries.dispute_for(actor, ref)
    except NotFound:  # it is somebody else's now
        return redirect("mediation:queue")
    if work.is_typed:
        return show_case(request, actor, dispute, now=now, work=work, news=news_since(actor, read, work))
    return to_case(ref)


@surface("POST")
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """The page as it is now, with everything that was typed."""
    actor = staff(request)
    work = Work.posted(request.POST, queries.dispute_for(actor, ref))
    return again(request, actor, ref, work=work, now=clock.now())
