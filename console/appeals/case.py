"""The page of one appeal. Typed text comes back with every answer.

The judgement pane is one form. Whatever is pressed on the page — open a piece, add a row, take the case again — sends
it along, so nothing typed is lost without JavaScript either. Before the reviewer's own first view is locked, no answer
reads the system's view, so none can show it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from appeals import commands, queries
from appeals.machine import CLAIMABLE, FINAL, HOLDER, AppealState
from appeals.models import Appeal, Confidence, Outcome
from appeals.policies import (
    OVERSEES,
    REVIEWS,
    may_answer_late_request,
    may_claim_appeal,
    may_decide_appeal,
    may_translate_decision,
    opened_by,
)
from appeals.verbs import actions_for
from casework import clock
from casework.actor import Actor
from casework.errors import CaseError, FirstViewRequired, Invalid, LeaseLost, NotYourTurn, Stale
from console.appeals import context
from console.appeals.forms import Work
from console.drafts import draft_for, keep_typed
from console.forms import Mistake
from console.frame import LANGUAGES, Again, show, staff, surface
from rules.letters import blanks_in
from surfaces.asks import STAFF
from surfaces.web import chosen
from transparency.queries import track_record
from triage.queries import likely_duplicates_of

TYPED = ("note", "reasons", "rule_application", "fact-0-sentence", "argument-0-sentence", "item", "fact")
RETRY = (Invalid, LeaseLost, Stale, NotYourTurn, FirstViewRequired)
"""Refusals after which the page comes back with what was typed."""
OUTCOMES = [(str(value), label) for value, label in Outcome.choices]
OUTCOMES.sort(key=lambda entry: ("UPHELD", "VARIED", "OVERTURNED").index(entry[0]))
FORM = {
    "outcomes": OUTCOMES,
    "confidences": Confidence.choices,
    "burdens": context.BURDENS,
    "findings": {kind: [(name, context.FINDING[name]) for name in names] for kind, names in commands.FINDINGS.items()},
    "differences": [(name, context.DIFFERENCE[name]) for name in commands.DIFFERENCES],
}
"""What the form of a decision offers."""


def reader(request: HttpRequest) -> Actor:
    """Returns the reviewer or overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return staff(request, *REVIEWS, *OVERSEES)


def to_case(ref: str, piece: str = "", *, shown: bool = False) -> HttpResponse:
    asked = f"?piece={piece}" + ("&shown=1" if shown else "") if piece else ""
    return redirect(reverse("workbench:case", args=[ref]) + asked)


def again_at(ref: str, form: str = "work") -> Again:
    return Again(form, reverse("workbench:edit", args=[ref]))


