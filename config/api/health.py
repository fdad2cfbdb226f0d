"""Whether the process lives, and whether the whole answers. Without a session, so that a probe needs nothing."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import ADMINISTRATOR, COMPLIANCE
from archive.models import SigningKey
from archive.verification import last_done
from casework import clock
from casework.actor import Actor
from casework.counts import WATCHED, capped_count, waiting
from casework.models import Deadline, DeadlineState, OutboxMessage, OutboxState
from files import disk
from files.attachments import store
from operations.models import Tick

logger = logging.getLogger(__name__)

WORKER_IS_LATE = timedelta(seconds=60)
IN_TIME = 0.8  # seconds for all checks together
LAYER_IS_SLOW = 0.6  # seconds
PATIENCE = 2.0  # seconds to reach our own address


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return _uncached(JsonResponse({"status": "ok"}))


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database reads and writes, worker and channel layer do their work, and the place of files can be
    reached, else 503; each is named either way, within a second whatever hangs.

    Operators who are signed in read beside it what will go wrong before it does.
    """
    asked = {"database": _database, "writing": _writing, "worker": _worker, "channel_layer": _layer, "files": _files}
    checks = _answers(asked)
    is_ready = all(checks.values())
    body: dict[str, Any] = {"status": "ready" if is_ready else "not-ready", "checks": checks}
    if is_operator(getattr(request, "actor", None)):
        body["details"] = details()
    return _uncached(JsonResponse(body, status=200 if is_ready else 503))


def is_operator(actor: Actor | None) -> bool:
    return actor is not None and actor.has_role(COMPLIANCE, ADMINISTRATOR)


def details() -> dict[str, Any]:
    """Room on the disk, what waits (at most `WATCHED`), how far the clocks are apart, how long the certificate is good,
    how long ago the last backup, verification, checkpoint and time stamp were made, how old the signing key is.
    """
    now, ahead = clock.now(), timezone.now() - clock.wall()
    messages = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_attempt_at__lte=now)
    given_up = OutboxMessage.objects.filter(state=OutboxState.DEAD)
    overdue = waiting(Deadline.objects.filter(state=DeadlineState.OPEN, due_at__lte=now), "due_at")
    key = SigningKey.objects.order_by("-first_used_at").first()
    return {
        "disk": {"free_mb": disk.free_megabytes(), "reserve_mb": settings.DISK_RESERVE_MB},
        "backlog": {
            "outbox": capped_count(messages, WATCHED),
            "outbox_given_up": capped_count(given_up, WATCHED),
            "deadlines": overdue.count,
            "oldest_deadline_seconds": 0 if overdue.due is None else round((now - overdue.due).total_seconds()),
        },
        "clock": {"ahead_of_database_seconds": round(ahead.total_seconds(), 3)},
        "certificate": certificate(clock.wall()),
        "last": {name: _ago(at, now) for name, at in last_done().items()},
        "signing_key": None if key is None else {"key_id": key.key_id, "days": (now - key.first_used_at).days},
    }


def certificate(now: datetime) -> dict[str, Any] | None:
    """How long the certificate is good that visitors of `PUBLIC_URL` are shown; `days` is None where nobody answers.

    None while the system serves this machine only. What it is worth is not asked: browsers do.
    """
    where = urlsplit(settings.PUBLIC_URL)
    if where.scheme != "https":
        return None
    try:
        shown = ssl.get_server_certificate((where.hostname or "", where.port or 443), timeout=PATIENCE)
        ends = load_pem_x509_certificate(shown.encode()).not_valid_after_utc
    except (OSError, ValueError) as error:
        logger.warning("the certificate of PUBLIC_URL cannot be read: %s", type(error).__name__)
        return {"expires_at": None, "days": None}
    return {"expires_at": ends.isoformat(), "days": (ends - now).days}


def _ago(at: datetime | None, now: datetime) -> dict[str, Any] | None:
    return None if at is None else {"at": at.isoformat(), "hours": round((now - at).total_seconds() / 3600, 1)}


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is no
        logger.warning("readiness: %s: %s", check.__name__, type(error).__name__)
        return False


_asked: dict[str, "Future[bool]"] = {}
_asking = Lock()
_askers = ThreadPoolExecutor(5, thread_name_prefix="readiness")  # one for each check


def _answers(checks: Mapping[str, Callable[[], bool]]) -> dict[str, bool]:
    """What each check says; one that has not answered in time says no.

    A check that still hangs is not asked again meanwhile, so that no probe leaves more than one thread behind.
    """
    if connection.in_atomic_block:  # what this transaction wrote is seen by nobody else
        return {name: _holds(check) for name, check in checks.items()}
    with _asking:
        for name, check in checks.items():
            if name not in _asked or _asked[name].done():
                _asked[name] = _askers.submit(_let_go_after, check)
        asked = dict(_asked)
    wait(asked.values(), timeout=IN_TIME)
    return {name: asked[name].done() and asked[name].result() for name in checks}


def _let_go_after(check: Callable[[], bool]) -> bool:
    try:
        return _holds(check)
    finally:
        connection.close()


def _writing() -> bool:
    """Whether a row can be written; it is not kept."""
    with transaction.atomic():
        Tick.objects.update_or_create(name="readiness", defaults={"at": clock.now()})
        transaction.set_rollback(True)
    return True


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0] == 1)


def _worker() -> bool:
    return Tick.objects.filter(name=Tick.WORKER, at__gte=clock.now() - WORKER_IS_LATE).exists()


def _files() -> bool:
    store().require()
    return True


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
