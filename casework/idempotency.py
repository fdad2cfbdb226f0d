"""Carries out one effect per (principal, operation, key): the answer is stored in the transaction of the effect.

A key lives as long as its case: three years after the last event of every case that its request or answer names, and
three years after its use at least, `casework.subscribers.end_keys` deletes it, which the law
`idempotency_key_is_kept` refuses before.

What does not belong here: how a key is sent and an answer rendered (`surfaces.api`).
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from casework.compiled import compiled, insert
from casework.errors import IdempotencyMismatch, InProgress
from casework.models import IdempotencyKey

MAX_OPERATION = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer: status, the headers that belong to it, and the very bytes of the body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fresh:
    """The answer of a request that was carried out just now."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer of a request that had been carried out before, as it was given then."""

    answer: Answer


def hash_of_request(*parts: Any) -> str:
    """A fingerprint of what was asked. JSON is compared by value, so that a client may serialise it anew.

    Keyed, since a body may carry a first password: nobody can try guesses against a stolen table.
    """
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return salted_hmac("casework.idempotency", canonical, algorithm="sha256").hexdigest()


def fingerprint(body: Any, query: Mapping[str, Any], only: Collection[str] | None = None) -> str:
    """What tells one request from another under the same key: parameters and body, a file by its SHA-256.

    `only` are the scopes of a restricted token: with others it gets no answer that was given to these.
    Transport details that a retry may change are left out: the order of JSON members, a form's boundary, `If-Match`.
    """
    if isinstance(body, Mapping):
        body = {name: _value(value) for name, value in body.items()}
    narrowed = () if only is None else (sorted(only),)
    return hash_of_request(body, {name: query[name] for name in query}, *narrowed)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(each) for each in value]
    return {"name": value.name, "sha256": digest_of(value)} if isinstance(value, UploadedFile) else value


def digest_of(file: Any) -> str:
    """The SHA-256 of a file that was sent."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def earlier_answer(*, principal: str, operation: str, key: str, request_hash: str) -> Replay | None:
    """The committed answer to this very request, if there is one. Raises `IdempotencyMismatch` for another request."""
    row = next(iter(_keys(principal, _short(operation), key)), None)
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise IdempotencyMismatch()
    return Replay(Answer(status=row.status, body=bytes(row.body), headers=row.headers))


@compiled
def _keys(principal: str, operation: str, key: str) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(principal=principal, operation=operation, key=key)


def run_once(
    *, principal: str, operation: str, key: str, request_hash: str, now: datetime, effect: Callable[[], Answer]
) -> Replay | Fresh:
    """Carries the effect out exactly once and stores its answer with it; a repetition gets that answer.

    A refusal stores nothing: an exception, or an answer of 400 and above, undoes the whole transaction. Raises
    `InProgress` while a twin is running, at once on PostgreSQL; on SQLite the twin waits its turn and gets the answer.
    """
    with transaction.atomic():
        _only_one(principal, _short(operation), key)
        if replay := earlier_answer(principal=principal, operation=operation, key=key, request_hash=request_hash):
            return replay
        answer = effect()
        if answer.status >= 400:
            transaction.set_rollback(True)
            return Fresh(answer)
        insert(
            IdempotencyKey(
                principal=principal,
                operation=_short(operation),
                key=key,
                request_hash=request_hash,
                status=answer.status,
                headers=dict(answer.headers),
                body=answer.body,
                created_at=now,
            )
        )
        return Fresh(answer)


def run_form_once(
    *,
    principal: str,
    operation: str,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
    effect: Callable[[], Answer | None],
) -> Replay | None:
    """Carries out a form of a page once: the same words under the same key get the answer that they got before.

    Other words under that key are another request, since a browser's Back shows a form with the key it had. What the
    effect gives no answer to is not stored: such a form came back with errors, and some of it may have been taken.
    Raises `InProgress` while a twin is running.
    """
    key = f"{key}:{fingerprint(body, {})}"
    operation = _short(operation)
    with transaction.atomic():
        _only_one(principal, operation, key)
        for row in _keys(principal, operation, key):
            return Replay(Answer(status=row.status, headers=row.headers))
        if answer := effect():
            insert(
                IdempotencyKey(
                    principal=principal,
                    operation=operation,
                    key=key,
                    status=answer.status,
                    headers=dict(answer.headers),
                    created_at=now,
                )
            )
    return None


def _short(operation: str) -> str:
    """The operation as stored; a longer one than fits is told apart by its digest."""
    if len(operation) <= MAX_OPERATION:
        return operation
    return operation[: MAX_OPERATION - 65] + "~" + hashlib.sha256(operation.encode("utf-8", "replace")).hexdigest()


def _only_one(principal: str, operation: str, key: str) -> None:
    """Locks the key for this transaction. Raises `InProgress` when another one works on it.

    The unique index would make a twin wait for as long as the first one runs; the lock answers it at once. On SQLite
    a transaction begins as the single writer already.
    """
    if connection.vendor != "postgresql":
        return
    digest = hashlib.sha256("\0".join((principal, operation, key)).encode("utf-8", "replace")).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        if not cursor.fetchone()[0]:
            raise InProgress(retry_after=1)
