"""One's own account, the language and the size of text. Sign-in pages are allauth's; see `templates/account`."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import commands
from accounts.devices import devices_of, has_second_factor
from accounts.mandates import mandates_held
from accounts.models import MembershipRole, User
from accounts.policies import may_authorise
from accounts.queries import actor_of_session, parties_of, roles_shown
from casework.actor import Via
from casework.errors import Invalid
from surfaces.web import actor_of, page

LARGE_TEXT_COOKIE = "large_text"
A_YEAR = 365 * 24 * 60 * 60
LANGUAGE_IN_SESSION = "language"
"""What a visitor chose in this session, for the account that they sign in to."""
AGAIN = "again"
"""In the address of a switch: where the form that was sent along is shown again."""


@page("POST")
def set_language(request: HttpRequest) -> HttpResponse:
    """Sets the site's language from the next page on: on this device and, when signed in, on every device."""
    language = _chosen(request, "language")
    if language not in dict(settings.LANGUAGES):
        raise Invalid()
    if actor := _actor(request):
        commands.set_language(actor=actor, user=request.user, language=language)  # type: ignore[arg-type]
    else:
        request.session[LANGUAGE_IN_SESSION] = language
    translation.activate(language)
    response = _back(request)
    return _remember(response, settings.LANGUAGE_COOKIE_NAME, language)


@receiver(user_logged_in)
def keep_language(request: HttpRequest, user: User, **_more: Any) -> None:
    """Whoever chose a language before they signed in goes on in it, as if they had chosen it afterwards."""
    session = getattr(request, "session", None)
    language = session.pop(LANGUAGE_IN_SESSION, "") if session else ""
    actor = actor_of_session(user, session, via=Via.WEB) if language else None
    if actor is not None:
        commands.set_language(actor=actor, user=user, language=language)


@page("POST")
def set_large_text(request: HttpRequest) -> HttpResponse:
    """Sets whether text is large from the next page on: on this device and, when signed in, on every device."""
    wanted = _chosen(request, "large_text")
    if wanted not in {"0", "1"}:
        raise Invalid()
    if actor := _actor(request):
        commands.set_large_text(actor=actor, user=request.user, on=wanted == "1")  # type: ignore[arg-type]
    return _remember(_back(request), LARGE_TEXT_COOKIE, wanted)


@page("GET")
def profile(request: HttpRequest) -> HttpResponse:
    """Shows who the reader is, for whom they act, and how their account is protected."""
    actor = actor_of(request)
    parties = parties_of(actor)
    mandates = mandates_held(actor)
    held = {each.party_id: each for each in mandates}
    in_cases = [(each.party, MembershipRole(each.role).label, each) for each in mandates if each.cases_named]
    return render(
        request,
        "account/profile.html",
        {
            "parties": [(party, MembershipRole(role).label, held.get(party.pk)) for party, role in parties] + in_cases,
            "authorises": [party for party, _role in parties if may_authorise(actor, party) is None],
            "roles": roles_shown(actor),
            "devices": devices_of(actor.person),
            "has_second_factor": has_second_factor(request.user),
        },
    )


def _actor(request: HttpRequest) -> Any:
    return getattr(request, "actor", None)


def _chosen(request: HttpRequest, name: str) -> str:
    """What the switch says. Where a page's own form is sent along, the form may have a field of this name."""
    return (request.GET if AGAIN in request.GET else request.POST).get(name, "")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Redirects to the page the switch was on; never to a foreign one.

    Where the page's form was sent along, the browser sends it on to the address that shows it again (307).
    """
    is_sent_on = AGAIN in request.GET
    target = request.GET[AGAIN] if is_sent_on else request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if own else "/", preserve_request=is_sent_on and own)


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )
    return response
