"""The queue and one dispute's page: one request, one command, one page. Typed text comes back with every answer.

Everything typed on a dispute's page is one form; whatever is pressed sends it all along, so that nothing is lost
without JavaScript either. Who does not hold a dispute is answered as if there were none. What does not belong here:
rules (commands, policies), words (panes), the determination (determine), what oversight does (oversight).
"""

import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casework import clock, letter_pdf
from casework.actor import Actor
from casework.errors import CaseError, Invalid, NotFound
from casework.files import header_filename
from casework.serving import saved, send
from disputes import commands, queries
from disputes.models import Dispute, DisputeOutcome, NoReturnGround, OfferState
from disputes.policies import (
    is_mediator,
    may_advance,
    may_follow_obligation,
    may_hand_over,
    may_mediate,
    side_of,
)
from disputes.words import MONEY, Lane, Payer, Remedy, Side, Stake
from disputes.workbench import panes
from disputes.workbench.forms import Mistake, Work
from disputes.workbench.frame import RETRY, show, staff, surface, to_case, version_of

LANGUAGES = ("zh-hans", "en")
ROWS = 50


# — the queue —


@surface("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a mediator, with nothing of the case; what this one holds; for oversight, every dispute."""
    actor, now = staff(request), clock.now()
    oversees = actor.has_role("compliance", "administrator")
    waiting = queries.queue_for(actor) if actor.has_role("mediator") else []
    mine = list(queries.mediated_by(actor))
    tabs = [("waiting", _("Waiting"), len(waiting)), ("mine", _("Mine"), len(mine))] if waiting or mine else []
    if not tabs and actor.has_role("mediator"):
        tabs = [("waiting", _("Waiting"), 0), ("mine", _("Mine"), 0)]
    every = queries.disputes_listed_for(actor) if oversees else None
    if every is not None:
        tabs.append(("all", _("All"), every.count()))
    tab = request.GET.get("tab", tabs[0][0] if tabs else "")
    if tab not in [name for name, _label, _count in tabs]:
        raise NotFound()
    paging = Paginator(every, ROWS).get_page(request.GET.get("page")) if tab == "all" and every is not None else None
    held = list(paging) if paging is not None else mine if tab == "mine" else []
    rows = [{"dispute": d, "due": queries.due_at_of(d), "turn": _turn(d)} for d in held]
    if tab == "mine":
        rows.sort(key=lambda row: (row["due"] is None, row["due"] or now))
    return show(
        request,
        "disputes.html",
        tab=tab,
        tabs=tabs,
        waiting=waiting if tab == "waiting" else [],
        rows=rows,
        paging=paging,
        now=now,
    )


def _turn(dispute: Dispute) -> str:
    sides = queries.turn_of(dispute)
    return _(", ").join(queries.who(dispute, side) for side in sides)


@surface("POST")
def join_next(request: HttpRequest) -> HttpResponse:
    """The most urgent dispute that this mediator may take is theirs, or they hear that nothing waits."""
    dispute = commands.join_next_dispute(actor=staff(request), now=clock.now())
    if dispute is None:
        messages.info(request, _("No dispute is waiting for you."))
        return redirect("mediation:queue")
    return to_case(dispute.ref)


@surface("POST")
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """This dispute is the mediator's, or they hear why not; one that somebody took meanwhile is gone from the queue."""
    try:
        commands.join_dispute(actor=staff(request), ref=ref, now=clock.now())
    except NotFound:
        messages.info(request, _("This dispute no longer waits for a mediator."))
        return redirect("mediation:queue")
    return to_case(ref)


# — one dispute —


@surface("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """The dispute in three panes, as it is now."""
    actor = staff(request)
    dispute = queries.dispute_for(actor, ref)
    return show_case(request, actor, dispute, now=clock.now(), work=Work.blank(dispute))


def show_case(
    request: HttpRequest,
    actor: Actor,
    dispute: Dispute,
    *,
    now: datetime,
    work: Work,
    refused: CaseError | None = None,
    mistakes: Sequence[Mistake] = (),
) -> HttpResponse:
    """The dispute's page; `work` is what was typed, `refused` why the last step was not possible."""
    views = queries.facts_of(actor, dispute)
    shown = queries.evidence_shown_to(actor, dispute)
    actions = queries.actions_for(actor, dispute, now=now)
    names = {action.name for action in actions}
    derived = queries.derived_outcome(dispute)
    mediates = may_mediate(actor, dispute) is None
    changed = queries.course_of(actor, dispute, after=work.version) if work.version < dispute.version else []
    work.version = dispute.version
    errors = [*mistakes, *work.mistakes]
    side = side_of(actor, dispute)
    return show(
        request,
        "dispute.html",
        status=refused.status if refused is not None else 400 if errors else 200,
        dispute=dispute,
        claimant=queries.who(dispute, Side.CLAIMANT, first=True),
        respondent=queries.who(dispute, Side.RESPONDENT, first=True),
        due=queries.due_at_of(dispute),
        turn=_turn(dispute),
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
        money_remedies=sorted(str(r) for r in MONEY),
        payers=panes.payers_of(dispute),
        no_return_grounds=NoReturnGround.choices,
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
) -> HttpResponse:
    """One command with what was typed for it; then the page, and whatever else was typed is still on it."""
    actor, now = staff(request), clock.now()
    work = Work.posted(request.POST, queries.dispute_for(actor, ref))
    try:
        if work.mistakes:
            raise Invalid()
        run(actor, work, now)
    except RETRY as refused:
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
        work.version = dispute.version  # what changed since is what was just done
        return show_case(request, actor, dispute, now=now, work=work)
    return to_case(ref)


@surface("POST")
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """The page as it is now, with everything that was typed."""
    actor = staff(request)
    work = Work.posted(request.POST, queries.dispute_for(actor, ref))
    return again(request, actor, ref, work=work, now=clock.now())


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, no: int) -> HttpResponseBase:
    """The file of one piece: a picture as its clean copy, anything else to save."""
    return send(request, queries.evidence_file(staff(request), ref, no), original="original" in request.GET)


@surface("GET", "HEAD")
def case_file(request: HttpRequest, ref: str) -> HttpResponseBase:
    """One archive to keep, as far as this reader may see the dispute."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        dispute = queries.write_case_file(archive, actor=staff(request), ref=ref, now=clock.now())
    except BaseException:
        archive.close()
        raise
    return saved(request, archive, media_type="application/zip", name=f"{dispute.number}.zip")


@surface("GET", "HEAD")
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """The newest letter as a file, in the asked language or the page's."""
    actor = staff(request)
    dispute = queries.dispute_for(actor, ref)
    asked = request.GET.get("language", "")
    made = queries.letter_of(actor, dispute, language=asked if asked in LANGUAGES else get_language() or "")
    body = letter_pdf.render(
        made,
        addressee=dispute.order_title,
        by_system=False,
        platform=settings.SITE_NAME,
        verify_url=settings.PUBLIC_URL + reverse("appeals:verify"),
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = header_filename(f"{made.number}.pdf")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# — talk —


@surface("POST")
def say(request: HttpRequest, ref: str, lane: str) -> HttpResponse:
    """The mediator's words are in one stream of the room."""
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
        place=lambda work, refused: work.place(refused.errors, only=field),
        forget=lambda work: work.forget(field),
    )


# — facts —


@surface("POST")
def rule(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """The mediator found this fact proved or not, with reasons, on stated evidence."""

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
        place=lambda work, refused: work.place(refused.errors, fact=no, prefix="rule"),
        forget=lambda work: work.forget_fact(no, "proved", "reasons"),
    )


def _fact_of(work: Work, no: int) -> Any:
    if no not in work.facts:
        raise NotFound()
    return work.facts[no]


@surface("POST")
def shift(request: HttpRequest, ref: str, no: int) -> HttpResponse:
    """Another side must show something about this fact; where evidence was closed, it is open again for it."""

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
        place=lambda work, refused: work.place(refused.errors, fact=no, prefix="shift"),
        forget=lambda work: work.forget_fact(no, "bearer", "basis", "shift_reasons", "hours"),
    )


