"""Requests a new candidate, and shows one training: how far it is, how it ended, what to do.

One request, one command, one page.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from casework import clock
from casework.errors import Invalid, NotYourTurn, Text
from casework.toml import read_sentences
from classifier.cases import MINIMUM_CASES, MINIMUM_PER_GROUND
from console.frame import show, surface
from console.triage.learning import counted, overview, shown_training
from surfaces.web import actor_of
from triage import commands
from triage.models import Training, TrainingStep
from triage.queries import training_for, training_overview_for

_WORDS = read_sentences(Path(__file__).with_name("words.toml"))
NAMED: Mapping[str, Text] = _WORDS["steps"]
"""The named parts, in `commands.LEARNING_STEPS`, as a page lists them."""
EVERY = 2
"""Seconds between two looks of a page at a training that is under way."""


@surface("POST", keeps=("release",))
def ask(request: HttpRequest) -> HttpResponseBase:
    """Requests a training and redirects to its page; where one is under way, to the page of that one."""
    actor, now = actor_of(request), clock.now()
    release = request.POST.get("release", "")
    try:
        row = commands.ask_for_triage_training(
            actor=actor, form_key=request.POST.get("form_key", ""), release=release, now=now
        )
    except NotYourTurn as refused:
        under_way = training_overview_for(actor, now=now).under_way
        if under_way is None:
            raise
        messages.warning(request, str(refused.detail))
        return redirect("triage:triage-training", under_way.ref)
    except Invalid as refused:
        return overview(request, release=release.replace("\x00", ""), refused=refused)
    return redirect("triage:triage-training", row.ref)


@surface("GET", "HEAD")
def triage_training(request: HttpRequest, ref: str) -> HttpResponse:
    """Shows one training: its named parts with the one it is at, what it learns from, and how it ended."""
    row = training_for(actor_of(request), ref)
    return show(request, "triage/triage_training.html", **_shown(row))


def _shown(row: Training) -> dict[str, Any]:
    order = list(TrainingStep.values)
    at, first = order.index(row.step), order.index(NAMED_FIRST)
    names = list(NAMED)
    return {
        "place": "system",
        **shown_training(row),
        "every": EVERY if row.is_open else 0,
        "parts": [
            {"label": label, "status": _status(row, order.index(name), at), "no": number}
            for number, (name, label) in enumerate(NAMED.items(), start=1)
        ],
        "passed": max(at - first, 0) if row.step != "done" else len(names),
        "of": len(names),
        "here": NAMED.get(row.step, ""),
        "no": max(at - first + 1, 0),
        "counts": counted(row.counts),
        "took": row.ended_at - row.started_at if row.ended_at and row.started_at else None,
        "least": MINIMUM_CASES,
        "least_of_each": MINIMUM_PER_GROUND,
    }


NAMED_FIRST = next(iter(NAMED))


def _status(row: Training, number: int, at: int) -> str:
    if number < at or row.step == "done":
        return "done"
    if number > at:
        return "later"
    return "stopped" if row.reason else "current"
