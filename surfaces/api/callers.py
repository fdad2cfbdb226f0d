"""Returns the actor that the API's own authentication found.

An authentication class answers `(user, actor)` or sets `actor` on the request it was given. A middleware offers the
session's actor to pages on that same request; it counts only once an authentication class has accepted the caller,
which for a session means that the CSRF token was checked.
"""

from rest_framework.request import Request

from casework.actor import Actor


def actor_of(request: Request) -> Actor | None:
    """The authenticated actor; None for nobody."""
    if request.successful_authenticator is None:
        return None
    for found in (request.auth, vars(request).get("actor"), getattr(request._request, "actor", None)):
        if isinstance(found, Actor):
            return found
    return None
