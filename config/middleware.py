"""Middleware for every answer: id and duration, caching, security headers, and the language of the account."""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from inspect import iscoroutinefunction
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from accounts.api.lockout import JSON_PATHS
from casework import requests
from casework.errors import CaseError
from config import failures, logs
from files import disk
from operations import metrics, tracing
from surfaces.api import problems
from surfaces.web import page_before, render_refusal

Answer = HttpResponseBase
GetResponse = Callable[[HttpRequest], Answer]
AsyncGetResponse = Callable[[HttpRequest], Awaitable[Answer]]

trail = logging.getLogger("trail.request")

PROBE_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
QUIET = frozenset({"healthz", "readyz", "metrics", "static"})
"""Operations whose requests are told at `DEBUG` only."""
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def operation_of(request: HttpRequest) -> str:
    """The name of the route that answered, which has no reference of a case in it; `static` for a file, else `none`."""
    match = request.resolver_match
    if match is not None:
        return str(match.view_name)
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def request_id_of(request: HttpRequest) -> str:
    """The id in the caller's `X-Request-ID`, if it has the form of one and of nothing personal; else a new one."""
    given: str = request.headers.get("X-Request-ID", "")
    return given if requests.GRAMMAR.fullmatch(given) and logs.cleaned(given) == given else requests.new_id()


def _reached_by_its_address(request: HttpRequest) -> None:
    """Lets probes and Prometheus call a process by the address that only they know. What they read names no host."""
    if request.path in PROBE_PATHS:
        request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0]


def _traced(request: HttpRequest) -> AbstractContextManager[None]:
    """The span of a request; probes and files have none. A trace that comes with a token waits for whose token it is;
    without one it is a stranger's, who could have everything recorded.
    """
    if not tracing.is_on() or request.path in PROBE_PATHS or request.path.startswith(settings.STATIC_URL):
        return nullcontext()
    has_token = request.headers.get("Authorization", "").lower().startswith("bearer ")
    return tracing.serving(request.headers.get("traceparent", "") if has_token else "")


def _observe(request: HttpRequest, response: Answer, started: float) -> Answer:
    method = request.method if request.method in METHODS else "other"
    operation, seconds = operation_of(request), time.perf_counter() - started
    metrics.REQUESTS.labels(operation, method, response.status_code).observe(seconds)
    told = {
        "method": method,
        "operation": operation,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
    }
    level = logging.DEBUG if operation in QUIET else logging.INFO
    match = request.resolver_match
    about = {
        "http.request.method": method,
        "http.response.status_code": response.status_code,
        "http.route": match.route if match else "",
    }
    tracing.answered(
        f"{method} {operation}", about, failure=str(response.status_code) if response.status_code >= 500 else ""
    )
    trail.log(level, "%(method)s %(operation)s %(status)s in %(milliseconds)s ms", told, extra=told)
    response.headers["X-Request-ID"] = requests.current()
    if settings.SANDBOX:
        response.headers["Sandbox"] = "true"
    return response


@sync_and_async_middleware
def observed(get_response: GetResponse | AsyncGetResponse) -> GetResponse | AsyncGetResponse:
    """Gives each request its id, tells and counts each answer and how long it took to begin."""
    if iscoroutinefunction(get_response):

        async def aobserve(request: HttpRequest) -> Answer:
            started = time.perf_counter()
            _reached_by_its_address(request)
            requests.begin(request_id_of(request))  # for good: Django tells of a refusal after all middleware
            with _traced(request):
                return _observe(request, await cast("AsyncGetResponse", get_response)(request), started)

        return aobserve

    def observe(request: HttpRequest) -> Answer:
        started = time.perf_counter()
        _reached_by_its_address(request)
        with requests.during(request_id_of(request)), _traced(request):
            return _observe(request, cast("GetResponse", get_response)(request), started)

    return observe


