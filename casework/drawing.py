"""What chance draws: fixed by a name and a key, so that nobody can pick, or guess ahead."""

import hmac

from django.conf import settings


def is_drawn(what: str, ref: str, *, permille: int) -> bool:
    """Whether chance draws the thing with this ref, at so many in a thousand; `what` keeps draws apart."""
    value = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), f"{what}:{ref}".encode(), "sha256")[:8])
    return value * 1000 < permille * 2**64
