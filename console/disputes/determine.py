"""Determines a dispute in two steps: read the letter exactly as it will be sent, then send it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from casework import clock
from casework.actor import Actor
from casework.errors import Invalid, NotYourTurn, Stale
from console.disputes.case import redisplay
from console.disputes.forms import Work
from console.disputes.frame import DESK, RETRY, again_at, mediator, to_case
from console.drafts import keep_typed
from console.forms import Mistake
from console.frame import LANGUAGES, fields_to_carry, is_sealed, seal, show, surface, version_of
from disputes import commands, queries


@surface("POST", **DESK)
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the letter as it would be sent, in both languages, and stores nothing; or the form with what is missing."""
    actor, now = mediator(request), clock.now()
    dispute = queries.dispute_for(actor, ref)
    work = Work.posted(request.POST, dispute)
    keep_typed(request.POST, commands.save_work, actor, ref, work, now=now)
    try:
        letters = commands.rehearse_determination(
            **_determination_arguments(request, actor, ref, work, now),
            render=lambda decided: [queries.preview_letter(decided, language=each) for each in LANGUAGES],
        )
    except RETRY as refused:
        return _refused(request, actor, ref, work, now, refused)
    return show(
        request,
        "disputes/letter.html",
        dispute=dispute,
        letters=letters,
        carried=(carried := fields_to_carry(request.POST)),
        checked=seal(actor, ref, carried),
        again=again_at(ref, "send"),
        now=now,
    )


@surface("POST", **DESK)
def determine(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Sends the determination exactly as it was read; what was not read first is read now instead."""
    actor, now = mediator(request), clock.now()
    work = Work.posted(request.POST, queries.dispute_for(actor, ref))
    if not is_sealed(request, actor, ref, fields_to_carry(request.POST)):
        return check(request, ref)
    try:
        commands.determine_dispute(**_determination_arguments(request, actor, ref, work, now))
    except RETRY as refused:
        if not (isinstance(refused, Stale | NotYourTurn) and _was_sent(actor, ref, work)):
            return _refused(request, actor, ref, work, now, refused)
    number = queries.dispute_for(actor, ref).number
    messages.success(request, _("The determination of %(number)s was sent.") % {"number": number})
    return to_case(ref)


def _was_sent(actor: Actor, ref: str, work: Work) -> bool:
    """Whether exactly this determination was sent already, as where the button was pressed twice."""
    sent = max(queries.dispute_for(actor, ref).determinations.all(), key=lambda d: d.round, default=None)
    return (
        sent is not None
        and sent.mediator_id == actor.user_id
        and (sent.outcome, sent.reasons) == (work.v.get("outcome"), work.v.get("reasons"))
    )


def _determination_arguments(request: HttpRequest, actor: Actor, ref: str, work: Work, now: datetime) -> dict[str, Any]:
    draft = work.draft()
    if work.mistakes:
        raise Invalid()
    return {"actor": actor, "ref": ref, "draft": draft, "now": now, "expected_version": version_of(request)}


def _refused(request: HttpRequest, actor: Actor, ref: str, work: Work, now: datetime, refused: Any) -> HttpResponse:
    if isinstance(refused, Invalid):
        work.place(refused.errors)
        if not work.mistakes:
            work.mistakes.append(Mistake(refused.detail))
    return redisplay(request, actor, ref, work=work, now=now, refused=refused)
