"""Renders refusals as pages: a command's coded error becomes a page with the same words, and typed text comes back."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from casework.actor import Actor
from casework.errors import CaseError, NotSignedIn

P = ParamSpec("P")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for this page, as the middleware found out. Raises `NotSignedIn` for a stranger."""
    actor = getattr(request, "actor", None)
    if not actor:
        raise NotSignedIn()
    return actor  # type: ignore[no-any-return]


def render_refusal(
    request: HttpRequest, error: CaseError, *, keeps: Sequence[str] = (), **context: Any
) -> HttpResponse:
    """The page that says why not, in the error's own words and status; with what was typed in the fields `keeps`."""
    kept = [text for name in keeps for text in request.POST.getlist(name) if text.strip()]
    page = render(request, "errors/refusal.html", {"error": error, "kept": kept, **context}, status=error.status)
    if error.retry_after is not None:
        page["Retry-After"] = str(error.retry_after)
    return page


def page_before(request: HttpRequest) -> str:
    """Returns the page of ours that this form was sent from; not an address that only takes forms."""
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    where = urlsplit(sent_from)
    return urlunsplit(("", "", where.path or "/", where.query, ""))


def page(
    keeps: Sequence[str] = (),
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Decorates a view that may raise any `CaseError`: a stranger is sent to sign in, everybody else gets the refusal
    as a page.

    Whoever was signed out while they wrote gets their text back first, and the way to sign in behind it.

    `keeps` names the fields whose typed text the refusal page shows, so that nobody has to write it again.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except NotSignedIn as error:
                if request.method != "POST":
                    return redirect_to_login(request.get_full_path())
                sign_in = redirect_to_login(page_before(request))
                if not any(request.POST.get(name, "").strip() for name in keeps):
                    return sign_in
                return render_refusal(request, error, keeps=keeps, back_url=sign_in.url, back_text=_("Sign in"))
            except CaseError as error:
                return render_refusal(request, error, keeps=keeps)

        return shown

    return decorate
