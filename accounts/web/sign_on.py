"""Single sign-on of staff: to the provider and back. Nobody gets an account or a role by it."""

import logging
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import oidc
from accounts.commands import bind_sign_on
from accounts.models import SignOn
from accounts.policies import active
from accounts.queries import live_staff_roles
from casework import clock
from casework.errors import CaseError

trail = logging.getLogger("trail.sign_on")

IN_SESSION, MINUTES = "sign_on", 10
"""Under this name a session keeps what it asked the provider, for so long, and for one answer."""


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Sends the browser to the provider."""
    if settings.SSO is None:
        raise Http404
    there = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    asking = oidc.asked()
    try:
        answer = redirect(oidc.address(asking, back=_back()))
    except oidc.NotSignedOn as error:
        return _refused(request, str(error))
    request.session[IN_SESSION] = asking | {"next": there if safe else "", "at": clock.now().timestamp()}
    return answer


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Signs in whom the provider named, as a password would: the second factor is asked for after it, too."""
    if settings.SSO is None:
        raise Http404
    now, asked = clock.now(), request.session.pop(IN_SESSION, None)
    if not asked or request.GET.get("state") != asked["state"] or now.timestamp() - asked["at"] > MINUTES * 60:
        return _refused(request, "nobody asked for it here, or too long ago")
    try:
        claims = oidc.claims_for(request.GET.get("code", ""), asked, back=_back())
    except oidc.NotSignedOn as error:
        return _refused(request, str(error))
    row = _person_of(claims, claims[settings.SSO.subject], now=now)
    if row is None:
        return _refused(request, "nobody of ours is named so")
    user = row.user
    if request.user.is_authenticated:
        logout(request)  # whoever else that was
    record_authentication(request, user, method="sso")
    if oidc.shows_second_factor(claims):
        record_authentication(request, user, method="mfa", type="sso")
    answer: HttpResponse = perform_login(request, user, redirect_url=asked["next"] or None)
    return answer


def _back() -> str:
    """The address that is registered at the provider, whatever host the request names."""
    return settings.PUBLIC_URL + reverse("accounts:sign-on-back")


def _person_of(claims: dict[str, Any], subject: str, *, now: datetime) -> SignOn | None:
    """The member of staff whom the provider names. Before their first sign-in they are recognised by the number or the
    address with which they were provided; an address only where the provider says that it is verified.
    """
    address = claims.get("email")
    rows = SignOn.objects.filter(active()).select_related("user")
    row = rows.filter(subject=subject).first() or rows.filter(subject=None, external_ref=subject).first()
    if row is None and isinstance(address, str) and address and claims.get("email_verified") is True:
        row = rows.filter(subject=None, address__iexact=address).first()
    if row is None or row.shut_at is not None or not row.user.is_active or not live_staff_roles(row.user):
        return None
    try:
        if row.subject is None:
            bind_sign_on(row=row, subject=subject, now=now)
    except (CaseError, IntegrityError):
        return None
    return row


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    """Back to the page of sign-in, which does not say more to a stranger than that it did not work."""
    trail.warning("single sign-on was refused: %s", why)
    words = _("Signing in with %(name)s did not work. Try again; if it still does not, ask an administrator.")
    messages.error(request, words % {"name": settings.SSO.name if settings.SSO else ""})
    return redirect("account_login")
