"""Asking the appellant for more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from appeals import commands
from appeals.models import Appeal
from appeals.queries import appeal_for
from casework import clock
from casework.errors import CaseError, Invalid, Stale
from console.appeals import context
from console.appeals.case import TYPED, reader, to_case
from console.appeals.forms import Request
from console.forms import Mistake
from console.frame import show, surface, version_of


@surface("GET", "HEAD", "POST", keeps=TYPED)
def ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Asks the appellant: what, to show which fact, until when; shown as they will read it, then sent."""
    actor, now = reader(request), clock.now()
    appeal = appeal_for(actor, ref)
    default = appeal.notice.promised["information_time"].ends(now)
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
                expected_version=version_of(request),
            )
        except Invalid as refused:
            mistakes = [Mistake(e.message, e.pointer.strip("/")) for e in refused.errors]
        except Stale as stale:
            changed = context.changes_since(appeal, asked.version or 0)
            return _ask_page(
                request, appeal, now=now, version=appeal.version, due=due, asked=asked, refused=stale, changed=changed
            )
        else:
            messages.success(request, _("The question was sent. The case comes back to you with the answer."))
            return to_case(ref)
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
    return show(
        request,
        "appeals/ask.html",
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
        least=appeal.notice.promised["information_least"],
    )
