"""What every page of the mediators' workbench shares: who may open it, the methods, and going on after a step."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.errors import (
    ConflictOfInterest,
    DeadlinePassed,
    Invalid,
    NotAllowed,
    NotSignedIn,
    NotYourTurn,
    Stale,
    TooManyRequests,
)
from casework.web import actor_of, page
from disputes.policies import OVERSEES

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

FACTS_MOST = 9
TYPED = (
    *("reasons", "departure_reasons", "no_return_reason", "goods_are_reason"),
    *("say-both", "say-claimant", "say-respondent", "offer_note"),
    *("pause_reason", "advance_reason", "obligation_note", "cause"),
    *(f"f{no}-{name}" for no in range(1, FACTS_MOST + 1) for name in ("reasons", "basis", "shift_reasons", "sentence")),
)
"""What a refusal page shows again; facts are few, so their names are listed."""
KEPT, KEPT_MOST = "dispute-typed", 100_000
SHORTCUTS_COOKIE = "workbench_shortcuts"
RETRY = (Invalid, Stale, NotYourTurn, DeadlinePassed, ConflictOfInterest, TooManyRequests)
"""Refusals after which the page comes back with what was typed."""


def staff(request: HttpRequest) -> Actor:
    """The mediator or overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    actor = actor_of(request)
    if not actor.has_role(MEDIATOR, *OVERSEES):
        raise NotAllowed()
    return actor


def overseer(request: HttpRequest) -> Actor:
    actor = staff(request)
    if not actor.has_role(*OVERSEES):
        raise NotAllowed()
    return actor


def surface(*methods: str) -> Callable[[View[P]], View[P]]:
    """A page of the workbench: these methods only, never cached, refusals as pages."""

    def decorate(view: View[P]) -> View[P]:
        @never_cache
        @page(keeps=TYPED)
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                return view(request, *args, **kwargs)
            except NotSignedIn:
                if request.method == "POST" and "ref" in kwargs:
                    return _sign_in_again(request, str(kwargs["ref"]))
                raise

        return shown

    return decorate


def _sign_in_again(request: HttpRequest, ref: str) -> HttpResponse:
    """The session ended while somebody typed: it waits for them on the dispute's page, and nothing was done."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if typed.get("by") and len(text) <= KEPT_MOST:
        request.session[KEPT] = {"ref": ref, "by": typed["by"], "text": text}
    return redirect_to_login(reverse("mediation:case", args=[ref]))


def take_typed(request: HttpRequest, actor: Actor, ref: str) -> QueryDict | None:
    """What this person had typed on this dispute when their session ended; given once."""
    kept = request.session.get(KEPT)
    if not kept:
        return None
    del request.session[KEPT]
    return QueryDict(kept["text"]) if (kept["ref"], kept["by"]) == (ref, actor.ref) else None


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the workbench, with who reads it and whether keys are on."""
    actor = actor_of(request)
    frame = {
        "shortcuts": "off" if request.COOKIES.get(SHORTCUTS_COOKIE) == "off" else "on",
        "oversees": actor.has_role(*OVERSEES),
        "mediates": actor.has_role(MEDIATOR),
    }
    return render(request, f"console/disputes/{template}", {**frame, **context}, status=status)


def to_case(ref: str) -> HttpResponse:
    return redirect("mediation:case", ref)


def version_of(request: HttpRequest) -> int:
    """The version that was read. A form without one was not made here."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Stale()
    return int(text)


def print_of(typed: dict[str, list[str]], actor: Actor, ref: str) -> str:
    """The fingerprint of everything typed, by whom, on which dispute."""
    return hashlib.sha256(json.dumps([actor.ref, ref, sorted(typed.items())]).encode()).hexdigest()
