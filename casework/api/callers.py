"""Who asks, as the API's own authentication found out. What does not belong here: finding out (accounts).

An authentication class answers `(user, actor)`, or sets `actor` on the framework's request. The session's actor, which
a middleware offers to pages, counts only once `SessionAuthentication` has checked the CSRF token that belongs to it.
"""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from casework.actor import Actor


def actor_of(request: Request) -> Actor | None:
    """The authenticated actor; None for nobody."""
    for found in (request.auth, vars(request).get("actor")):
        if isinstance(found, Actor):
            return found
    if isinstance(request.successful_authenticator, SessionAuthentication):
        found = getattr(request._request, "actor", None)
        return found if isinstance(found, Actor) else None
    return None
