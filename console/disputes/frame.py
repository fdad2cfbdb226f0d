"""Shared by the mediators' pages: who may open them, and text that outlives a session."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.roles import MEDIATOR
from casework.actor import Actor
from casework.errors import (
    ConflictOfInterest,
    DeadlinePassed,
    Invalid,
    NotSignedIn,
    NotYourTurn,
    Stale,
    TooManyRequests,
)
from console import frame
from console.frame import OVERSEES
from disputes.inputs import MAX_FACTS

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

TYPED = (
    *("reasons", "departure_reasons", "no_return_reason", "goods_are_reason", "cause"),
    *("say-both", "say-claimant", "say-respondent"),
    *(f"f{no}-{name}" for no in range(1, MAX_FACTS + 1) for name in ("reasons", "basis", "shift_reasons", "sentence")),
)
"""What a refusal page shows again."""
KEPT, MAX_KEPT = "dispute-typed", 100_000
RETRY = (Invalid, Stale, NotYourTurn, DeadlinePassed, ConflictOfInterest, TooManyRequests)
"""Refusals after which the page comes back with what was typed."""


def mediator(request: HttpRequest) -> Actor:
    """Returns the mediator or overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, MEDIATOR, *OVERSEES)


def overseer(request: HttpRequest) -> Actor:
    """Returns the overseer who asks. Raises `NotSignedIn`, `NotAllowed`."""
    return frame.staff(request, *OVERSEES)


def surface(*methods: str) -> Callable[[View[P]], View[P]]:
    """Decorates a page of the console; what was typed by a reader who is signed out by now is kept for them."""

    def decorate(view: View[P]) -> View[P]:
        @frame.surface(*methods, keeps=TYPED)
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                mediator(request)
                return view(request, *args, **kwargs)
            except NotSignedIn:
                if request.method == "POST" and "ref" in kwargs:
                    return _sign_in_again(request, str(kwargs["ref"]))
                raise

        return shown

    return decorate


def _sign_in_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Keeps what was typed when the session has ended, and asks the reader to sign in; nothing was done."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if typed.get("by") and len(text) <= MAX_KEPT:
        request.session[KEPT] = {"ref": ref, "by": typed["by"], "text": text}
    return redirect_to_login(reverse("mediation:case", args=[ref]))


def take_typed(request: HttpRequest, actor: Actor, ref: str) -> QueryDict | None:
    """Returns, once, what this person had typed on this dispute when their session ended."""
    kept = request.session.get(KEPT)
    if not kept:
        return None
    del request.session[KEPT]
    return QueryDict(kept["text"]) if (kept["ref"], kept["by"]) == (ref, actor.ref) else None


def to_case(ref: str) -> HttpResponse:
    return redirect("mediation:case", ref)
