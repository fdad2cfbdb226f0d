"""Authenticates callers of the API: a bearer token of a person or a client, or a browser session with its CSRF token.

Both set `request.actor`; a caller who shows a token is who the token says, whatever cookies come along.
"""

import copy
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import translation
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.commands import note_token_used
from accounts.queries import principal_of_token
from casework.actor import Via
from operations import tracing


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer tok_…`. A token that opens nothing is refused, never ignored."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        kind, _space, plain = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        view: Any = request.parser_context["view"]  # which has read the clock
        principal = principal_of_token(plain.strip(), via=Via.API, now=view.now)
        if principal is None:
            raise AuthenticationFailed()
        actor, user, token = principal
        note_token_used(token, now=view.now)
        tracing.believe(user is None)  # the trace of a client: a system that the platform knows
        request._request.actor = actor  # type: ignore[attr-defined]
        if user is not None and "Accept-Language" not in request.headers:
            translation.activate(user.language)
            request._request.LANGUAGE_CODE = user.language
        return user or AnonymousUser(), plain.strip()

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BrowserSession(SessionAuthentication):
    """The session that the pages use, with the CSRF token that they use, in `X-CSRFToken`."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        http: Any = request._request
        actor = getattr(http, "actor", None)
        if actor is None:
            return None
        self.enforce_csrf(_by_header(http))
        http.actor = replace(actor, via=Via.API)
        return http.user, None


def _by_header(http: HttpRequest) -> Any:
    """The request as the CSRF check shall see it: under POST it would read the body, which is the parsers' to read."""
    seen = copy.copy(http)
    if seen.method == "POST":
        seen.method = "PUT"
    return seen
