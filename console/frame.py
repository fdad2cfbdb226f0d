"""What every page of the console shares: who may open it, by which methods, the frame around it, and going on after it.

What does not belong here: what is about one app (the packages beside this module).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern
from django.views.decorators.cache import never_cache

from accounts.roles import AUTHORITY, MEDIATOR
from casework.actor import Actor
from casework.errors import NotAllowed, NotSignedIn, Stale
from casework.events import EventText
from casework.models import Case, Event
from casework.verbs import Verb
from console import navigation
from surfaces.asks import STAFF
from surfaces.forms import number
from surfaces.input_forms import MORE_ROWS
from surfaces.lists import Asked, Listing, list_page
from surfaces.templatetags.surface_tags import account_mark
from surfaces.verb_pages import kept
from surfaces.verb_pages import verb_pages as casework_verb_pages
from surfaces.web import actor_of, page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

REVIEWS, OVERSEES = navigation.REVIEWS, navigation.OVERSEES
ROWS = 50
"""Rows on a page of a list."""
LANGUAGES = ("zh-hans", "en")
"""The languages in which a letter is shown before it is sent."""
SHORTCUTS_COOKIE = "workbench_shortcuts"
SHEET = "sheet"
"""The field, and the cookie, by which the script of the page that comes next knows that a form has arrived."""
READ_BEFORE = timedelta(hours=12)
"""For how long a letter that was read can be sent."""


def staff(request: HttpRequest, *roles: str) -> Actor:
    """Returns the member of staff who asks, in one of these roles. Raises `NotSignedIn`, `NotAllowed`."""
    actor = actor_of(request)
    if not actor.has_role(*roles):
        raise NotAllowed()
    return actor


def surface(
    *methods: str,
    roles: Sequence[str] = (),
    keeps: Sequence[str] = (),
    asks: Sequence[str] = (),
    signed_out: Callable[[HttpRequest, str], HttpResponse] | None = None,
) -> Callable[[View[P]], View[P]]:
    """Decorates a page of the console: these methods only, never cached, refusals as pages.

    `roles` says to whom it opens, where all its views open to the same; `keeps` names the fields whose typed text a
    refusal page gives back, `asks` the buttons that change nothing (`surfaces.web.page`). `signed_out(request, ref)`
    answers what was sent about a case once the session has ended.
    """

    def decorate(view: View[P]) -> View[P]:
        @never_cache
        @page(keeps=keeps, asks=asks)
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                if roles:
                    staff(request, *roles)
            except NotSignedIn:
                if signed_out is None or request.method != "POST" or "ref" not in kwargs:
                    raise
                return signed_out(request, str(kwargs["ref"]))
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return _arrived(request, view(request, *args, **kwargs))

        return shown

    return decorate


def _arrived(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Names the form that this answers, so that its copy in the browser (`static/js/forms.js`) is not put back in."""
    if (sheet := request.POST.get(SHEET, "")[:64]) and sheet.isascii() and sheet.isalnum():
        response.set_cookie(SHEET, sheet, max_age=READ_BEFORE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Renders a page in the console's frame, whose navigation shows what this reader's roles open."""
    return render(request, f"console/{template}", {**_frame(request), **context}, status=status)


def _frame(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "shortcuts": "off" if request.COOKIES.get(SHORTCUTS_COOKIE) == "off" else "on",
        "mediates": actor.has_role(MEDIATOR),
        "oversees": actor.has_role(*OVERSEES),
        "reads_only": actor.has_role(AUTHORITY),
        "desk": account_mark(actor),
        "places": navigation.places_of(actor, request.resolver_match),
        "guide": navigation.guide_to(actor, request.resolver_match),
    }


def list_view(
    listing: Listing[Any],
    *,
    roles: Sequence[str] = (),
    who: Callable[[HttpRequest], Actor] | None = None,
    more: Callable[[Asked[Any]], Mapping[str, Any]] | None = None,
) -> Callable[..., HttpResponseBase]:
    """The page of a list in the console's frame, open to these roles or to whom `who` returns."""
    view = list_page(listing, who=who or (lambda request: staff(request, *roles)), shows=_shows_list, more=more)
    view.__module__ = __name__
    methods = ("GET", "HEAD", "POST") if any(act.run is not None for act in listing.acts) else ("GET", "HEAD")
    return surface(*methods)(view)


def _shows_list(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, template, {**_frame(request), **context})


def verb_pages(
    prefix: str,
    verbs: Iterable[Verb],
    case_for: Callable[[Actor, str], Case],
    back: str,
    *,
    roles: Sequence[str],
    template: str = "confirm.html",
    **more: Any,
) -> list[URLPattern]:
    """The pages of verbs (`surfaces.verb_pages`) in the console's frame, open to these roles."""
    pages = casework_verb_pages(prefix, verbs, case_for, back, by=STAFF, template=template, render=_render, **more)
    for each in pages:
        view: Any = each.callback
        shown = surface("GET", "HEAD", "POST", roles=roles, keeps=kept(view.made_of[0]), asks=(MORE_ROWS,))
        each.callback = shown(view)
    return pages


def _render(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """As Django's `render`, in the console's frame."""
    return show(request, template, status, **context)


def course(events: Iterable[Event], texts: Mapping[str, EventText], party: str = "") -> list[dict[str, Any]]:
    """What happened to a case, for the timeline of its page; a party that acted is called `party`."""
    kinds = {"system": "system", "client": "platform", "staff": "officer"}
    return [
        {
            "at": each.at,
            "text": texts[each.type].party,
            "actor": kinds.get(each.actor_kind, "other"),
            "who": party if each.actor_kind == "party" else "",
        }
        for each in events
    ]


# — going on —


def version_of(request: HttpRequest) -> int:
    """The version of the case that was read. A form without one was not made here."""
    version = number(request.POST.get("version", ""))
    if version is None:
        raise Stale()
    return version


class Again(NamedTuple):
    """For the template, as `again`: the switches of language and text size send the form with this id along to `url`,
    which shows what is typed in it.
    """

    form: str
    url: str


def fields_to_carry(typed: QueryDict, *leave: str) -> Mapping[str, list[str]]:
    """Returns everything that was typed, to be sent again by the next step."""
    left = {"csrfmiddlewaretoken", "checked", SHEET, *leave}
    return {name: values for name, values in typed.lists() if name not in left}


def seal(actor: Actor, ref: str, typed: Mapping[str, list[str]]) -> str:
    """Signs the letter's text as shown to this person."""
    return signing.dumps(_fingerprint(actor, ref, typed), salt=__name__)


def is_sealed(request: HttpRequest, actor: Actor, ref: str, typed: Mapping[str, list[str]]) -> bool:
    """Whether the letter of exactly this text was shown to this person."""
    try:
        sealed = signing.loads(request.POST.get("checked", ""), salt=__name__, max_age=READ_BEFORE)
    except signing.BadSignature:
        return False
    return bool(sealed == _fingerprint(actor, ref, typed))


def _fingerprint(actor: Actor, ref: str, typed: Mapping[str, list[str]]) -> str:
    return hashlib.sha256(json.dumps([actor.ref, ref, sorted(typed.items())]).encode()).hexdigest()
