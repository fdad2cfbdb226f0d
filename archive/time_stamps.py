"""Time stamps (RFC 3161) of checkpoints: a service outside says that a root existed at a time that we did not choose.

Off until `CHECKPOINT_TSA_URL` names a service. The newest checkpoint is stamped; those before it are in it by their
digests. What is stamped is the SHA-256 whose first digits are the checkpoint's short code. `manage.py verify` checks
every stamp with the certificates of `CHECKPOINT_TSA_CERTIFICATES`; with `openssl ts` anybody can.
"""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from archive import offline
from archive.models import Checkpoint, CheckpointStamp
from casework.canonical import canonical
from operations.outgoing import CallFailed, Deadline, Host, Message, answer_to

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest

logger = logging.getLogger(__name__)

TIMEOUT = 20.0
MAX_ANSWER = 64 * 1024
AGAIN_AFTER = 300.0
"""Seconds after which a service that did not answer is asked again."""
LATEST = timedelta(days=1)
"""Only the newest checkpoint is stamped: a stamp that is so much later was not got when the checkpoint was made."""

_one_at_a_time = threading.Lock()
_tried_at = float("-inf")


class NotStamped(Exception):  # noqa: N818  named as in casework.errors
    """There is no valid time stamp; the message says why."""


def ask_if_due() -> bool:
    """Has a thread ask for a stamp of the newest checkpoint that has none; returns whether one was started.

    The worker does not wait for it: a slow service holds up no deadline.
    """
    global _tried_at
    if not settings.CHECKPOINT_TSA_URL or time.monotonic() < _tried_at + AGAIN_AFTER:
        return False
    newest = Checkpoint.objects.order_by("-no").first()
    if newest is None or hasattr(newest, "stamp") or not _one_at_a_time.acquire(blocking=False):
        return False
    _tried_at = time.monotonic()
    threading.Thread(target=_ask, args=(newest,), name="time-stamps", daemon=True).start()
    return True


def _ask(row: Checkpoint) -> None:
    global _tried_at
    try:
        stamp(row)
        _tried_at = float("-inf")
    except NotStamped as error:
        logger.warning("checkpoint %s has no time stamp: %s", row.no, error)
    except Exception:
        logger.exception("checkpoint %s could not be stamped", row.no)
    finally:
        connection.close()
        _one_at_a_time.release()


def stamp(row: Checkpoint) -> CheckpointStamp:
    """Gets a stamp of the checkpoint from the service, checks it, and keeps it. Raises `NotStamped`."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(canonical(row.note)).hash_algorithm(HashAlgorithm.SHA256).build()
    response = _answer(request.as_bytes())
    made = CheckpointStamp(checkpoint=row, at=checked(row, response, request), response=response)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # another worker was first
        return CheckpointStamp.objects.get(checkpoint=row)
    return made


def _answer(body: bytes) -> bytes:
    where = urlsplit(settings.CHECKPOINT_TSA_URL)
    port = where.port or {"http": 80, "https": 443}[where.scheme]
    host = Host(where.scheme, where.hostname or "", port, settings.WEBHOOK_PROXY)
    message = Message("POST", where.path or "/", {"Content-Type": "application/timestamp-query"}, body)
    try:
        with answer_to(message, host, Deadline(TIMEOUT)) as answer:
            if answer.status != 200:
                raise NotStamped(f"the service answers {answer.status}")
            raw: bytes = answer.read(MAX_ANSWER)
    except CallFailed as error:
        raise NotStamped(f"the service cannot be reached ({error.reason})") from None
    return raw


def checked(row: Checkpoint, response: bytes, request: "TimeStampRequest | None" = None) -> datetime:
    """The time that the service says in its answer about this checkpoint. Raises `NotStamped` for an answer about
    something else or another request, and for one that no certificate of the settings answers for.
    """
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    builder = VerifierBuilder() if request is None else VerifierBuilder.from_request(request)
    for certificate in certificates(settings.CHECKPOINT_TSA_CERTIFICATES):
        if certificate.issuer == certificate.subject:
            builder = builder.add_root_certificate(certificate)
        else:
            builder = builder.add_intermediate_certificate(certificate)
    try:
        found = decode_timestamp_response(response)
        builder.build().verify_message(found, canonical(row.note))
    except (VerificationError, ValueError) as error:
        raise NotStamped(str(error)) from None
    return found.tst_info.gen_time


@cache
def certificates(file: str) -> "tuple[Certificate, ...]":
    """The certificates of a PEM file, roots and those between. Raises `OSError`, `ValueError`."""
    from cryptography.x509 import load_pem_x509_certificates

    return tuple(load_pem_x509_certificates(Path(file).read_bytes()))


def faults() -> Iterator[str]:
    """Every stamp that is not of its checkpoint, or was got at another time than it would have been."""
    rows = CheckpointStamp.objects.select_related("checkpoint").order_by("checkpoint_id")
    for row in rows.iterator(chunk_size=500):
        where = f"checkpoint {row.checkpoint_id}: its time stamp"
        if not settings.CHECKPOINT_TSA_CERTIFICATES:
            yield "time stamps: CHECKPOINT_TSA_CERTIFICATES names no certificates to check them with"
            return
        try:
            at = checked(row.checkpoint, bytes(row.response))
        except NotStamped as error:
            yield f"{where} does not hold: {error}"
            continue
        if at != row.at:
            yield f"{where} says another time than is on record"
        if not row.checkpoint.at - offline.COMPLETE_AFTER <= at <= row.checkpoint.at + LATEST:
            yield f"{where} is of {at.isoformat()}, when the checkpoint was not the newest one"