def heartbeat_seconds() -> int:
    """How often a page that is open tells that somebody works on it."""
    return max(20, settings.REVIEW_LEASE_MINUTES * 60 // 5)


@surface("GET", "HEAD")
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the case in three panes, as it is now."""
    actor = reader(request)
    appeal = queries.appeal_for(actor, ref)
    work = Work.blank(appeal)
    place = queries.place_in_group(actor, appeal)
    own = {each.appeal.ref: each for each in place.own} if place is not None else {}
    if (like := own.get(request.GET.get("like", ""))) is not None and queries.first_view_of(actor, appeal) is not None:
        work.reword(like)
    elif _works_on(actor, appeal) and (draft := draft_for(appeal, actor)) is not None:
        typed, saved_at = draft
        work = Work.posted(typed, appeal)
        work.saved_at = saved_at
        work.mistakes.clear()  # nothing is being checked yet
    return show_case(request, actor, appeal, now=clock.now(), work=work, piece=request.GET.get("piece", ""))


def _works_on(actor: Actor, appeal: Appeal) -> bool:
    return HOLDER.holds(actor, appeal) and appeal.state == AppealState.HUMAN_REVIEW


def show_case(
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
    """Renders the case page; `work` is what was typed, `refused` why the last step was not possible."""
    is_mine = _works_on(actor, appeal)
    is_held = is_mine and not appeal.lease_is_free(now)
    opened = opened_by(actor, appeal)
    if isinstance(refused, Stale) and appeal.reviewer_id not in (None, actor.user_id):
        refused = LeaseLost()  # what changed is that somebody else holds it
    changed = context.changes_since(appeal, work.version) if work.version < appeal.version else []
    work.version = appeal.version
    errors = [*mistakes, *work.mistakes]
    may_answer_late = appeal.state == AppealState.LATE_REQUESTED and may_answer_late_request(actor, appeal) is None
    work_shown = is_mine or work.is_typed
    has_form = work_shown and appeal.state not in FINAL and not may_answer_late
    return show(
        request,
        "appeals/case.html",
        status=refused.status if refused is not None else 400 if errors else 200,
        appeal=context.with_guidance(appeal),
        actions=[action for action in actions_for(actor, appeal, now=now) if action.verb.page_for(STAFF)],
        timeline=context.timeline_of(appeal),
        **_file(request, actor, appeal, opened, piece or request.POST.get("piece", ""), is_mine=is_mine),
        **_views(actor, appeal, opened, is_mine=is_mine),
        may_open=is_mine,
        is_mine=is_mine,
        is_held=is_held,
        is_final=appeal.state in FINAL,
        may_claim=appeal.state in CLAIMABLE and appeal.lease_is_free(now) and may_claim_appeal(actor, appeal) is None,
        may_decide=may_decide_appeal(actor, appeal) is None,
        may_answer_late=may_answer_late,
        holder=queries.holder_of(appeal),
        asked=appeal.open_request,
        assignment=queries.assignment_shown_to(actor, appeal),
        grouped=queries.place_in_group(actor, appeal),
        work=work,
        work_shown=work_shown,
        again=again_at(appeal.ref) if has_form else None,
        **FORM,
        **_asked_for(request, actor, appeal, work, is_held=is_held, now=now),
        cited=[e.no for e in appeal.evidence.all() if e.submission_id is not None],
        letter=[queries.letter_of(appeal, language=each) for each in LANGUAGES]
        if appeal.state == AppealState.DECIDED
        else None,
        may_translate=appeal.state == AppealState.DECIDED and may_translate_decision(actor, appeal) is None,
        changed=changed,
        refused=refused,
        errors=errors,
        release_open=release_open,
        now=now,
        heartbeat_seconds=heartbeat_seconds(),
    )


def _asked_for(
    request: HttpRequest, actor: Actor, appeal: Appeal, work: Work, *, is_held: bool, now: datetime
) -> dict[str, Any]:
    """What helps whoever holds the case to write: templates, blanks to fill, and precedents once asked for."""
    return {
        "letters": _letters(appeal, now) if is_held else (),
        "blanks": blanks_in(work.reasons),
        "precedents": _precedents(actor, appeal) if is_held and request.POST.get("add") == "precedents" else (),
        "begun": request.POST.get("add") == "letter",
    }


def _letters(appeal: Appeal, now: datetime) -> list[commands.Letter]:
    """The templates for what is argued in the case."""
    return commands.letters_on({item.ground for item in appeal.items.all()}, now=now)


def _file(
    request: HttpRequest, actor: Actor, appeal: Appeal, opened: set[str], wanted: str, *, is_mine: bool
) -> dict[str, Any]:
    """The values of the middle pane: every piece, the one that is asked for if it may be shown, and its neighbours."""
    pieces, shown = context.pieces_of(appeal, opened), piece_shown(actor, appeal, opened, wanted)
    covered = next((p for p in pieces if p.subject == wanted and is_covered(request, p)), None)
    if covered is not None and (shown is not None or is_mine):
        shown = covered
    return {
        "pieces": pieces,
        "unread": sum(not p.is_open for p in pieces),
        "piece": shown,
        "covered": shown is not None and shown is covered,
        "readable": _readable(actor, appeal, opened),
        "before": _beside(pieces, shown, -1),
        "after": _beside(pieces, shown, +1),
    }


def _views(actor: Actor, appeal: Appeal, opened: set[str], *, is_mine: bool) -> dict[str, Any]:
    """The reviewer's own first view and, once it is locked and the system's was asked for, that one beside it."""
    first = queries.first_view_of(actor, appeal)
    advice = _advice(actor, appeal, opened, first)
    return {
        "first": first,
        "advice": advice,
        "duplicates": likely_duplicates_of(actor, appeal) if advice is not None else (),
        "has_advice_to_ask": first is not None and is_mine and "suggestion" not in opened,
    }


def _precedents(actor: Actor, appeal: Appeal) -> list[tuple[str, list[queries.Precedent]]]:
    """What others decided, as this reviewer's first view and otherwise. Raises `FirstViewRequired`."""
    titles = _("Decided as in my first view"), _("Decided otherwise")
    return [*zip(titles, queries.precedents_for(actor, appeal), strict=True)]


def _readable(actor: Actor, appeal: Appeal, opened: set[str]) -> set[str]:
    """The pieces that may be shown now: to the holder what they opened; of a closed case, or for oversight, any."""
    if appeal.is_open and appeal.reviewer_id == actor.user_id:
        return opened
    answers_late = appeal.state == AppealState.LATE_REQUESTED and may_answer_late_request(actor, appeal) is None
    if appeal.state in FINAL or actor.has_role(*OVERSEES) or answers_late:
        return {piece.subject for piece in context.pieces_of(appeal, ())}
    return set()


def piece_shown(actor: Actor, appeal: Appeal, opened: set[str], wanted: str) -> context.Piece | None:
    """The piece in the middle pane, where one is asked for that may be shown."""
    if wanted not in _readable(actor, appeal, opened):
        return None
    return next((p for p in context.pieces_of(appeal, opened) if p.subject == wanted), None)


def is_covered(request: HttpRequest, piece: context.Piece) -> bool:
    """Whether only its caption is sent: a picture, to a browser that covers them, before it is asked for.

    `shown` is in the address where it is asked for, and goes along with what is typed as long as it is on the page.
    """
    is_picture = piece.file is not None and piece.file.is_picture
    is_asked_for = "shown" in request.GET or request.POST.get("shown") == piece.subject
    return is_picture and not is_asked_for and chosen(request, "pictures") == "covered"


def _beside(pieces: Sequence[context.Piece], shown: context.Piece | None, step: int) -> context.Piece | None:
    if shown is None:
        return pieces[0] if step > 0 and pieces else None
    at = [p.subject for p in pieces].index(shown.subject) + step
    return pieces[at] if 0 <= at < len(pieces) else None


def _advice(actor: Actor, appeal: Appeal, opened: Iterable[str], first: Any) -> context.Advice | None:
    """The system's view, for whoever locked their own and then asked for it; nothing is read before."""
    if first is None or "suggestion" not in opened:
        return None
    try:
        suggestion = queries.suggestion_of(actor, appeal)
    except CaseError:
        return None
    if suggestion is None:
        return None
    types = [item.measure.type_id for item in appeal.items.all()]
    record = track_record(types[0]) if types else None
    return context.advice_of(appeal, suggestion, first=first.outcome, record=record)


def redisplay(
    request: HttpRequest, actor: Actor, ref: str, *, now: datetime, refused: CaseError | None = None, piece: str = ""
) -> HttpResponse:
    """Shows the page once more with everything that was typed."""
    appeal = queries.appeal_for(actor, ref)
    work = Work.posted(request.POST, appeal)
    keep_typed(request.POST, commands.save_work, actor, ref, work, now=now)
    if request.POST.get("add") == "letter":
        language = "en" if appeal.language == "en" else "zh"
        for letter in _letters(appeal, now):
            if letter.ref == request.POST.get("letter"):
                work.begin_with(letter.text[language])
    if refused is None:
        work.mistakes.clear()  # nothing is being checked yet
    if isinstance(refused, Invalid):
        work.place(refused.errors)
        if not refused.errors:
            work.mistakes.append(Mistake(refused.detail))
    return show_case(request, actor, appeal, now=now, work=work, refused=refused, piece=piece)


def stay(actor: Actor, ref: str, now: datetime) -> None:
    """Extends the lease of whoever works on the case, also without JavaScript."""
    with suppress(LeaseLost):
        commands.keep_lease(actor=actor, ref=ref, now=now)
