"""The queue of appeals, what a reviewer holds and decided, and their keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from appeals import commands
from appeals.lists import LANGUAGES, QUEUE
from appeals.machine import RUNNING, TABS
from appeals.models import Appeal, Level
from appeals.policies import may_see_queue
from appeals.queries import decided_by, held_by
from casework import clock, counts
from console.appeals.case import TYPED, reader, to_case
from console.frame import SHORTCUTS_COOKIE, list_view, surface
from surfaces.lists import Act, Asked, Column, Flag, Kind, Line, Listing, Order, Tab


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """Redirects the console's start to the queue."""
    reader(request)
    return redirect("workbench:queue")


def _flags(line: Line[Appeal]) -> Iterator[Flag]:
    if line.row.human_demanded:
        yield Flag(_("Person demanded"), "person", "warn", "human-demanded")
    if line.row.level == Level.SECOND:
        yield Flag(_("Second review"), "scale")


def _measures(line: Line[Appeal]) -> str:
    return _(", ").join(item.measure.type.label for item in line.row.items.all())


def _money(line: Line[Appeal]) -> tuple[int, str] | None:
    at_stake = line.row.money_at_stake
    return None if at_stake is None else (at_stake, "CNY")


ANSWERED = [tab.name for tab in TABS.values() if not (tab.is_own or tab.can_be_taken)]
NUMBER = Column[Appeal]("number", gettext_lazy("Case"), lambda line: line.row.number, Kind.NUMBER, flags=_flags)
MEASURES = Column[Appeal]("measures", gettext_lazy("Measure"), _measures)
AT_STAKE = Column[Appeal]("amount", gettext_lazy("Money at stake"), _money, Kind.MONEY)
DUE = Column[Appeal]("due", gettext_lazy("Due"), lambda line: line.row.due_at, Kind.DUE, rank=1, order="due")
WAITED = Column[Appeal]("waited", gettext_lazy("Has waited"), lambda line: line.row.filed_at, Kind.SINCE)
LANGUAGE = Column[Appeal]("language", gettext_lazy("Language"), lambda line: LANGUAGES[line.row.language], rank=3)


def _taken(n: int) -> str:
    return ngettext("You took %(n)d case.", "You took %(n)d cases.", n) % {"n": n}


def _live(asked: Asked[Appeal]) -> Mapping[str, Any]:
    """What the open queue is told by its socket, and beside an empty list when the reader is due next."""
    running = held_by(asked.actor).filter(state__in=RUNNING).order_by("decide_due_at")
    return {
        "watches": may_see_queue(asked.actor) is None,
        "held": " ".join(tab.name for tab in TABS.values() if tab.lapses_to),
        "head": asked.counts["head"],
        "cap": counts.CAP,
        "next_due": None if asked.page else running.values_list("decide_due_at", flat=True).first(),
    }


queue = list_view(
    QUEUE.shown(
        title=gettext_lazy("Queue"),
        hint=gettext_lazy("Most urgent first. Cases in which you or your team had a part are not listed."),
        nothing=gettext_lazy("No case is waiting here."),
        searched=gettext_lazy("Search by number, product or words"),
        columns=[
            NUMBER,
            Column("party", gettext_lazy("Party"), lambda line: line.row.party.name),
            MEASURES,
            Column("ground", pgettext_lazy("appeal", "Ground"), lambda line: line.row.get_ground_display(), rank=3),
            AT_STAKE,
            DUE,
            WAITED,
            LANGUAGE,
        ],
        link=lambda line: reverse("workbench:case", args=[line.row.ref]),
        acts=[
            Act(
                "take",
                gettext_lazy("Take"),
                "workbench:claim",
                run=commands.claim_appeal,
                many=gettext_lazy("Take those that are ticked"),
                done=_taken,
                on=[tab.name for tab in TABS.values() if tab.can_be_taken],
            ),
            Act("answer", gettext_lazy("Answer"), "workbench:case", is_link=True, on=ANSWERED),
        ],
        template="console/appeals/queue.html",
    ),
    who=reader,
    more=_live,
)
"""The cases of one tab, most urgent first; never one in which the reader has a conflict."""


@surface("POST", keeps=TYPED)
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claims the most urgent case that the reviewer may see, or says that nothing waits."""
    appeal = commands.claim_next_appeal(actor=reader(request), now=clock.now())
    if appeal is None:
        messages.info(request, _("No case is waiting for you."))
        return redirect("workbench:queue")
    return to_case(appeal.ref)


def _own(asked: Asked[Appeal]) -> QuerySet[Appeal]:
    if asked.tab == "held":
        rows = held_by(asked.actor).select_related("party", "notice")
        return rows.prefetch_related("items__measure__type", "requests")
    return decided_by(asked.actor).select_related("party").prefetch_related("items__measure__type")


own_work = list_view(
    Listing[Appeal](
        title=gettext_lazy("My work"),
        rows=_own,
        tabs=[
            Tab("held", gettext_lazy("In my hands"), order="due"),
            Tab("decided", gettext_lazy("Decided by me"), order="decided"),
        ],
        orders={
            "due": Order(("decide_due_at", "id"), ("appeal_by_reviewer",)),
            "decided": Order(("-decided_at", "-id"), ("appeal_by_reviewer",)),
        },
        columns=[
            NUMBER,
            MEASURES,
            AT_STAKE,
            DUE.on_tabs("held"),
            WAITED.on_tabs("held"),
            Column(
                "outcome",
                gettext_lazy("Result"),
                lambda line: (line.row.outcome, line.row.get_outcome_display()),
                Kind.STATE,
                rank=1,
                on=["decided"],
            ),
            Column(
                "decided",
                gettext_lazy("Decided at"),
                lambda line: line.row.decided_at,
                Kind.MOMENT,
                order="decided",
                on=["decided"],
            ),
            LANGUAGE,
        ],
        link=lambda line: reverse("workbench:case", args=[line.row.ref]),
        nothing=gettext_lazy("Nothing here."),
        nothing_leads=("workbench:queue", gettext_lazy("Go to the queue")),
        template="console/appeals/me.html",
    ),
    who=reader,
    more=lambda asked: {"code": asked.actor.code},
)
"""What the reviewer holds and decided, and their keyboard settings. No speed, no ranking."""


@surface("POST", keeps=TYPED)
def set_shortcuts(request: HttpRequest) -> HttpResponse:
    """Switches keyboard shortcuts on or off in this browser."""
    reader(request)
    answer = redirect("workbench:me")
    answer.set_cookie(
        SHORTCUTS_COOKIE,
        "off" if request.POST.get("shortcuts") == "off" else "on",
        max_age=365 * 24 * 3600,
        secure=settings.IS_DEPLOYED,
        httponly=True,
        samesite="Lax",
    )
    return answer
