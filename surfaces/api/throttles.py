"""Limits how many requests a minute one caller may make."""

import logging
import math
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from casework.actor import ActorKind
from operations.limits import network_of
from surfaces.api.callers import actor_of

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds


def rate_limit(limit: int, used: int, seconds: float) -> dict[str, str]:
    """What an answer says of the limit before it refuses (draft-ietf-httpapi-ratelimit-headers): requests in a window,
    those that remain, and the seconds until the next.
    """
    remain, until = max(0, limit - used), math.ceil(seconds)
    return {"RateLimit-Policy": f'"default";q={limit};w={WINDOW}', "RateLimit": f'"default";r={remain};t={until}'}


class ActorThrottle(BaseThrottle):
    """A fixed window per actor, or per address for nobody in particular; reads and writes are counted apart.

    Limits are `settings.API_RATES`, requests a minute; of nobody in particular it is the view's `rate`. When the cache
    does not answer, nobody is held up.
    """

    _now = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        self._now = view.now.timestamp()  # the request has one time, of one clock for every host
        limit, name = self._limit(request, getattr(view, "rate", "anonymous"))
        key = f"throttle:{name}:{int(self._now // WINDOW)}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW)
            used = cache.incr(key)
        except Exception:
            logger.exception("the cache does not count requests")
            return True
        view.rate_limit = rate_limit(limit, used, self.wait())
        return used <= limit

    def wait(self) -> float:
        return WINDOW - self._now % WINDOW

    def _limit(self, request: Request, rate: str) -> tuple[int, str]:
        actor = actor_of(request)
        if actor is None:
            return settings.API_RATES[rate], f"{rate}:{network_of(self.get_ident(request) or '')}"
        kind = "client" if actor.kind is ActorKind.CLIENT else "person"
        sort = "reads" if request.method in ("GET", "HEAD", "OPTIONS") else "writes"
        return settings.API_RATES[f"{kind}_{sort}"], f"{actor.ref}:{sort}"
