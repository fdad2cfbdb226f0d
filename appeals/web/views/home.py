"""The start page, the list of appeals, account health and the deep link: what waits, what runs, what was."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Party
from accounts.queries import parties_of
from appeals import queries
from appeals.lists import APPEALS
from appeals.machine import NOT_ACCEPTED, OPEN, AppealState
from appeals.models import Appeal, AppealGroup, Outcome
from appeals.policies import REVIEWS
from appeals.queries import Todo
from appeals.web.sentences import next_step, overdue, state_of, turn
from casework import clock
from casework.actor import Actor, ActorKind
from casework.errors import NotFound
from casework.formats import capped, moment_text
from notices.queries import count_in_force_for, measures_in_force_for, notices_with_measures_for
from rules.models import RuleVersion
from rules.queries import asked_to_agree, consultations_open, exits_for, newest_versions
from surfaces.lists import Column, Kind, Line, list_page
from surfaces.pages import page_of
from surfaces.web import actor_of, page

PER_PAGE = 20
MAX_ON_HOME = 5
SOON = timedelta(hours=24)

# kind of card → (title, verb, address)
CARDS: dict[str, tuple[str | Promise, str | Promise, str]] = {
    "answer": (gettext_lazy("We need: %(subject)s"), gettext_lazy("Answer"), "appeals:respond"),
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
) -> Callable[..., HttpResponseBase]:
    """Makes the view of the start page, given what apps that appeals do not know say on it: `cards`, and named lists.

    `work_addresses` says by role where staff of roles that appeals do not know work, `work_address_of` where others do.
    """

    @require_safe
    @page()
    def home(request: HttpRequest) -> HttpResponse:
        """Shows what waits for this person, most urgent first, with one verb each; staff go where they work.

        Whoever is not signed in finds what is open to everybody.
        """
        if not getattr(request, "actor", None):
            return visitors_page(request)
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
        cards.sort(key=lambda card: _urgency(card, now))
        most = len(cards) if "all" in request.GET else MAX_ON_HOME
        waiting = {card["number"] for card in cards}
        running = [list_card(a, now) for a in cases if a.is_open and a.number not in waiting]
        disputes = [line for line in also.pop("disputes_running", ()) if line["dispute"].number not in waiting]
        holding = [each for each in measures_in_force_for(actor, now) if each.notice.number not in waiting]
        context = also | {
            "cards": cards[:most],
            "waiting": len(cards),
            "holding": holding[:MAX_ON_HOME],
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


def visitors_page(request: HttpRequest) -> HttpResponse:
    """The first page for whoever is not signed in: the rules, what is public, figures, and the way in."""
    now = clock.now()
    context = {"figures": queries.public_figures(now), "rules": newest_versions(most=3)}
    context |= {"consultations": consultations_open(now), "now": now}
    return render(request, "visitor.html", context)


def _urgency(card: Mapping[str, Any], now: datetime) -> tuple[bool, int, bool, datetime]:
    """What runs out within a day comes first, then what weighs most, then what is due first."""
    due = card["due_at"]
    is_soon = due is not None and due - now < SOON
    return (not is_soon, card.get("weight", 2), due is None, due or now)


def _card(todo: Todo) -> dict[str, Any]:
    title, verb, address = CARDS[todo.kind]
    return {
        "kind": todo.kind,
        "title": str(title) % {"subject": todo.subject},
        "number": todo.number,
        "verb": verb,
        "url": reverse(address, args=[todo.ref]),
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


def list_card(appeal: Appeal, now: Any) -> dict[str, Any]:
    """The values of one appeal as a card in a list."""
    code, label = state_of(appeal)
    decided = appeal.state == AppealState.DECIDED
    return {
        "appeal": appeal,
        "measures": _(", ").join(i.measure.type.label for i in appeal.items.all()),
        "objects": _(", ").join(dict.fromkeys(i.measure.object_label for i in appeal.items.all())),
        "state": code,
        "label": label,
        "url": reverse("appeals:decision" if decided else "appeals:detail", args=[appeal.ref]),
        "turn": turn(appeal),
        "next": next_step(appeal),
        "is_overdue": overdue(appeal, now),
    }


def _next(line: Line[Appeal]) -> str:
    if line.beside["is_overdue"]:
        return _("We are late. We are sorry; your appeal comes first now.")
    return str(line.beside["next"]["text"]) if line.beside["next"] else ""


def _group(line: Line[Appeal]) -> AppealGroup | None:
    grouped = getattr(line.row, "grouped", None)
    return grouped.group if grouped is not None else None


def _group_number(line: Line[Appeal]) -> str:
    group = _group(line)
    return group.number if group is not None else ""


def _group_url(line: Line[Appeal]) -> str:
    group = _group(line)
    return reverse("appeals:group", args=[group.ref]) if group is not None else ""


LIST = APPEALS.shown(
    title=gettext_lazy("Appeals"),
    searched=gettext_lazy("Search by number, product, order or words"),
    columns=[
        Column("measures", gettext_lazy("Measure"), lambda line: line.beside["measures"]),
        Column("objects", gettext_lazy("Objects"), lambda line: line.beside["objects"]),
        Column(
            "state",
            gettext_lazy("State"),
            lambda line: (line.beside["state"], line.beside["label"]),
            Kind.STATE,
            rank=1,
        ),
        Column("next", gettext_lazy("What comes next"), _next),
        Column(
            "due",
            pgettext_lazy("column", "Due"),
            lambda line: line.beside["next"]["at"] if line.beside["next"] else None,
            Kind.DUE,
        ),
        Column(
            "number",
            gettext_lazy("Number and day"),
            lambda line: line.row.number,
            Kind.NUMBER,
            note=lambda line: moment_text(line.row.filed_at, "day"),
            order="newest",
            file_head=gettext_lazy("Number"),
        ),
        Column(
            "group",
            gettext_lazy("Filed together"),
            _group_number,
            Kind.NUMBER,
            link=_group_url,
        ),
        Column("filed", gettext_lazy("Filed"), lambda line: line.row.filed_at, Kind.MOMENT, file_only=True),
        Column("notice", gettext_lazy("Notice"), lambda line: line.row.notice.number, file_only=True),
        Column("ground", pgettext_lazy("appeal", "Ground"), lambda line: line.row.get_ground_display(), file_only=True),
        Column("statement", gettext_lazy("Statement"), lambda line: line.row.statement, file_only=True),
        Column("decided", gettext_lazy("Decided at"), lambda line: line.row.decided_at, Kind.MOMENT, file_only=True),
    ],
    link=lambda line: str(line.beside["url"]),
    beside=lambda asked, rows: {each.pk: list_card(each, asked.now) for each in rows},
    nothing=gettext_lazy("You have no appeals."),
    nothing_leads=("notices:list", gettext_lazy("See all notices")),
    size=PER_PAGE,
    frame="base.html",
    test=("appeals", "appeal-line"),
)
appeals = require_safe(page()(list_page(LIST)))
"""The appeals of this person's parties that the address asks for, newest first."""


@require_safe
@page()
def account_health(request: HttpRequest) -> HttpResponse:
    """Shows what counts against each of this person's parties and until when; what was overturned is struck through."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.PARTY:
        raise NotFound()
    now = clock.now()
    shown = page_of(notices_with_measures_for(actor), request.GET, size=PER_PAGE)
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
        "measures": [(n, m, m.is_revoked) for n in shown for m in n.measures.all()],
        "paging": shown,
        "now": now,
    }
    return render(request, "appeals/account_health.html", context)


@require_safe
def link(_request: HttpRequest, ref: str) -> HttpResponse:
    """Redirects from the address that messages and apps carry."""
    return redirect("appeals:detail", ref=ref)
