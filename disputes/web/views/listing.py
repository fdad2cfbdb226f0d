"""The list of disputes, the deep link, and what stands about disputes on everybody's start page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.actor import Actor
from casework.todo import Todo
from disputes import queries
from disputes.web.lists import list_card
from operations import outages

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
        gettext_lazy("Submit evidence by"),
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
        gettext_lazy("You have something to pay, send or do: %(subject)s"),
        gettext_lazy("See what it is"),
        "disputes:room",
        gettext_lazy("Due by"),
    ),
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


def _card(todo: Todo) -> dict[str, Any]:
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
