"""A reviewer's steps before deciding: take a case, give it back, read its file, lock a first view, see the system's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appeals import commands
from appeals.machine import HOLDER
from appeals.policies import opened_by
from appeals.queries import appeal_for, holder_of, suggestion_for
from casework import clock
from casework.errors import CaseError, Invalid, LeaseLost, NotFound
from console.appeals import context
from console.appeals.case import RETRY, TYPED, is_covered, piece_shown, reader, redisplay, show_case, stay, to_case
from console.appeals.forms import Work
from console.drafts import save_while_typing
from console.forms import Mistake
from console.frame import surface, version_of
from surfaces.serving import send


@surface("POST", keeps=TYPED)
def claim(request: HttpRequest, ref: str) -> HttpResponse:
    """Claims this case for the reviewer, or says who holds it."""
    actor, now = reader(request), clock.now()
    appeal_for(actor, ref)
    try:
        commands.claim_appeal(actor=actor, ref=ref, now=now)
    except LeaseLost as lost:
        return redisplay(request, actor, ref, now=now, refused=lost)
    if request.POST.get("version"):
        return redisplay(request, actor, ref, now=now)
    return to_case(ref)


@surface("POST", keeps=TYPED)
def release(request: HttpRequest, ref: str) -> HttpResponse:
    """Gives the case back; the reason is asked for, none is wrong."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        missing = Mistake(_("Say why you give it back; any reason is good."), "reason")
        work = Work.posted(request.POST, appeal)
        return show_case(request, actor, appeal, now=now, work=work, mistakes=[missing], release_open=True)
    commands.release_appeal(actor=actor, ref=ref, now=now, reason=reason)
    messages.success(request, _("%(number)s is back in the queue.") % {"number": appeal.number})
    return redirect("workbench:queue")


@surface("POST", keeps=TYPED)
def heartbeat(request: HttpRequest, ref: str) -> HttpResponse:
    """Extends the lease; answers a script with until when, and which version the case now has."""
    actor, now = reader(request), clock.now()
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    appeal = appeal_for(actor, ref)
    try:
        until = commands.keep_lease(actor=actor, ref=ref, now=now)
    except LeaseLost as lost:
        if not wants_json:
            return redisplay(request, actor, ref, now=now, refused=lost)
        holder = holder_of(appeal)
        mine = HOLDER.holds(actor, appeal)
        code = holder.code if holder is not None and not mine else ""
        return JsonResponse({"code": lost.code, "detail": str(lost.detail), "officer": code}, status=lost.status)
    if wants_json:
        return JsonResponse({"until": until.isoformat(), "version": appeal.version})
    return redisplay(request, actor, ref, now=now)


@surface("POST", keeps=TYPED)
def open_piece(request: HttpRequest, ref: str) -> HttpResponse:
    """Records that the holder opened the piece, and shows it; a picture that is still covered was not opened."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    subject = request.POST.get("subject", "")
    piece = next((piece for piece in context.pieces_of(appeal, ()) if piece.subject == subject), None)
    if piece is None:
        raise NotFound()
    try:
        if appeal.reviewer_id != actor.user_id or not is_covered(request, piece):
            commands.record_opening(actor=actor, ref=ref, subject=subject, now=now)
    except LeaseLost as lost:
        return redisplay(request, actor, ref, now=now, refused=lost)
    stay(actor, ref, now)
    if request.POST.get("version"):
        return redisplay(request, actor, ref, now=now, piece=subject)
    return to_case(ref, subject, shown="shown" in request.GET)


@surface("GET", "HEAD")
def file(request: HttpRequest, ref: str, subject: str) -> HttpResponseBase:
    """Serves the file of a piece that the reader may see: a picture as its clean copy, anything else to save."""
    actor = reader(request)
    appeal = appeal_for(actor, ref)
    piece = piece_shown(actor, appeal, opened_by(actor, appeal), subject)
    if piece is None or piece.file is None:
        raise NotFound()
    return send(request, piece.file, original="original" in request.GET)


@surface("POST", keeps=TYPED)
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the form once more, with a row more where one was asked for."""
    actor, now = reader(request), clock.now()
    appeal_for(actor, ref)
    stay(actor, ref, now)
    return redisplay(request, actor, ref, now=now)


@surface("POST")
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """Saves what is typed in the judgement pane, for its writer alone; answered as JSON for the page's script."""
    return save_while_typing(request, commands.save_work, reader, ref)


@surface("POST", keeps=TYPED)
def lock_first_view(request: HttpRequest, ref: str) -> HttpResponse:
    """Locks the reviewer's own view; only now can the system's be asked for."""
    actor, now = reader(request), clock.now()
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
            unread_reason=work.unread_reason,
            now=now,
            expected_version=version_of(request),
        )
    except RETRY as refused:
        return redisplay(request, actor, ref, now=now, refused=_in_first_view(refused))
    messages.success(request, _("Your first view is locked. The system's view is advice and can be wrong."))
    return to_case(ref, request.POST.get("piece", ""), shown="shown" in request.POST)


def _in_first_view(refused: CaseError) -> CaseError:
    """Renames two of the command's fields, which have names of their own here."""
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


@surface("POST", keeps=TYPED)
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the system's view and records that the reviewer saw it. Refused before their own is locked."""
    actor, now = reader(request), clock.now()
    if suggestion_for(actor, ref) is None:
        messages.info(request, _("The system has no view on this case."))
    else:
        commands.record_opening_of_suggestion(actor=actor, ref=ref, now=now)
        stay(actor, ref, now)
    if request.POST.get("version"):
        return redisplay(request, actor, ref, now=now)
    return to_case(ref)