# — the course of the dispute —


def _nothing(_work: Work, _refused: Invalid | None = None) -> None:
    return None


@surface("POST")
def close_evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """Evidence is closed and the mediator decides."""
    return act(
        request,
        ref,
        lambda actor, _work, now: commands.close_evidence(
            actor=actor, ref=ref, now=now, expected_version=version_of(request)
        ),
        done=_("Evidence is closed."),
        place=_nothing,
        forget=_nothing,
    )


@surface("POST")
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Another mediator holds the dispute from now on."""
    return act(
        request,
        ref,
        lambda actor, work, now: commands.hand_over(
            actor=actor, ref=ref, to_code=work.v.get("to", "").strip(), now=now
        ),
        done=_("The dispute was handed over."),
        place=lambda work, refused: work.place(refused.errors),
        forget=lambda work: work.v.clear(),
    )


@surface("POST")
def pause(request: HttpRequest, ref: str) -> HttpResponse:
    """Every clock stands still while a court or the police has the matter."""
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
        place=lambda work, refused: work.place(refused.errors, prefix="pause"),
        forget=lambda work: work.forget("pause_reason", "pause_authority"),
    )


@surface("POST")
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    """The dispute goes on where it stood."""
    return act(
        request,
        ref,
        lambda actor, _work, now: commands.resume_dispute(actor=actor, ref=ref, now=now),
        done=_("The dispute goes on; every clock is later by the pause."),
        place=_nothing,
        forget=_nothing,
    )


OFFER = ("offer_remedy", "offer_amount", "offer_goods_back", "offer_freight", "offer_note", "offer_hours")


@surface("POST")
def propose(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform's proposal is before both sides; it binds nobody before both agree."""

    def run(actor: Actor, work: Work, now: datetime) -> None:
        terms = work.terms()
        if work.mistakes:
            raise Invalid()
        commands.make_offer(actor=actor, ref=ref, terms=terms, now=now)

    return act(
        request,
        ref,
        run,
        done=_("The proposal is before both sides."),
        place=lambda work, refused: work.place(refused.errors, prefix="offer"),
        forget=lambda work: work.forget(*OFFER),
    )


@surface("POST")
def withdraw_proposal(request: HttpRequest, ref: str) -> HttpResponse:
    """The platform's open proposal is taken back."""

    def run(actor: Actor, _work: Work, now: datetime) -> None:
        dispute = queries.dispute_for(actor, ref)
        for offer in queries.offers_shown_to(actor, dispute):
            if offer.state == OfferState.OPEN and offer.side == Side.PLATFORM:
                commands.withdraw_offer(actor=actor, offer_ref=offer.ref, now=now)

    return act(request, ref, run, done=_("The proposal was taken back."), place=_nothing, forget=_nothing)
