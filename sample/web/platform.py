"""The invented marketplace's own order and record system, as a real one would offer it to disputes.

It exists only on a database that `manage.py demo` made, and is asked over HTTP like any other. What it must answer is
told in docs/platform-records.md; what does not belong here: the orders (sample.content.orders).
"""

import time
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from accounts.models import Installation
from disputes.records import MOST_ORDERS
from sample.content.orders import ORDERS, SampleOrder, orders_with

TOKEN = "sample-platform-records"  # noqa: S105  it opens invented orders only
PAUSE = 8.0  # seconds: longer than disputes wait
PATH = "/sample/platform"


def _loaded_at() -> datetime:
    """When the sample was made: its orders are told from then. Raises `Http404` on every other database."""
    made_at = None if settings.IS_DEPLOYED else Installation.objects.filter(is_sample=True).first()
    if made_at is None:
        raise Http404
    return made_at.created_at


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """401 for whoever does not show the token."""
    if constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {TOKEN}"):
        return None
    return JsonResponse({"error": "unauthorised"}, status=401, headers={"WWW-Authenticate": "Bearer"})


def _trouble(order: SampleOrder, slow: str, down: str) -> HttpResponse | None:
    """The fault that this order is there to show, if it is one."""
    if order.trouble in slow.split():
        time.sleep(PAUSE)
    if order.trouble in down.split():
        down_for_now = JsonResponse({"error": "maintenance"}, status=503)
        down_for_now._has_been_logged = True  # type: ignore[attr-defined]  # meant, and so no error of this program
        return down_for_now
    return None


@require_GET
def order(request: HttpRequest, order_ref: str) -> HttpResponse:
    """One order."""
    now = _loaded_at()
    if refusal := _refusal(request):
        return refusal
    found = ORDERS.get(order_ref)
    if found is None:
        return JsonResponse({"error": "no such order"}, status=404)
    return _trouble(found, "slow", "down") or _answer(found.as_order(now))


@require_GET
def orders_of(request: HttpRequest, party: str) -> HttpResponse:
    """The newest orders of one party."""
    now = _loaded_at()
    if refusal := _refusal(request):
        return refusal
    found = sorted((order.as_order(now) for order in orders_with(party)), key=lambda each: str(each["placed_at"]))
    return _answer({"orders": found[::-1][:MOST_ORDERS]})


@require_GET
def records(request: HttpRequest, order_ref: str) -> HttpResponse:
    """The records of the kinds in `?kinds=`, and a gap for each kind that is not there."""
    now = _loaded_at()
    if refusal := _refusal(request):
        return refusal
    found = ORDERS.get(order_ref)
    if found is None:
        return JsonResponse({"error": "no such order"}, status=404)
    kinds = list(dict.fromkeys(kind for kind in request.GET.get("kinds", "").split(",") if kind))
    return _trouble(found, "slow records-slow", "down records-down") or _answer(found.as_records(kinds, now))


def _answer(content: dict[str, object]) -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


def stand_in(*, host: str, port: int) -> None:
    """On the sample's database and without an address of its own, this process asks itself for orders and records."""
    if settings.IS_DEPLOYED or settings.PLATFORM_RECORDS_URL:
        return
    if not Installation.objects.filter(is_sample=True).exists():
        return
    settings.PLATFORM_RECORDS_URL = own_address(host, port)
    settings.PLATFORM_RECORDS_TOKEN = TOKEN


def own_address(host: str, port: int) -> str:
    """Where this process reaches the marketplace that it is itself."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    name = f"[{reached}]" if ":" in reached else reached
    return f"http://{name}:{port}{PATH}"