def _guard(request: HttpRequest, response: Answer) -> Answer:
    if request.path.startswith(settings.ADMIN_PATH) and not hasattr(response, "_csp_config"):
        response._csp_config = settings.SECURE_CSP_ADMIN  # type: ignore[attr-defined]  # as csp_override does
    if getattr(request, "has_signed_out", False):
        response.headers["Clear-Site-Data"] = '"storage"'  # words that the browser kept of who leaves a shared phone
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    is_personal = (
        "Authorization" in request.headers
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or settings.SESSION_COOKIE_NAME in response.cookies
        or settings.CSRF_COOKIE_NAME in response.cookies
    )
    if is_personal:
        del response["Cache-Control"]  # also a page that calls itself public shows the reader's name in its header
        patch_cache_control(response, private=True, no_store=True)
    return response


@sync_and_async_middleware
def compressed(get_response: GetResponse | AsyncGetResponse) -> GetResponse | AsyncGetResponse:
    """Compresses what holds no secret, where no proxy does: static files, and pages of who is not signed in.

    The size of a compressed page that shows a secret beside what somebody else can put into it tells of the secret
    (BREACH), so pages of who is signed in, answers of the API and everything personal are left alone.
    """
    if iscoroutinefunction(get_response):
        asynchronous = cast(AsyncGetResponse, get_response)

        async def arespond(request: HttpRequest) -> Answer:
            return _compressed(request, await asynchronous(request))

        return arespond
    synchronous = cast(GetResponse, get_response)
    return lambda request: _compressed(request, synchronous(request))


_gzip = GZipMiddleware(lambda _request: None)  # type: ignore[arg-type]  # asked to compress alone
COMPRESSIBLE = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml", "text/html"})


def _compressed(request: HttpRequest, response: Answer) -> Answer:
    media = response.get("Content-Type", "").partition(";")[0]
    if request.method != "GET" or response.status_code != 200 or media not in COMPRESSIBLE:
        return response
    is_static = request.path.startswith(settings.STATIC_URL)
    carries = {settings.SESSION_COOKIE_NAME} & (request.COOKIES.keys() | response.cookies.keys())
    if not is_static and (response.streaming or carries or "Authorization" in request.headers):
        return response
    return _gzip.process_response(request, response)


def response_guard(get_response: GetResponse) -> GetResponse:
    """Keeps personal answers out of caches, and gives the admin the content security policy it needs."""
    return lambda request: _guard(request, get_response(request))


class Refusals(MiddlewareMixin):
    """Answers a refusal that the view of a package lets pass, such as sign-in's, in its own words and status."""

    def process_exception(self, request: HttpRequest, error: Exception) -> Answer | None:
        if not isinstance(error, CaseError):
            return None
        if request.path.startswith(JSON_PATHS):
            return problems.answer(error, request)
        return render_refusal(request, error, back_url=page_before(request), back_text=_("Go back"))


READS = ("GET", "HEAD", "OPTIONS", "TRACE")


def disk_guard(get_response: GetResponse) -> GetResponse:
    """Refuses with 507 whatever would store something once the disk is nearly full, before the last bytes are gone."""

    def guard(request: HttpRequest) -> Answer:
        if request.method not in READS and not disk.has_room():
            return failures.disk_full(request)
        return get_response(request)

    return guard


def explained(get_response: GetResponse) -> GetResponse:
    """Shows a page to who opens an address that only takes forms, with the way to the page that it belongs to."""

    def respond(request: HttpRequest) -> Answer:
        response = get_response(request)
        is_empty = not response.streaming and not response.content  # type: ignore[attr-defined]
        if response.status_code == 405 and request.method == "GET" and is_empty:
            page = render(request, "errors/405.html", {"back_url": _page_above(request.path)}, status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    return respond


def _page_above(path: str) -> str:
    """The nearest address above this one at which something is."""
    while path := path.rstrip("/").rpartition("/")[0]:
        with suppress(Resolver404):
            resolve(f"{path}/")
            return f"{path}/"
    return "/"


def _activate(request: HttpRequest, language: str) -> None:
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def user_language(get_response: GetResponse) -> GetResponse:
    """Activates the language of a signed-in reader's account, whatever the browser asks for."""

    def respond(request: HttpRequest) -> Answer:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _activate(request, getattr(request.user, "language", ""))
        return get_response(request)

    return respond
