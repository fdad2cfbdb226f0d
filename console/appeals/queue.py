"""The queue of appeals, what a reviewer holds and decided, and their keys."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appeals import commands
from appeals.machine import RUNNING, TABS
from appeals.policies import may_see_queue
from appeals.queries import FIRST_TAB, decided_by, held_by, queue_for, queues_of
from casework import clock, counts
from casework.errors import NotFound
from console.appeals.case import TYPED, reader, to_case
from console.frame import ROWS, SHORTCUTS_COOKIE, show, surface
from surfaces.pages import page_of


@surface("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """Redirects the console's start to the queue."""
    reader(request)
    return redirect("workbench:queue")


@surface("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """Lists the cases of one tab, most urgent first; never one in which the reader has a conflict."""
    actor = reader(request)
    now = clock.now()
    tab = request.GET.get("tab", FIRST_TAB)
    if tab not in TABS:
        raise NotFound()
    summary = queues_of([actor], now=now)[actor.person]
    rows = page_of(queue_for(actor, now=now, tab=tab), request.GET, size=ROWS)
    running = held_by(actor).filter(state__in=RUNNING).order_by("decide_due_at").values_list("decide_due_at", flat=True)
    return show(
        request,
        "appeals/queue.html",
        tab=TABS[tab],
        tabs=[(row, summary.counts[name]) for name, row in TABS.items()],
        paging=rows,
        now=now,
        watches=may_see_queue(actor) is None,
        head=summary.head,
        cap=counts.CAP,
        next_due=None if rows else running.first(),  # shown beside an empty list
    )


@surface("POST", keeps=TYPED)
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claims the most urgent case that the reviewer may see, or says that nothing waits."""
    appeal = commands.claim_next_appeal(actor=reader(request), now=clock.now())
    if appeal is None:
        messages.info(request, _("No case is waiting for you."))
        return redirect("workbench:queue")
    return to_case(appeal.ref)


@surface("GET", "HEAD")
def own_work(request: HttpRequest) -> HttpResponse:
    """Shows what the reviewer holds and lately decided, and their keyboard settings. No speed, no ranking."""
    actor = reader(request)
    now = clock.now()
    held = held_by(actor).select_related("party", "notice").prefetch_related("items__measure__type", "requests")
    shown = page_of(held.order_by("decide_due_at", "id"), request.GET, size=ROWS)
    decided = decided_by(actor).select_related("party").prefetch_related("items__measure__type")
    return show(
        request,
        "appeals/me.html",
        paging=shown,
        decided=decided[:20],
        now=now,
        code=actor.code,
    )


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
