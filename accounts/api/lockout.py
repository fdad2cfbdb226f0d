"""Connects sign-in to axes: what it counts, and the answer after too many failures, in both languages.

What does not belong here: how many are too many (settings), and the count, which axes keeps in the database.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework.api import problems
from casework.errors import TooManyRequests

JSON_PATHS = ("/api/", "/_allauth/")


def locked_for() -> int:
    """Returns the seconds until another attempt is possible."""
    return round(timedelta(hours=float(settings.AXES_COOLOFF_TIME)).total_seconds())


def username_of(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The name that attempts are counted under: sign-in ignores its case, so counting must too."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("login") or request.POST.get("username")
    return str(name or "").strip().casefold()[:150]


def locked_out(request: HttpRequest, *_rest: object) -> HttpResponse:
    """429 with Retry-After, as a page or as a problem. It is the same whether the name exists or not."""
    refusal = TooManyRequests(retry_after=locked_for())
    if request.path.startswith(JSON_PATHS):
        return problems.answer(refusal, request)
    page = render(request, "account/locked.html", {"minutes": locked_for() // 60}, status=refusal.status)
    page["Retry-After"] = str(locked_for())
    return page
