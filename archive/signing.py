"""The platform's signature: Ed25519 keys that follow from SECRET_KEY, and the public ones with which anybody checks.

Whoever has the database has none of these keys. A key that was replaced stays published: its successor, which follows
from a later SECRET_KEY, signed it while SECRET_KEY_FALLBACKS held the old one. A row put in beside is not believed.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from archive.models import SigningKey
from archive.offline import key_id
from casework.row_digests import recording

SUCCESSION = b"appeals-key-succession\0"


def sign(purpose: bytes, message: bytes, *, now: datetime) -> dict[str, str]:
    """Signs a message for one purpose; what is signed for one is never valid for another.

    Puts the key on record when it signs for the first time.
    """
    key = _private(settings.SECRET_KEY)
    public = _public(key)
    if not SigningKey.objects.filter(key_id=key_id(public)).exists():
        _put_on_record(key, now=now)
    return {"algorithm": "Ed25519", "key_id": key_id(public), "signature": key.sign(purpose + message).hex()}


def mark_of_sandbox() -> dict[str, bool]:
    """What everything says that a sandbox signs, under the signature; nothing where things are real."""
    return {"sandbox": True} if settings.SANDBOX else {}


def public_keys() -> dict[str, bytes]:
    """Every key that is or was ours, by its id, the one in use first."""
    own = own_keys()
    return own | {key_id(old): old for key in own.values() for old in _succeeded_by(key)}


def own_keys() -> dict[str, bytes]:
    """Those of them that follow from the settings, without a database."""
    own = [_public(_private(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return {key_id(key): key for key in own}


def key_set() -> dict[str, Any]:
    """The public keys as a JWK set (RFC 7517, 8037)."""
    return mark_of_sandbox() | {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": name, "x": _base64(key)}
            for name, key in public_keys().items()
        ]
    }


def _put_on_record(key: Ed25519PrivateKey, *, now: datetime) -> None:
    older = [key_id(_public(_private(secret))) for secret in settings.SECRET_KEY_FALLBACKS]
    known = {row.key_id: row for row in SigningKey.objects.filter(key_id__in=older)}
    replaced = next((known[name] for name in older if name in known), None)
    public = _public(key)
    row = {
        "public_key": public.hex(),
        "first_used_at": now,
        "replaces": replaced,
        "succession": key.sign(SUCCESSION + bytes.fromhex(replaced.public_key)).hex() if replaced else "",
    }
    with transaction.atomic(), recording():
        SigningKey.objects.get_or_create(key_id=key_id(public), defaults=row)


def _succeeded_by(key: bytes) -> Iterator[bytes]:
    """The keys that this one replaced, one after the other, as far as each signed the one before."""
    rows = {row.key_id: row for row in SigningKey.objects.all()}
    while (row := rows.pop(key_id(key), None)) is not None and row.replaces_id in rows:
        older = bytes.fromhex(rows[row.replaces_id].public_key)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(row.succession), SUCCESSION + older)
        except (InvalidSignature, ValueError):
            return
        yield older
        key = older


def _private(secret: str) -> Ed25519PrivateKey:
    seed = salted_hmac("archive.signing", "Ed25519", secret=secret, algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
