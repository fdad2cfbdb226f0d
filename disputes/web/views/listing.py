"""The list of disputes, the deep link, and what stands about disputes on everybody's start page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from casework.actor import Actor
from casework.formats import moment_text
from disputes import queries
from disputes.lists import DISPUTES
from disputes.models import Dispute
from disputes.policies import side_of
from disputes.web import sentences
from disputes.web.context import claim_text
from operations import outages
from surfaces.lists import Asked, Column, Kind, Line, list_page
from surfaces.web import page

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


def _cards(asked: Asked[Dispute], rows: Sequence[Dispute]) -> Mapping[Any, Any]:
    spans = outages.ledger()
    return {each.pk: list_card(asked.actor, each, spans) for each in rows}


def _about(line: Line[Dispute]) -> str:
    card = line.beside
    return " · ".join(each for each in (card["ground"], card["claim"], card["other"]) if each)


LIST = DISPUTES.shown(
    title=gettext_lazy("Disputes"),
    searched=gettext_lazy("Search by number, product, order or words"),
    columns=[
        Column("product", gettext_lazy("Product"), lambda line: line.row.order_title),
        Column("about", gettext_lazy("What it is about"), _about),
        Column(
            "state",
            gettext_lazy("State"),
            lambda line: (line.beside["state"], line.beside["label"]),
            Kind.STATE,
            rank=1,
            note=lambda line: _("Your turn") if line.beside["is_yours"] else "",
        ),
        Column("due", pgettext_lazy("column", "Due"), lambda line: line.beside["due_at"], Kind.DUE),
        Column(
            "number",
            gettext_lazy("Number and day"),
            lambda line: line.row.number,
            Kind.NUMBER,
            note=lambda line: moment_text(line.row.created_at, "day"),
            order="newest",
            file_head=gettext_lazy("Number"),
        ),
        Column("opened", gettext_lazy("Opened"), lambda line: line.row.created_at, Kind.MOMENT, file_only=True),
        Column("order", gettext_lazy("Order"), lambda line: line.row.order_ref, file_only=True),
        Column("ground", pgettext_lazy("dispute", "Ground"), lambda line: line.beside["ground"], file_only=True),
        Column("wanted", gettext_lazy("Wanted"), lambda line: line.beside["claim"], file_only=True),
        Column("other", gettext_lazy("Other side"), lambda line: line.beside["other"], file_only=True),
        Column("statement", gettext_lazy("What happened"), lambda line: line.row.statement, file_only=True),
    ],
    beside=_cards,
    link=lambda line: str(line.beside["url"]),
    row_class=lambda line: "yours" if line.beside["is_yours"] else "",
    nothing=gettext_lazy("You have no disputes."),
    nothing_leads=("disputes:new", gettext_lazy("Open one about an order")),
    size=PER_PAGE,
    frame="base.html",
    template="disputes/list.html",
    test=("disputes", "dispute-line"),
)
disputes = require_safe(page()(list_page(LIST)))
"""The disputes of this person's parties that the address asks for, newest first."""


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
