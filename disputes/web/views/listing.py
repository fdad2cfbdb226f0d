"""The list of disputes, the deep link, and what stands about disputes on everybody's start page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework import clock
from casework.actor import Actor
from casework.formats import moment_text
from disputes import queries
from disputes.models import Dispute
from disputes.policies import side_of
from disputes.web import sentences
from disputes.web.context import claim_text
from operations import outages
from surfaces.filters import ListFilter, read_filter
from surfaces.pages import page_of
from surfaces.serving import table_file
from surfaces.web import actor_of, page

PER_PAGE = 20
MAX_ON_HOME = 10

# kind of card → (title, verb, address, label of the time)
CARDS: dict[str, tuple[str | Promise, str | Promise, str, str | Promise]] = {
    "answer": (
        gettext_lazy("A dispute waits for your answer: %(subject)s"),
        gettext_lazy("Answer"),
        "disputes:answer",
        gettext_lazy("Answer by"),
    ),
    "prove": (
        gettext_lazy("Your turn to show something: %(subject)s"),
        gettext_lazy("See what to show"),
        "disputes:room",
        gettext_lazy("Show by"),
    ),
    "reply": (
        gettext_lazy("New evidence of the other side: %(subject)s"),
        gettext_lazy("Look at it"),
        "disputes:room",
        gettext_lazy("You can answer until"),
    ),
    "offer": (
        gettext_lazy("An offer waits for you: %(subject)s"),
        gettext_lazy("See the offer"),
        "disputes:room",
        gettext_lazy("Open until"),
    ),
    "determined": (
        gettext_lazy("Determined: %(subject)s"),
        gettext_lazy("Read the determination"),
        "disputes:decision",
        gettext_lazy("Review possible until"),
    ),
    "owed": (
        gettext_lazy("You owe something: %(subject)s"),
        gettext_lazy("See what is owed"),
        "disputes:room",
        gettext_lazy("Due by"),
    ),
}


@require_safe
@page()
def disputes(request: HttpRequest) -> HttpResponse:
    """Lists the disputes of this person's parties that the address asks for, newest first."""
    actor, now = actor_of(request), clock.now()
    asked = _asked(request)
    shown = page_of(queries.disputes_narrowed_for(actor, asked), request.GET, size=PER_PAGE)
    spans = outages.ledger()
    lines = [list_card(actor, d, spans) for d in shown]
    context = {"lines": lines, "paging": shown, "filter": asked, "errors": asked.errors, "now": now}
    return render(request, "disputes/list.html", context)


STATE_CHIPS = {
    "talking": gettext_lazy("Between the two of you"),
    "platform": gettext_lazy("With the platform"),
    "done": gettext_lazy("Agreed or determined"),
    "closed": gettext_lazy("Closed"),
}
KIND_CHIPS = {"brought": gettext_lazy("Opened by us"), "answered": gettext_lazy("Opened by the other side")}


def _asked(request: HttpRequest) -> ListFilter:
    return read_filter(request.GET, states=STATE_CHIPS, kinds=KIND_CHIPS)


@require_safe
@page()
def export(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    actor, spans = actor_of(request), outages.ledger()
    header = (
        _("Number"), _("Opened"), _("State"), _("Order"), _("Product"), _("Ground"), _("Wanted"), _("Other side"),
        _("What happened"),
    )  # fmt: skip

    def line(each: Dispute) -> tuple[object, ...]:
        card = list_card(actor, each, spans)
        return (
            each.number,
            moment_text(each.created_at),
            card["label"],
            each.order_ref,
            each.order_title,
            card["ground"],
            card["claim"],
            card["other"],
            each.statement,
        )

    found = queries.disputes_narrowed_for(actor, _asked(request))
    return table_file(request, actor, f"{_('Disputes')}.csv", header, found, line)


def list_card(actor: Actor, dispute: Dispute, spans: outages.Ledger) -> dict[str, Any]:
    """The values of one dispute as a card in a list."""
    side = side_of(actor, dispute)
    code, label = sentences.state_of(dispute)
    turns = queries.turn_of(dispute)
    other = dispute.claimant if side == "RESPONDENT" else dispute.respondent
    return {
        "dispute": dispute,
        "ground": dispute.ground.title,
        "claim": claim_text(dispute),
        "other": other.name if other is not None and side is not None else "",
        "state": code,
        "label": label,
        "url": reverse("disputes:room", args=[dispute.ref]),
        "is_yours": side is not None and side in turns and not sentences.is_open_talk(dispute),
        "due_at": queries.due_at_of(dispute, spans),
    }


@require_safe
def link(request: HttpRequest, ref: str) -> HttpResponse:
    """Redirects from the address that messages and apps carry; `focus` leads to a part of the room."""
    focus = request.GET.get("focus", "")
    if focus == "decision":
        return redirect("disputes:decision", ref=ref)
    if focus == "evidence":
        return redirect("disputes:evidence", ref=ref)
    return redirect(reverse("disputes:room", args=[ref]) + ("#offers" if focus == "offer" else ""))


def home_sections(actor: Actor, now: datetime) -> dict[str, Any]:
    """What the start page says of disputes: cards that wait, and lines of what runs and what was."""
    rows, spans = list(queries.disputes_listed_for(actor)[:50]), outages.ledger()
    return {
        "cards": [_card(todo) for todo in queries.todo_for(actor, now=now)],
        "disputes_running": [list_card(actor, d, spans) for d in rows if d.is_open],
        "disputes_closed": [list_card(actor, d, spans) for d in rows if not d.is_open][:MAX_ON_HOME],
    }


def _card(todo: queries.Todo) -> dict[str, Any]:
    title, verb, address, label = CARDS[todo.kind]
    url = reverse(address, args=[todo.ref]) + (
        "#offers" if todo.kind == "offer" else "#owed" if todo.kind == "owed" else ""
    )
    return {
        "kind": f"dispute-{todo.kind}",
        "title": str(title) % {"subject": todo.subject},
        "number": todo.number,
        "verb": verb,
        "url": url,
        "due_at": todo.due_at,
        "label": label,
        "facts": todo.facts,
    }
