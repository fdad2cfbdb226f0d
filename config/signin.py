"""Configures sign-in: there is no sign-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.api.lockout import username_of
from accounts.models import User
from casework.refs import new_ref
from operations.limits import DEVICE, KNOWN_FOR, address_of_device, device_for


class AccountAdapter(DefaultAccountAdapter):
    """The platform provisions every account, so that nobody can sign up as somebody's merchant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failures that others caused under this name, wherever they are, do not shut it on a device that knows it."""
        if address_of_device(request.COOKIES.get(DEVICE, ""), username_of(request, credentials)) is None:
            super().pre_authenticate(request, **credentials)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """The device is known from now on: failures of others at its network do not lock it out."""
        response: HttpResponse = super().post_login(request, user, **options)
        name = username_of(None, {"username": user.username})
        response.set_cookie(
            DEVICE,
            device_for(name, new_ref("dev_")),
            max_age=KNOWN_FOR,
            path="/account/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
