"""The start page, the list of appeals, account health and the deep link: what waits, what runs, what was."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Party
from accounts.queries import parties_of
from appeals import queries
from appeals.machine import NOT_ACCEPTED, OPEN
from appeals.models import Outcome
from appeals.policies import REVIEWS
from appeals.web.lists import list_card
from casework import clock
from casework.actor import Actor, ActorKind
from casework.errors import NotFound
from casework.formats import capped
from casework.todo import Todo
from notices.queries import count_in_force_for, measures_in_force_for, points_that_matter
from notices.web.lists import MEASURES
from rules.models import RuleVersion
from rules.queries import asked_to_agree, consultations_open, exits_for, newest_versions
from surfaces.lists import context_of
from surfaces.lists.files import TYPES, list_file
from surfaces.web import actor_of, page

MAX_ON_HOME = 5

# kind of card → (title, verb, address)
CARDS: dict[str, tuple[str | Promise, str | Promise, str]] = {
    "answer": (gettext_lazy("We need: %(subject)s"), gettext_lazy("Answer"), "appeals:detail"),
    "appeal": (gettext_lazy("Notice: %(subject)s"), gettext_lazy("Appeal"), "appeals:file"),
    "draft": (gettext_lazy("Unfinished appeal: %(subject)s"), gettext_lazy("Finish the appeal"), "appeals:file"),
    "decision": (gettext_lazy("Decision: %(subject)s"), gettext_lazy("Read the decision"), "appeals:decision"),
}
LABELS = {"answer": gettext_lazy("Answer by"), "appeal": gettext_lazy("Appeal by"), "draft": gettext_lazy("Appeal by")}


type Beside = Callable[[Actor, datetime], Mapping[str, Any]]


def nothing_beside(_actor: Actor, _now: datetime) -> Mapping[str, Any]:
    return {}


def no_work_address(_actor: Actor) -> str:
    return ""


def home_page(
    *,
    beside: Beside = nothing_beside,
    work_addresses: Mapping[str, str] = MappingProxyType({}),
    work_address_of: Callable[[Actor], str] = no_work_address,
    figures: Callable[[], Mapping[str, Any]] = dict,
) -> Callable[..., HttpResponseBase]:
    """Makes the view of the start page, given what apps that appeals do not know say on it: `cards`, and named lists.

    `work_addresses` says by role where staff of roles that appeals do not know work, `work_address_of` where others do;
    `figures` what visitors read of how the platform decided.
    """

    @page("GET", "HEAD")
    def home(request: HttpRequest) -> HttpResponse:
        """Shows what waits for this person, what is due first on top, with one verb each; staff go where they work.

        Whoever is not signed in finds what is open to everybody.
        """
        if not getattr(request, "actor", None):
            return visitors_page(request, figures())
        actor = actor_of(request)
        if actor.kind is ActorKind.STAFF:
            if not actor.roles:  # a second factor is still to be given, there
                return redirect("accounts:profile")
            if actor.has_role(*REVIEWS):
                return redirect("workbench:start")
            return redirect(
                next((address for role, address in work_addresses.items() if actor.has_role(role)), settings.ADMIN_PATH)
            )
        if address := work_address_of(actor):
            return redirect(address)
        now = clock.now()
        cases = list(queries.appeals_with_items_for(actor)[:50])
        also = dict(beside(actor, now))
        cards = [_card(todo) for todo in queries.todo_for(actor, now=now)] + list(also.pop("cards", ()))
        cards += [_consent_card(version, party) for version, party in asked_to_agree(actor, now)]
        cards.sort(key=lambda card: (card["due_at"] is None, card["due_at"], card.get("weight", 2)))
        most = len(cards) if "all" in request.GET else MAX_ON_HOME
        waiting = {card["number"] for card in cards}
        running = [list_card(a, now) for a in cases if a.is_open and a.number not in waiting]
        disputes = [line for line in also.pop("disputes_running", ()) if line["dispute"].number not in waiting]
        holding = [each for each in measures_in_force_for(actor, now) if each.notice.number not in waiting]
        context = also | {
            "cards": cards[:most],
            "waiting": len(cards),
            "holding": holding[:MAX_ON_HOME],
            "points": points_that_matter(actor, now),
            "running": running[:MAX_ON_HOME],
            "disputes_running": disputes[:MAX_ON_HOME],
            "closed": [list_card(a, now) for a in cases if not a.is_open and a.number not in waiting][:MAX_ON_HOME],
            "parties": parties_of(actor),
            "consultations": consultations_open(now),
            "exits": [row for row in exits_for(actor)[:MAX_ON_HOME] if row.is_open],
            "now": now,
        }
        return render(request, "home.html", context)

    return home


def visitors_page(request: HttpRequest, figures: Mapping[str, Any]) -> HttpResponse:
    """The first page for whoever is not signed in: the rules, what is public, figures, and the way in."""
    now = clock.now()
    context: dict[str, Any] = {"figures": figures, "rules": newest_versions(most=3)}
    context |= {"consultations": consultations_open(now), "now": now}
    return render(request, "visitor.html", context)


def _card(todo: Todo) -> dict[str, Any]:
    title, verb, address = CARDS[todo.kind]
    return {
        "kind": todo.kind,
        "title": str(title) % {"subject": todo.subject},
        "number": todo.number,
        "verb": verb,
        "url": reverse(address, args=[todo.ref]) + ("#answer" if todo.kind == "answer" else ""),
        "about_url": reverse("notices:detail", args=[todo.ref]) if address == "appeals:file" else "",
        "due_at": todo.due_at,
        "weight": todo.weight,
        "label": LABELS.get(todo.kind, ""),
    }


def _consent_card(version: RuleVersion, party: Party) -> dict[str, Any]:
    """A version that waits for the agreement of a party; nothing runs out, since silence is no consent."""
    return {
        "kind": "consent",
        "title": _("%(rule)s changes: it applies to you only once you agree") % {"rule": version.rule.name},
        "number": version.number,
        "verb": _("Read and answer"),
        "url": reverse("rules:agree", args=[version.rule.code, version.number]),
        "due_at": None,
        "facts": [party.name],
    }


@page("GET", "HEAD")
def account_health(request: HttpRequest) -> HttpResponseBase:
    """Shows what counts against each of this person's parties and until when."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.PARTY:
        raise NotFound()
    now = clock.now()
    measures = MEASURES.asked(actor, request.GET.dict(), now)
    if request.GET.get("as") in TYPES:
        return list_file(request, measures, request.GET["as"])
    appeals = queries.standings_for(actor)
    under_appeal = {state for state in OPEN if state not in NOT_ACCEPTED}
    decided = [(outcome, n) for _state, outcome, n in appeals if outcome]
    counts = [
        (_("Measures in force"), capped(count_in_force_for(actor, now))),
        (_("Notices under appeal"), sum(n for state, _outcome, n in appeals if state in under_appeal)),
        (_("Appeals decided"), sum(n for _outcome, n in decided)),
        (_("Measures revoked or reduced"), sum(n for outcome, n in decided if outcome != Outcome.UPHELD)),
    ]
    context = {
        "parties": parties_of(actor),
        "counts": counts,
        "points": points_that_matter(actor, now),
    }
    return render(request, "appeals/account_health.html", context_of(measures) | context)


@require_safe
def link(_request: HttpRequest, ref: str) -> HttpResponse:
    """Redirects from the address that messages and apps carry."""
    return redirect("appeals:detail", ref=ref)
