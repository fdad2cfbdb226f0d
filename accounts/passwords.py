"""Bounds how many passwords are hashed at once by this process, each of which costs a third of a second of CPU.

Every way by which a password is checked or set ends in the hasher: sign-in on pages, over REST and for apps, change of
password, people who are added with one. So whoever tries passwords from many addresses cannot take the CPU from pages.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from casework import requests
from casework.errors import PasswordsBusy

PLACES = threading.BoundedSemaphore(settings.PASSWORDS_AT_ONCE)
RESERVED = threading.BoundedSemaphore(1)
"""One more, for sign-ins from a device that is on record for the name: strangers who hold all others do not get it."""
PATIENCE = 1.0
"""Seconds that a request waits for a place."""

_has_begun: ContextVar[str] = ContextVar("passwords", default="")  # the request that has had a place
_is_known: ContextVar[bool] = ContextVar("known device", default=False)


@contextmanager
def from_known_device(is_known: bool) -> Iterator[None]:
    """Runs a sign-in; `is_known` says whether the device is on record for the very name that is signed in."""
    token = _is_known.set(is_known)
    try:
        yield
    finally:
        _is_known.reset(token)


@contextmanager
def place() -> Iterator[None]:
    """Runs the block in one of the places. Raises `PasswordsBusy` where none is free in time.

    A request that had one before waits as long as it takes: two backends check a wrong password one after the other,
    and one that is refused in between would have tried a password without being counted.
    """
    request = requests.current()
    has_begun = request != "" and _has_begun.get() == request
    places = RESERVED if _is_known.get() else PLACES
    if places is RESERVED and PLACES.acquire(blocking=False):
        places = PLACES
    elif not places.acquire(timeout=None if has_begun else PATIENCE):
        raise PasswordsBusy(retry_after=2)
    try:
        _has_begun.set(request)
        yield
    finally:
        places.release()


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's own, whose hashes it reads and writes, in one of the places."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with place():
            return super().encode(password, salt, iterations)
