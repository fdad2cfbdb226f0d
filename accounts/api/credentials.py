"""Password and second factor of somebody who asks for a token. Failures of either count towards the lock-out.

What does not belong here: sign-in on the website, which is allauth's.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.devices import is_on_record
from accounts.models import User
from accounts.passwords import from_known_device
from accounts.queries import actor_of_user, second_factor_is_required
from casework.actor import Actor, Via
from casework.errors import Invalid, NotAllowed, NotSignedIn, TooManyRequests
from operations.limits import address_of_device, sign_in_name

BY_CODE = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def person_of(request: HttpRequest, *, username: str, password: str, otp: str, kept: str) -> tuple[User, Actor, bool]:
    """The person with these credentials, as an actor, and whether they have shown a second factor.

    `kept` is what the app keeps of an earlier sign-in from its device. Raises `NotSignedIn`, `Invalid` for a missing or
    wrong code, `TooManyRequests` when locked out, and `NotAllowed` for staff without a second factor and for people who
    act for nobody.
    """
    request.known_address = address_of_device(kept, sign_in_name(username))  # type: ignore[attr-defined]  # for axes
    with from_known_device(is_on_record(kept, sign_in_name(username))):
        user = authenticate(request, username=username, password=password)
    _raise_if_locked(request)
    if not isinstance(user, User):
        raise NotSignedIn(_("The user name or the password is not right."))
    has_shown = _check_code(request, user, otp=otp)
    actor = actor_of_user(user, via=Via.API)
    if not actor.acts:
        raise NotAllowed(_("You do not act for anybody here at present."))
    if actor.roles and not has_shown and second_factor_is_required():
        raise NotAllowed(_("Staff sign in with a second factor. Set one up on the website first."))
    user_logged_in.send(sender=User, request=request, user=user)
    return user, actor, has_shown


def _check_code(request: HttpRequest, user: User, *, otp: str) -> bool:
    """Whether a code was needed and right."""
    enrolled = list(Authenticator.objects.filter(user=user))
    if not any(one.type in SECOND_FACTORS for one in enrolled):
        return False
    if not otp:
        raise Invalid.field("/otp", "required", _("Enter the code from your authenticator app."))
    for one in enrolled:
        if one.type in BY_CODE and one.wrap().validate_code(otp):
            one.record_usage()
            return True
    credentials: dict[str, Any] = {"username": user.get_username()}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    _raise_if_locked(request)
    raise Invalid.field("/otp", "incorrect", _("This code is not right, or was used before. Wait for the next one."))


def _raise_if_locked(request: HttpRequest) -> None:
    if getattr(request, "axes_locked_out", False):
        raise TooManyRequests()
