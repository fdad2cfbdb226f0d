"""The decision letter on screen and as a file, and the check whether a letter is genuine."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from appeals import queries
from appeals.machine import AppealState
from appeals.models import Appeal, DecidedBy
from appeals.queries import second_round_is_open
from appeals.verbs import actions_for
from appeals.web.sentences import state_of
from archive import letters
from casework import clock
from casework.errors import NotFound
from casework.languages import TAGS
from notices.web.views import restore_list
from surfaces.serving import letter_file
from surfaces.web import actor_of, page

CODE_LENGTHS = (10, 12)  # of disputes, of appeals


@page("GET", "HEAD")
def decision(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows the letter of nine parts, with what is given back and when, and what one can still do."""
    actor, now = actor_of(request), clock.now()
    appeal = queries.appeal_for(actor, ref)
    if appeal.state != AppealState.DECIDED:
        return redirect("appeals:detail", ref=ref)
    language = letters.language_for(request.GET.get("language", ""))
    letter = queries.letter_of(appeal, language=language)
    actions = {a.name: a for a in actions_for(actor, appeal, now=now)}
    code, label = state_of(appeal)
    context = {
        "appeal": appeal,
        "notice": appeal.notice,
        "letter": letter,
        "letter_lang": TAGS[language],
        "other_language": "zh-hans" if language == "en" else "en",
        "state": code,
        "label": label,
        "by_system": appeal.decided_by_kind == DecidedBy.SYSTEM,
        "remedies": what_is_restored(appeal, now=now),
        "again_until": appeal.second_round_closes_at
        if "appeal-again" in actions and second_round_is_open(appeal) and now <= appeal.second_round_closes_at
        else None,
        "actions": actions,
        "may_appeal_anew": "appeal-again" in actions,
        "may_demand": "demand-human" in actions,
        "is_own": actor.role_in(appeal.party_id, appeal.matter) is not None,
        "now": now,
    }
    return render(request, "appeals/decision.html", context)


def what_is_restored(appeal: Appeal, *, now: datetime) -> list[dict[str, Any]]:
    """What this appeal gives back and how far it is, as `components/restore_list.html` shows it."""
    return restore_list([r for r in appeal.notice.remedies.all() if r.cause == appeal.ref], now=now)


@page("GET", "HEAD")
def decision_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """Serves the same nine parts as a file to keep."""
    appeal = queries.appeal_for(actor_of(request), ref)
    if appeal.state != AppealState.DECIDED:
        raise NotFound(_("This appeal has no decision yet."))
    letter = queries.letter_of(appeal, language=letters.language_for(request.GET.get("language", "")))
    return letter_file(letter, addressee=appeal.party.name, by_system=appeal.decided_by_kind == DecidedBy.SYSTEM)


@page("GET", "HEAD")
def verify(request: HttpRequest) -> HttpResponse:
    """Says whether a letter with this check code was sent from here, and nothing about anybody."""
    typed = request.GET.get("code", "")[:60]
    code = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    sound = len(code) in CODE_LENGTHS and code.isascii() and code.isalnum()
    found = letters.sent_with(code) if sound else None
    context = {
        "typed": typed if typed.isprintable() else "",
        "asked": bool(typed.strip()),
        "found": found,
        "label": found.outcome if found is not None else "",
        "now": clock.now(),
    }
    return render(request, "appeals/verify.html", context)
