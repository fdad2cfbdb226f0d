"""Answers errors outside views: problem+json under the API, a page with a way on everywhere else."""

import logging
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader

from casework.errors import Invalid
from surfaces.api import problems
from surfaces.api.problems import DiskFull, ServerError

logger = logging.getLogger(__name__)

PLAIN = "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>{0}</title><h1>{0}</h1>"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problems.answer(exception if isinstance(exception, RequestDataTooBig) else Invalid(), request)
    return _page(None, "errors/400.html", status=400)  # without the request: it may be what is wrong


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problems.answer(PermissionDenied(), request)
    return _page(request, "errors/403.html", status=403)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    if _is_api(request):
        return problems.answer(PermissionDenied(), request)
    return _page(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problems.answer(Http404(), request)
    return _page(request, "errors/404.html", status=404)


def not_offered(request: HttpRequest) -> HttpResponse:
    """Answers 404 at an address that a package offers and we do not."""
    return not_found(request, Http404())


def disk_full(request: HttpRequest) -> HttpResponse:
    """Answers 507 to a request that would store something while the disk is nearly full."""
    if _is_api(request):
        return problems.answer(DiskFull(retry_after=600), request)
    return _page(None, "errors/507.html", status=507)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers 500 with an incident number, which joins the log line of the exception to what the reader can quote."""
    incident = uuid.uuid4()
    logger.error("incident %s on %s", incident, request.path)
    if _is_api(request):
        return problems.response_of(ServerError(), instance=f"urn:uuid:{incident}")
    return _page(None, "errors/500.html", status=500, incident=str(incident))


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(request: HttpRequest | None, template: str, *, status: int, **context: Any) -> HttpResponse:
    try:
        page: str = loader.render_to_string(template, context, request)
    except Exception:
        logger.exception("the page %s failed", template)
        page = PLAIN.format(status)
    return HttpResponse(page, status=status)
