"""Configures sign-in: there is no sign-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.api.lockout import username_of
from accounts.commands import note_device
from accounts.devices import is_on_record, seen_in
from accounts.models import User
from accounts.passwords import from_known_device
from accounts.queries import actor_of_session
from casework import clock
from casework.actor import Via
from casework.errors import PasswordsBusy
from operations.limits import DEVICE, KNOWN_FOR, address_of_device, beside_others, sign_in_name


class AccountAdapter(DefaultAccountAdapter):
    """The platform provisions every account, so that nobody can sign up as somebody's merchant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failures that others caused under this name, wherever they are, do not shut it on a device that knows it."""
        if address_of_device(request.COOKIES.get(DEVICE, ""), username_of(request, credentials)) is None:
            super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        is_known = is_on_record(request.COOKIES.get(DEVICE, ""), username_of(request, credentials))
        try:
            with from_known_device(is_known):
                return super().authenticate(request, **credentials)
        except PasswordsBusy:  # what was not checked is counted as no failure
            self._rollback_login_failed_rl_usage()
            raise

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """The device is known from now on: failures of others at its network do not lock it out, and the person is
        told of no further sign-in from it.
        """
        response: HttpResponse = super().post_login(request, user, **options)
        actor = actor_of_session(user, request.session, via=Via.WEB)
        if actor is None:
            return response  # they act for nobody, and the next page signs them out
        kept, key = request.COOKIES.get(DEVICE, ""), request.session.session_key or ""
        seen = seen_in(request.META, user, kept=kept)
        shown = note_device(actor=actor, user=user, seen=seen, session_key=key, now=clock.now())
        response.set_cookie(
            DEVICE,
            beside_others(shown, kept, sign_in_name(user.username)),
            max_age=KNOWN_FOR,
            path="/account/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
