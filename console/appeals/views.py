"""The workbench: one request, one command, one page. Typed text comes back with every answer.

The judgement pane is one form. Whatever is pressed on the page — open a piece, add a row, take the case again — sends
it along, so nothing typed is lost without JavaScript either. Before the reviewer's own first view is locked, no answer
reads the system's view, so none can show it. What does not belong here: rules (commands, policies), words (panes).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appeals import commands
from appeals.machine import FINAL, AppealState
from appeals.models import Appeal, Confidence, Outcome
from appeals.policies import (
    OVERSEES,
    REVIEWS,
    may_answer_late_request,
    may_claim_appeal,
    may_decide_appeal,
    may_see_queue,
)
from appeals.queries import (
    TABS,
    appeal_for,
    decided_by,
    first_view_of,
    held_by,
    holder_of,
    letter_of,
    likely_duplicates_for,
    open_request,
    opened_by,
    preview_letter,
    queue_for,
    queues_of,
    suggestion_for,
    track_record,
)
from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, FirstViewRequired, Invalid, LeaseLost, NotAllowed, NotFound, NotYourTurn, Stale
from casework.letters import Letter
from casework.serving import send
from casework.web import actor_of, page
from console.appeals import panes
from console.appeals.forms import Mistake, Request, Work, fields_to_carry

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

ROWS = 50
TYPED = ("note", "reasons", "rule_application", "fact-0-sentence", "argument-0-sentence", "answer", "item", "fact")
SHORTCUTS_COOKIE = "workbench_shortcuts"
SEAL = "console.appeals.checked"
LANGUAGES = ("zh-hans", "en")
RETRY = (Invalid, LeaseLost, Stale, NotYourTurn, FirstViewRequired)  # the page comes back with what was typed


# — the frame —


def reviewer(request: HttpRequest) -> Actor:
    """The member of staff who asks. Raises `NotSignedIn`, `NotAllowed`."""
    actor = actor_of(request)
    if not actor.has_role(*REVIEWS, *OVERSEES):
        raise NotAllowed()
    return actor


def surface(*methods: str) -> Callable[[View[P]], View[P]]:
    """A page of the workbench: these methods only, never cached, refusals as pages, and `request` has the shortcuts."""

    def decorate(view: View[P]) -> View[P]:
        @never_cache
        @page(keeps=TYPED)
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return shown

    return decorate


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    keys = "off" if request.COOKIES.get(SHORTCUTS_COOKIE) == "off" else "on"
    return render(request, f"console/appeals/{template}", {"shortcuts": keys, **context}, status=status)


def _to_case(ref: str, piece: str = "") -> HttpResponse:
    return redirect(reverse("workbench:case", args=[ref]) + (f"?piece={piece}" if piece else ""))


# — the queue and one's own work —


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """The workbench begins with the queue."""
    reviewer(request)
    return redirect("workbench:queue")


@surface("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """The cases of one tab, most urgent first; never one in which the reader has a conflict."""
    actor = reviewer(request)
    now = clock.now()
    tab = request.GET.get("tab", "claimable")
    if tab not in TABS:
        raise NotFound()
    words = {
        "claimable": _("Can be taken"),
        "mine": _("Mine"),
        "waiting": _("Waiting for the appellant"),
        "late": _("Late requests"),
    }
    standing = queues_of([actor], now=now)[actor.person]
    counts = dict(zip(TABS, standing.counts, strict=True))
    rows = Paginator(queue_for(actor, now=now, tab=tab), ROWS).get_page(request.GET.get("page"))
    mine = held_by(actor).order_by("decide_due_at").first()
    return _page(
        request,
        "queue.html",
        tab=tab,
        title=words[tab],
        tabs=[(name, words[name], counts[name]) for name in TABS],
        rows=[_row(appeal, now=now) for appeal in rows],
        paging=rows,
        now=now,
        waiting=counts["claimable"],
        watches=may_see_queue(actor) is None,
        head=standing.head,
        next_due=mine.decide_due_at if mine is not None else None,
    )


def _row(appeal: Appeal, *, now: datetime) -> dict[str, Any]:
    request = open_request(appeal) if appeal.state == AppealState.MORE_NEEDED else None
    return {
        "appeal": appeal,
        "measures": [item.measure.type.label for item in appeal.items.all()],
        "money": panes.at_stake(appeal),
        "age": now - appeal.filed_at,
        "due": request.due_at if request is not None else appeal.decide_due_at,
    }


@surface("POST")
def claim_next(request: HttpRequest) -> HttpResponse:
    """The reviewer holds the most urgent case they may see, or hears that nothing waits."""
    appeal = commands.claim_next_appeal(actor=reviewer(request), now=clock.now())
    if appeal is None:
        messages.info(request, _("No case is waiting for you."))
        return redirect("workbench:queue")
    return _to_case(appeal.ref)


@surface("GET", "HEAD")
def me(request: HttpRequest) -> HttpResponse:
    """What the reviewer holds and lately decided, and their keyboard settings. No speed, no ranking."""
    actor = reviewer(request)
    now = clock.now()
    held = held_by(actor).select_related("party", "notice").prefetch_related("items__measure__type", "requests")
    decided = decided_by(actor).select_related("party").prefetch_related("items__measure__type")
    return _page(
        request,
        "me.html",
        held=[_row(appeal, now=now) for appeal in held.order_by("decide_due_at")],
        decided=[_row(appeal, now=now) for appeal in decided[:20]],
        now=now,
        code=actor.code,
    )


@surface("POST")
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Keyboard shortcuts are on or off in this browser."""
    reviewer(request)
    answer = redirect("workbench:me")
    answer.set_cookie(
        SHORTCUTS_COOKIE,
        "off" if request.POST.get("shortcuts") == "off" else "on",
        max_age=365 * 24 * 3600,
        secure=settings.IS_DEPLOYED,
        httponly=True,
        samesite="Lax",
    )
    return answer


