"""The queue: what waits with nothing of the case, what one holds, for oversight every dispute; and joining."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from casework import clock
from casework.counts import capped_count
from casework.errors import NotFound
from console.disputes.frame import mediator, surface, to_case
from console.frame import ROWS, show
from disputes import commands, queries
from disputes.choices import Side
from disputes.machine import TABS
from disputes.models import OpeningQueue
from disputes.triage import reading_on_file
from operations import outages
from surfaces.pages import page_of

MINE = 200
"""More than anybody mediates at once; of those that nothing happened to for the longest."""


@surface("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """Lists what waits for a mediator, with nothing of the case; what this one holds; for oversight, every dispute."""
    actor, now = mediator(request), clock.now()
    oversees = actor.has_role("compliance", "administrator")
    is_mediator = actor.has_role("mediator")
    waiting = queries.queue_for(actor, now=now) if is_mediator else []
    mine = queries.mediated_by(actor)
    held_now = capped_count(mine.order_by())
    tabs = []
    if is_mediator or waiting or held_now:
        tabs = [("waiting", len(waiting)), ("mine", held_now)]
    every = queries.disputes_listed_for(actor) if oversees else None
    if every is not None:
        tabs.append(("all", capped_count(every)))
    tab = request.GET.get("tab", tabs[0][0] if tabs else "")
    if tab not in dict(tabs):
        raise NotFound()
    wanted = request.GET.get("queue", "")
    if wanted not in ("", *OpeningQueue.values):
        raise NotFound()
    paging = page_of(every, request.GET, size=ROWS) if tab == "all" and every is not None else None
    held = list(paging) if paging is not None else []
    if tab == "mine":
        held = list(mine.filter(pk__in=mine.values("pk")[:MINE]))  # whole rows are too wide to sort all of them
    spans, repeats = outages.ledger(), queries.repeats_counted(actor, held)
    rows = [
        {
            "dispute": d,
            "due": queries.due_at_of(d, spans),
            "language": read.language if (read := reading_on_file(d)) is not None else "",
            "repeats": repeats.get(d.pk, 0),
        }
        for d in held
    ]
    if tab == "mine":
        rows.sort(key=_urgency)
    return show(
        request,
        "disputes/queue.html",
        tab=tab,
        tabs=[(name, TABS[name].label, count) for name, count in tabs],
        waiting=[row for row in waiting if wanted in ("", row.queue)] if tab == "waiting" else [],
        queues=_queues(waiting) if tab == "waiting" else [],
        wanted=wanted,
        rows=rows,
        paging=paging,
        now=now,
    )


def _queues(waiting: Iterable[queries.QueueRow]) -> list[tuple[str, int]]:
    """The queues in which something waits, with how much; none where a choice would change nothing."""
    counted = Counter(row.queue for row in waiting)
    return [(code, counted[code]) for code in OpeningQueue.values if counted[code]] if len(counted) > 1 else []


def _urgency(row: dict[str, Any]) -> tuple[int, float]:
    """First what waits for the mediator alone and has no clock, then by due time, then what waits for nothing."""
    if row["due"] is not None:
        return 1, row["due"].timestamp()
    return (0 if Side.PLATFORM in queries.turn_of(row["dispute"]) else 2), 0.0


@surface("POST")
def join_next(request: HttpRequest) -> HttpResponse:
    """Joins the most urgent dispute that this mediator may take, or says that nothing waits."""
    dispute = commands.join_next_dispute(actor=mediator(request), now=clock.now())
    if dispute is None:
        messages.info(request, _("No dispute is waiting for you."))
        return redirect("mediation:queue")
    return to_case(dispute.ref)


@surface("POST")
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Joins this dispute, or says why not; one that somebody took meanwhile is gone from the queue."""
    actor = mediator(request)
    try:
        commands.join_dispute(actor=actor, ref=ref, now=clock.now())
    except NotFound:
        if any(held.ref == ref for held in queries.mediated_by(actor)):  # pressed twice
            return to_case(ref)
        messages.info(request, _("This dispute no longer waits for a mediator."))
        return redirect("mediation:queue")
    return to_case(ref)
