"""What every page of compliance about executors shares: who may open it, the methods, going on after a step."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from casework import clock
from casework.actor import Actor
from casework.errors import NotAllowed
from casework.web import actor_of, page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

OVERSEES = (COMPLIANCE, ADMINISTRATOR)
SHORTCUTS_COOKIE = "workbench_shortcuts"
TYPED = ("reason", "reasons", "corrective_step", "words", "purpose", "method", "data_kinds", "protection")


def staff(request: HttpRequest) -> Actor:
    """The person of compliance who asks. Raises `NotSignedIn`, `NotAllowed`."""
    actor = actor_of(request)
    if not actor.has_role(*OVERSEES):
        raise NotAllowed()
    return actor


def seen_version(request: HttpRequest) -> int:
    """The version of the case that the form was written on; where it says none, one that no case has."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def surface(*methods: str) -> Callable[[View[P]], View[P]]:
    """A page of the workbench: these methods only, never cached, refusals as pages."""

    def decorate(view: View[P]) -> View[P]:
        @never_cache
        @page(keeps=TYPED)
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            staff(request)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return shown

    return decorate


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the workbench; `place` says which of its parts it belongs to."""
    frame = {
        "shortcuts": "off" if request.COOKIES.get(SHORTCUTS_COOKIE) == "off" else "on",
        "place": "list",
        "now": clock.now(),
    }
    return render(request, f"console/executors/{template}", {**frame, **context}, status=status)
