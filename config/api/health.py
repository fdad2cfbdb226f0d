"""Whether the process lives, and whether the whole answers. Without a session, so that a probe needs nothing."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from casework import clock
from casework.models import Tick

logger = logging.getLogger(__name__)

WORKER_IS_LATE = timedelta(seconds=60)
LAYER_IS_SLOW = 2.0  # seconds


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return _uncached(JsonResponse({"status": "ok"}))


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database, worker and channel layer do their work, else 503; each is named either way."""
    checks = {"database": _holds(_database), "worker": _holds(_worker), "channel_layer": _holds(_layer)}
    is_ready = all(checks.values())
    body = {"status": "ready" if is_ready else "not-ready", "checks": checks}
    return _uncached(JsonResponse(body, status=200 if is_ready else 503))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is no
        logger.warning("readiness: %s: %s", check.__name__, type(error).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0] == 1)


def _worker() -> bool:
    return Tick.objects.filter(at__gte=clock.now() - WORKER_IS_LATE).exists()


@async_to_sync
async def _there_and_back() -> bool:
    layer = get_channel_layer()
    if layer is None:
        return False
    async with asyncio.timeout(LAYER_IS_SLOW):
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "readiness.probe"})
        message = await layer.receive(channel)
    return bool(message["type"] == "readiness.probe")


def _layer() -> bool:
    return bool(_there_and_back())


def _uncached(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "no-store"
    return response
