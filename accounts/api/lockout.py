"""Connects sign-in to axes: what it counts beside a name at an address, and the answer after too many failures.

What does not belong here: how many are too many (settings), and the count, which axes keeps in the database.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework import clock
from casework.errors import TooManyRequests
from operations.limits import DEVICE, address_of_device, network_of, sign_in_name
from surfaces.api import problems

JSON_PATHS = ("/api/", "/_allauth/")


class LockoutHandler(AxesDatabaseHandler):
    """Locks a name at an address after a few failures, and the address after many, whatever the names.

    Whoever signed in from this device before is locked out by failures from this device alone.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """How many failures count against this attempt."""
        found: int = super().get_failures(request, credentials)
        since = clock.now() - timedelta(hours=float(settings.AXES_COOLOFF_TIME))
        here = AccessAttempt.objects.filter(ip_address=address_of(request), attempt_time__gte=since)
        of_all = here.aggregate(n=Sum("failures_since_start"))["n"] or 0
        return max(found, settings.AXES_FAILURE_LIMIT) if of_all >= settings.SIGN_IN_FAILURES_PER_ADDRESS else found


def address_of(request: HttpRequest) -> str | None:
    """Under which address attempts are counted; None where the server does not know it.

    A device from which this name was signed in before has one of its own.
    """
    device = address_of_device(request.COOKIES.get(DEVICE, ""), username_of(request))
    return getattr(request, "known_address", None) or device or network_of(request.META.get("REMOTE_ADDR", "")) or None


def locked_for() -> int:
    """Returns the seconds until another attempt is possible."""
    return round(timedelta(hours=float(settings.AXES_COOLOFF_TIME)).total_seconds())


def username_of(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The name that attempts are counted under."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("login") or request.POST.get("username")
    return sign_in_name(str(name or ""))


def locked_out(request: HttpRequest, *_rest: object) -> HttpResponse:
    """429 with Retry-After, as a page or as a problem. It is the same whether the name exists or not."""
    refusal = TooManyRequests(retry_after=locked_for())
    if request.path.startswith(JSON_PATHS):
        return problems.answer(refusal, request)
    page = render(request, "account/locked.html", {"minutes": locked_for() // 60}, status=refusal.status)
    page["Retry-After"] = str(locked_for())
    return page
