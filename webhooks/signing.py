"""Makes secrets of webhooks, and signs with them, after Standard Webhooks 1.0.0.

A secret is stored nowhere: it follows from SECRET_KEY and a random salt in the database, so that neither a copy of the
database nor the key alone forges a signature.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from standardwebhooks import Webhook

_MARK, _SECRET = b"webhooks.mark", b"webhooks.secret:"


class KeyGone(Exception):  # noqa: N818  named as in casework.errors
    """The SECRET_KEY that this secret follows from is no longer among the program's keys."""


def new_salt() -> str:
    return secrets.token_urlsafe(32)


def key_fingerprint() -> str:
    """A fingerprint of the present SECRET_KEY, which does not reveal it."""
    return _mark(settings.SECRET_KEY)


def secret_of(salt: str, mark: str) -> str:
    """The secret as its owner is shown it, `whsec_…` of 32 bytes. Raises `KeyGone`."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_mark(key), mark):
            raw = hmac.digest(key.encode(), _SECRET + salt.encode(), "sha256")
            return "whsec_" + base64.b64encode(raw).decode()
    raise KeyGone


def signature(secret_texts: Iterable[str], *, ref: str, at: datetime, body: str) -> str:
    """The `webhook-signature` header: one signature for each secret that is valid now."""
    return " ".join(Webhook(secret).sign(msg_id=ref, timestamp=at, data=body) for secret in secret_texts)


def _mark(key: str) -> str:
    return hmac.new(key.encode(), _MARK, "sha256").hexdigest()[:16]
