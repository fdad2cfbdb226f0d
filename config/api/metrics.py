"""`GET /metrics`, for Prometheus. Off until the settings have a token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import figures
from operations import metrics


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The metrics of this process and of the system, for whoever has METRICS_TOKEN: 401 to others, 404 without one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not metrics.admits(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(figures.exposition(), content_type=metrics.CONTENT_TYPE)