# — one case —


@surface("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """The case in three panes, as it is now."""
    actor = reviewer(request)
    appeal = appeal_for(actor, ref)
    return _show(request, actor, appeal, now=clock.now(), work=Work.blank(appeal), piece=request.GET.get("piece", ""))


def _show(
    request: HttpRequest,
    actor: Actor,
    appeal: Appeal,
    *,
    now: datetime,
    work: Work,
    piece: str = "",
    refused: CaseError | None = None,
    mistakes: Sequence[Mistake] = (),
    release_open: bool = False,
) -> HttpResponse:
    """The case page; `work` is what was typed, `refused` why the last step was not possible."""
    is_mine = appeal.reviewer_id == actor.user_id and appeal.state == AppealState.HUMAN_REVIEW
    is_held = is_mine and not appeal.lease_is_free(now)
    opened = opened_by(actor, appeal)
    shown = _piece_shown(actor, appeal, opened, piece or request.POST.get("piece", ""))
    if isinstance(refused, Stale) and appeal.reviewer_id not in (None, actor.user_id):
        refused = LeaseLost()  # what changed is that somebody else holds it
    first = first_view_of(actor, appeal)
    pieces = panes.pieces_of(appeal, opened)
    changed = panes.changes_since(appeal, work.version) if work.version < appeal.version else []
    work.version = appeal.version
    errors = [*mistakes, *work.mistakes]
    return _page(
        request,
        "case.html",
        status=refused.status if refused is not None else 400 if errors else 200,
        appeal=appeal,
        notice=appeal.notice,
        measures=[item.measure for item in appeal.items.all()],
        money=panes.at_stake(appeal),
        timeline=panes.timeline_of(appeal),
        pieces=pieces,
        unread=sum(not p.is_open for p in pieces),
        piece=shown,
        readable=_readable(actor, appeal, opened),
        before=_beside(pieces, shown, -1),
        after=_beside(pieces, shown, +1),
        may_open=is_mine,
        first=first,
        advice=(advice := _advice(actor, appeal, opened, first)),
        duplicates=likely_duplicates_for(actor, appeal.ref) if advice is not None else (),
        has_advice_to_ask=first is not None and is_mine and "suggestion" not in opened,
        is_mine=is_mine,
        is_held=is_held,
        is_final=appeal.state in FINAL,
        may_claim=appeal.state in ("SUBMITTED", "HUMAN_REVIEW")
        and appeal.lease_is_free(now)
        and may_claim_appeal(actor, appeal) is None,
        may_decide=may_decide_appeal(actor, appeal) is None,
        may_answer_late=appeal.state == AppealState.LATE_REQUESTED and may_answer_late_request(actor, appeal) is None,
        holder=holder_of(appeal),
        asked=open_request(appeal),
        work=work,
        work_shown=is_mine or work.is_typed,
        answer=request.POST.get("answer", ""),
        outcomes=OUTCOMES,
        confidences=Confidence.choices,
        findings=FINDINGS,
        burdens=panes.BURDENS,
        differences=DIFFERENCES,
        cited=[e.no for e in appeal.evidence.all() if e.submission_id is not None],
        letter=_letter(appeal) if appeal.state == AppealState.DECIDED else None,
        changed=changed,
        refused=refused,
        errors=errors,
        release_open=release_open,
        now=now,
        heartbeat_seconds=max(20, settings.REVIEW_LEASE_MINUTES * 60 // 5),
    )


OUTCOMES = [(str(value), label) for value, label in Outcome.choices]
OUTCOMES.sort(key=lambda entry: ("UPHELD", "VARIED", "OVERTURNED").index(entry[0]))
FINDINGS = {kind: [(name, panes.FINDING[name]) for name in names] for kind, names in commands.FINDINGS.items()}
DIFFERENCES = [(name, panes.DIFFERENCE[name]) for name in commands.DIFFERENCES]


def _readable(actor: Actor, appeal: Appeal, opened: set[str]) -> set[str]:
    """The pieces that may be shown now: to the holder what they opened; of a closed case, or for oversight, any."""
    if appeal.is_open and appeal.reviewer_id == actor.user_id:
        return opened
    answers_late = appeal.state == AppealState.LATE_REQUESTED and may_answer_late_request(actor, appeal) is None
    if appeal.state in FINAL or actor.has_role(*OVERSEES) or answers_late:
        return {piece.subject for piece in panes.pieces_of(appeal, ())}
    return set()


def _piece_shown(actor: Actor, appeal: Appeal, opened: set[str], wanted: str) -> panes.Piece | None:
    """The piece in the middle pane, where one is asked for that may be shown."""
    if wanted not in _readable(actor, appeal, opened):
        return None
    return next((p for p in panes.pieces_of(appeal, opened) if p.subject == wanted), None)


def _beside(pieces: Sequence[panes.Piece], shown: panes.Piece | None, step: int) -> panes.Piece | None:
    if shown is None:
        return pieces[0] if step > 0 and pieces else None
    at = [p.subject for p in pieces].index(shown.subject) + step
    return pieces[at] if 0 <= at < len(pieces) else None


def _advice(actor: Actor, appeal: Appeal, opened: Iterable[str], first: Any) -> panes.Advice | None:
    """The system's view, for whoever locked their own and then asked for it; nothing is read before."""
    if first is None or "suggestion" not in opened:
        return None
    try:
        suggestion = suggestion_for(actor, appeal.ref)
    except CaseError:
        return None
    if suggestion is None:
        return None
    types = [item.measure.type_id for item in appeal.items.all()]
    record = track_record(types[0]) if types else None
    return panes.advice_of(appeal, suggestion, first=first.outcome, record=record)


def _letter(appeal: Appeal) -> list[Letter]:
    return [letter_of(appeal, language=each, help_line=settings.HELP_LINE) for each in LANGUAGES]


def _again(
    request: HttpRequest, actor: Actor, ref: str, *, now: datetime, refused: CaseError | None = None, piece: str = ""
) -> HttpResponse:
    """The page once more with everything that was typed."""
    appeal = appeal_for(actor, ref)
    work = Work.posted(request.POST, appeal)
    if refused is None:
        work.mistakes.clear()  # nothing is being checked yet
    if isinstance(refused, Invalid):
        work.place(refused.errors)
        if not refused.errors:
            work.mistakes.append(Mistake(refused.detail))
    return _show(request, actor, appeal, now=now, work=work, refused=refused, piece=piece)


def _version(request: HttpRequest) -> int:
    """The version that the reviewer read. A form without one was not made here."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Stale()
    return int(text)


def _stay(actor: Actor, ref: str, now: datetime) -> None:
    """Whoever works on a case keeps it, also without JavaScript."""
    with suppress(LeaseLost):
        commands.keep_lease(actor=actor, ref=ref, now=now)


@surface("POST")
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """The reviewer holds this case, or hears who does."""
    actor, now = reviewer(request), clock.now()
    appeal_for(actor, ref)
    try:
        commands.claim_appeal(actor=actor, ref=ref, now=now)
    except LeaseLost as lost:
        return _again(request, actor, ref, now=now, refused=lost)
    if request.POST.get("version"):
        return _again(request, actor, ref, now=now)
    return _to_case(ref)


@surface("POST")
def release(request: HttpRequest, ref: str) -> HttpResponse:
    """The case waits for a person again; the reason is asked for, none is wrong."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        missing = Mistake(_("Say why you give it back; any reason is good."), "reason")
        work = Work.posted(request.POST, appeal)
        return _show(request, actor, appeal, now=now, work=work, mistakes=[missing], release_open=True)
    commands.release_appeal(actor=actor, ref=ref, now=now, reason=reason)
    messages.success(request, _("%(number)s is back in the queue.") % {"number": appeal.number})
    return redirect("workbench:queue")


@surface("POST")
def heartbeat(request: HttpRequest, ref: str) -> HttpResponse:
    """The holder keeps the case a little longer; a script gets only until when, and which version the case now has."""
    actor, now = reviewer(request), clock.now()
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    appeal = appeal_for(actor, ref)
    try:
        until = commands.keep_lease(actor=actor, ref=ref, now=now)
    except LeaseLost as lost:
        if not wants_json:
            return _again(request, actor, ref, now=now, refused=lost)
        holder = holder_of(appeal)
        mine = appeal.reviewer_id == actor.user_id
        code = holder.code if holder is not None and not mine else ""
        return JsonResponse({"code": lost.code, "detail": str(lost.detail), "officer": code}, status=lost.status)
    if wants_json:
        return JsonResponse({"until": until.isoformat(), "version": appeal.version})
    return _again(request, actor, ref, now=now)


@surface("POST")
def open_piece(request: HttpRequest, ref: str) -> HttpResponse:
    """It is on record that the holder opened the piece, and the piece is shown."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    subject = request.POST.get("subject", "")
    if subject not in {piece.subject for piece in panes.pieces_of(appeal, ())}:
        raise NotFound()
    try:
        commands.record_opening(actor=actor, ref=ref, subject=subject, now=now)
    except LeaseLost as lost:
        return _again(request, actor, ref, now=now, refused=lost)
    _stay(actor, ref, now)
    if request.POST.get("version"):
        return _again(request, actor, ref, now=now, piece=subject)
    return _to_case(ref, subject)


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, subject: str) -> HttpResponseBase:
    """The file of a piece that the reader may see: a picture as its clean copy, anything else to save."""
    actor = reviewer(request)
    appeal = appeal_for(actor, ref)
    piece = _piece_shown(actor, appeal, opened_by(actor, appeal), subject)
    if piece is None or piece.file is None:
        raise NotFound()
    return send(request, piece.file, original="original" in request.GET)


@surface("POST")
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """The form once more, with a row more where one was asked for."""
    actor, now = reviewer(request), clock.now()
    appeal_for(actor, ref)
    _stay(actor, ref, now)
    return _again(request, actor, ref, now=now)


@surface("POST")
def lock_first_view(request: HttpRequest, ref: str) -> HttpResponse:
    """The reviewer's own view is locked; only now can the system's be asked for."""
    actor, now = reviewer(request), clock.now()
    work = Work.posted(request.POST, appeal_for(actor, ref))
    try:
        if work.mistakes:
            raise Invalid()
        commands.record_first_view(
            actor=actor,
            ref=ref,
            outcome=work.first_outcome,
            confidence=work.confidence,
            note=work.note,
            now=now,
            expected_version=_version(request),
        )
    except RETRY as refused:
        return _again(request, actor, ref, now=now, refused=_in_first_view(refused))
    messages.success(request, _("Your first view is locked. The system's view is advice and can be wrong."))
    return _to_case(ref, request.POST.get("piece", ""))


def _in_first_view(refused: CaseError) -> CaseError:
    """The command names its fields; here two of them have names of their own."""
    if not isinstance(refused, Invalid) or not refused.errors:
        return refused
    words = {
        "/outcome": ("/first_outcome", _("Choose what you would do with the measure.")),
        "/confidence": ("/confidence", _("Say how sure you are.")),
    }
    placed = []
    for error in refused.errors:
        pointer, message = words.get(error.pointer, (error.pointer, error.message))
        placed.append(type(error)(pointer, error.code, message))
    return Invalid(errors=placed)


@surface("POST")
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """The system's view is shown, and it is on record that the reviewer saw it. Refused before their own is locked."""
    actor, now = reviewer(request), clock.now()
    if suggestion_for(actor, ref) is None:
        messages.info(request, _("The system has no view on this case."))
    else:
        commands.record_opening_of_suggestion(actor=actor, ref=ref, now=now)
        _stay(actor, ref, now)
    if request.POST.get("version"):
        return _again(request, actor, ref, now=now)
    return _to_case(ref)


# — the decision: check, read the letter, send —


@surface("POST")
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """The letter as it would be sent, in both languages, and nothing stored; or the form with what is missing."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    work = Work.posted(request.POST, appeal)
    _stay(actor, ref, now)
    try:
        if work.mistakes:
            raise Invalid()
        letters = commands.rehearse_decision(
            show=lambda: [
                preview_letter(appeal_for(actor, ref), language=each, help_line=settings.HELP_LINE)
                for each in LANGUAGES
            ],
            **_asked(request, actor, ref, work, now),
        )
    except RETRY as refused:
        return _again(request, actor, ref, now=now, refused=refused)
    pieces = panes.pieces_of(appeal, opened_by(actor, appeal))
    return _page(
        request,
        "letter.html",
        appeal=appeal,
        letters=letters,
        carried=fields_to_carry(request.POST, leave=("checked", "add", "subject")),
        checked=_seal(request, actor, ref),
        unread=[p for p in pieces if not p.is_open],
        now=now,
        heartbeat_seconds=max(20, settings.REVIEW_LEASE_MINUTES * 60 // 5),
    )


@surface("POST")
def decide(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The decision is sent, exactly as it was checked; what was not checked first is checked now instead."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    if not _is_sealed(request, actor, ref):
        return check(request, ref)
    work = Work.posted(request.POST, appeal)
    try:
        decided = commands.decide_appeal(**_asked(request, actor, ref, work, now))
    except RETRY as refused:
        return _again(request, actor, ref, now=now, refused=refused)
    messages.success(request, _("The decision on %(number)s was sent.") % {"number": decided.number})
    return _to_case(ref)


def _asked(request: HttpRequest, actor: Actor, ref: str, work: Work, now: datetime) -> dict[str, Any]:
    return {
        "actor": actor,
        "ref": ref,
        "rulings": work.rulings(),
        "points": work.points(),
        "reasons": work.reasons,
        "rule_application": work.rule_application,
        "difference_reason": work.difference_reason,
        "now": now,
        "expected_version": _version(request),
    }


def _print_of(request: HttpRequest, actor: Actor, ref: str) -> str:
    typed = fields_to_carry(request.POST, leave=("checked", "add", "subject"))
    return hashlib.sha256(json.dumps([actor.ref, ref, sorted(typed.items())]).encode()).hexdigest()


def _seal(request: HttpRequest, actor: Actor, ref: str) -> str:
    """Proof that the letter of exactly this text was shown to this officer."""
    return signing.dumps(_print_of(request, actor, ref), salt=SEAL)


def _is_sealed(request: HttpRequest, actor: Actor, ref: str) -> bool:
    try:
        sealed = signing.loads(request.POST.get("checked", ""), salt=SEAL, max_age=timedelta(hours=12))
    except signing.BadSignature:
        return False
    return bool(sealed == _print_of(request, actor, ref))


# — asking for more, answering a late request —


@surface("GET", "HEAD", "POST")
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """A question to the appellant: what, to show which fact, until when; read as they will read it, then sent."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    default = now + timedelta(hours=settings.INFORMATION_HOURS)
    if request.method != "POST":
        return _ask_page(request, appeal, now=now, version=appeal.version, due=default)
    asked = Request.posted(request.POST)
    due = asked.due_at or default
    mistakes = list(asked.mistakes)
    if not mistakes and request.POST.get("step") != "send":
        mistakes = [
            Mistake(words, name)
            for name, text, words in (
                ("item", asked.item, _("Say what you need.")),
                ("fact", asked.fact, _("Say what it should show.")),
            )
            if not text.strip()
        ]
        if not mistakes:
            return _ask_page(request, appeal, now=now, version=asked.version, due=due, asked=asked, step="read")
    if not mistakes and request.POST.get("step") == "send":
        try:
            commands.request_information(
                actor=actor,
                ref=ref,
                item=asked.item,
                fact=asked.fact,
                due_at=asked.due_at,
                now=now,
                expected_version=_version(request),
            )
        except Invalid as refused:
            mistakes = [Mistake(e.message, e.pointer.strip("/")) for e in refused.errors]
        except Stale as stale:
            changed = panes.changes_since(appeal, asked.version or 0)
            return _ask_page(
                request, appeal, now=now, version=appeal.version, due=due, asked=asked, refused=stale, changed=changed
            )
        else:
            messages.success(request, _("The question was sent. The case comes back to you with the answer."))
            return _to_case(ref)
    return _ask_page(request, appeal, now=now, version=asked.version, due=due, asked=asked, errors=mistakes)


def _ask_page(
    request: HttpRequest,
    appeal: Appeal,
    *,
    now: datetime,
    version: int | None,
    due: datetime,
    asked: Request | None = None,
    step: str = "write",
    errors: Sequence[Mistake] = (),
    refused: CaseError | None = None,
    changed: Sequence[Any] = (),
) -> HttpResponse:
    return _page(
        request,
        "ask.html",
        status=refused.status if refused is not None else 400 if errors else 200,
        appeal=appeal,
        version=version,
        due=due,
        due_field=asked.due_text if asked is not None else due.astimezone(clock.BEIJING).strftime("%Y-%m-%dT%H:%M"),
        asked=asked,
        step=step,
        errors=errors,
        refused=refused,
        changed=changed,
        now=now,
        least=settings.INFORMATION_HOURS_LEAST,
    )


@surface("POST")
def answer_late(request: HttpRequest, ref: str) -> HttpResponse:
    """The late request is accepted or refused, with a reason that the appellant reads."""
    actor, now = reviewer(request), clock.now()
    appeal = appeal_for(actor, ref)
    answers = {"accept": commands.accept_late_request, "refuse": commands.refuse_late_request}
    answer = answers.get(request.POST.get("act", ""))
    if answer is None:
        raise Invalid()
    text = request.POST.get("answer", "").replace("\r\n", "\n")
    try:
        answer(actor=actor, ref=ref, answer=text, now=now, expected_version=_version(request))
    except Invalid as refused:
        mistakes = [Mistake(e.message, "answer") for e in refused.errors]
        return _show(request, actor, appeal, now=now, work=Work.blank(appeal), mistakes=mistakes)
    except Stale as refused:
        appeal = appeal_for(actor, ref)
        return _show(request, actor, appeal, now=now, work=Work.posted(request.POST, appeal), refused=refused)
    messages.success(request, _("The late request was answered."))
    return _to_case(ref) if request.POST.get("act") == "accept" else redirect("workbench:queue")
