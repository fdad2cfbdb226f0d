"""Middleware that sets the actor of a browser session, and asks staff for a second factor before they work."""

import functools
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from accounts.commands import leave_by_link
from accounts.devices import has_second_factor
from accounts.mandates import mandates_held
from accounts.notifications import unopened
from accounts.queries import actor_of_link, actor_of_session, open_link
from casework import clock
from casework.actor import ActorKind, Via
from surfaces.web import page_before

WORKBENCH = "/workbench/"
STAFF_PATHS = (settings.ADMIN_PATH, WORKBENCH)
"""Where members of staff work; what they do there is on record as such."""


LINK_IN_SESSION = "access_link"
"""Where a session that was opened by a link names it. It has no user, so that the API and sockets are closed to it."""
OPEN_BY_LINK = frozenset({"notices", "appeals", "disputes"})
"""The pages that such a session opens, by namespace. On every other page its reader is a stranger."""
SHUT_TO_LINKS = frozenset(
    f"disputes:{name}"
    for name in (
        *("new", "draft", "open-link", "fast-refunds", "end-fast-refunds", "notifications", "open-notification"),
        *("ask-identity", "read-identity"),
    )
)
"""Pages among them that are about no case that is there, or show somebody else's data."""


def _unopened_by(request: Any) -> int:
    return unopened(request.user.pk) if request.user.is_authenticated else 0


class ActorMiddleware(MiddlewareMixin):
    """Every request has `actor`: the person as they may act now, None for a stranger; `access`, the link or code by
    which they entered, None for everybody else; `unopened`, which counts the notifications that they did not open; and
    an agent's `mandates`, which lists for whom they act and until when.

    Whoever has nothing left to act by is signed out at once, wherever the session was opened.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.actor = request.access = None  # type: ignore[attr-defined]  # pages that answer before a view is found
        request.unopened = functools.partial(_unopened_by, request)  # type: ignore[attr-defined]

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        if not request.user.is_authenticated:
            if LINK_IN_SESSION in request.session:
                self._enter_by_link(request)
            return
        if ref := request.session.pop(LINK_IN_SESSION, ""):  # whoever has signed in needs it no more
            leave_by_link(ref=ref, now=clock.now())
        via = Via.ADMIN if request.path.startswith(STAFF_PATHS) else Via.WEB
        request.actor = actor_of_session(request.user, request.session, via=via)
        if request.actor is not None and request.actor.is_agent:
            request.mandates = functools.partial(mandates_held, request.actor)
        if request.actor is None:
            logout(request)
            messages.warning(request, _("You are signed out: you no longer act for anybody here."))

    def _enter_by_link(self, request: Any) -> None:
        link = open_link(request.session[LINK_IN_SESSION], now=clock.now())
        if link is None:
            request.session.flush()
            request.has_signed_out = True
            messages.warning(request, _("What the link opened is closed again. You can ask for a new one."))
            return
        request.access = link
        at = request.resolver_match
        if at.namespace in OPEN_BY_LINK and at.view_name not in SHUT_TO_LINKS:
            request.actor = actor_of_link(link)


class StaffSecondFactor(MiddlewareMixin):
    """Keeps the console closed to staff until they have shown a second factor in this session.

    The rest of the site needs no such check: until then the actor comes without its roles (`actor_of_session`).
    """

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.path.startswith(STAFF_PATHS):
            return None
        back = request.get_full_path() if request.method == "GET" else page_before(request)
        if request.actor is None:
            if request.method == "POST" and request.path.startswith(WORKBENCH):
                return None  # its pages refuse a stranger themselves, and give back what was typed
            return redirect_to_login(back)  # the console's own form would know no second factor
        if request.actor.kind is not ActorKind.STAFF or request.actor.roles:
            return None
        if has_second_factor(request.user):
            return _to("mfa_reauthenticate", back)
        messages.info(request, _("Staff sign in with a second factor. Set one up to go on."))
        return _to("mfa_activate_totp", back)


def _to(name: str, back: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': back})}")
