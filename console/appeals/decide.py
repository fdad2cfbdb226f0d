"""Decides an appeal in two steps: read the letter exactly as it will be sent, then send it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from appeals import commands
from appeals.policies import opened_by
from appeals.queries import appeal_for, preview_letter
from casework import clock
from casework.actor import Actor
from casework.errors import Invalid
from console.appeals import context
from console.appeals.case import RETRY, TYPED, again_at, heartbeat_seconds, reader, redisplay, stay, to_case
from console.appeals.forms import Work
from console.drafts import keep_typed
from console.frame import LANGUAGES, fields_to_carry, is_sealed, seal, show, surface, version_of

LEAVE = ("add", "letter", "subject")


@surface("POST", keeps=TYPED)
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the letter as it would be sent, in both languages, and stores nothing; or the form with what is missing."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    work = Work.posted(request.POST, appeal)
    stay(actor, ref, now)
    keep_typed(request.POST, commands.save_work, actor, ref, work, now=now)
    try:
        if work.mistakes:
            raise Invalid()
        letters = commands.rehearse_decision(
            show=lambda: [preview_letter(appeal_for(actor, ref), language=each) for each in LANGUAGES],
            **_decision_arguments(request, actor, ref, work, now),
        )
    except RETRY as refused:
        return redisplay(request, actor, ref, now=now, refused=refused)
    pieces = context.pieces_of(appeal, opened_by(actor, appeal))
    return show(
        request,
        "appeals/letter.html",
        appeal=appeal,
        letters=letters,
        carried=(carried := fields_to_carry(request.POST, *LEAVE)),
        checked=seal(actor, ref, carried),
        unread=[p for p in pieces if not p.is_open],
        now=now,
        heartbeat_seconds=heartbeat_seconds(),
        again=again_at(ref, "send"),
    )


@surface("POST", keeps=TYPED)
def decide(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Sends the decision exactly as it was checked; what was not checked first is checked now instead."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    if not is_sealed(request, actor, ref, fields_to_carry(request.POST, *LEAVE)):
        return check(request, ref)
    work = Work.posted(request.POST, appeal)
    try:
        decided = commands.decide_appeal(**_decision_arguments(request, actor, ref, work, now))
    except RETRY as refused:
        return redisplay(request, actor, ref, now=now, refused=refused)
    messages.success(request, _("The decision on %(number)s was sent.") % {"number": decided.number})
    return to_case(ref)


def _decision_arguments(request: HttpRequest, actor: Actor, ref: str, work: Work, now: datetime) -> dict[str, Any]:
    return {
        "actor": actor,
        "ref": ref,
        "rulings": work.rulings(),
        "points": work.points(),
        "reasons": work.reasons,
        "rule_application": work.rule_application,
        "difference_reason": work.difference_reason,
        "departure_reason": work.departure_reason,
        "unread_reason": work.unread_reason,
        "now": now,
        "expected_version": version_of(request),
    }
