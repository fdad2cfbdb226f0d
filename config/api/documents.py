"""Serves the OpenAPI document and the page that shows it: public, made once per language, without any foreign host."""

import functools
import hashlib
import json
import threading
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

YAML = ("application/vnd.oai.openapi", "application/yaml", "application/x-yaml", "text/yaml")

_one_at_a_time = threading.Lock()


@functools.cache
def document(language: str) -> dict[str, Any]:
    """The OpenAPI document in that language. Building it takes a while, so it is built once per process."""
    with _one_at_a_time, translation.override(language):
        built: dict[str, Any] = json.loads(json.dumps(generate()))
        return built


def generate(patterns: list[Any] | None = None) -> Any:
    """The document of these addresses, by default of all.

    Raises `ImproperlyConfigured` where drf-spectacular warns: of two classes with one name, say, it writes only one.
    """
    GENERATOR_STATS.reset()
    made = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    if GENERATOR_STATS:
        raise ImproperlyConfigured("\n".join([*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]))
    return made


def snapshot() -> str:
    """The document in English as docs/openapi.json keeps it."""
    return json.dumps(document("en"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@functools.cache
def _written(language: str, is_yaml: bool) -> bytes:
    if is_yaml:
        return bytes(OpenApiYamlRenderer().render(document(language)))  # type: ignore[no-untyped-call]
    return json.dumps(document(language), ensure_ascii=False, separators=(",", ":")).encode()


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document as JSON, or as YAML for whoever asks for that; `?lang=` chooses the language."""
    language = request.GET.get("lang") or translation.get_language() or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    preferred = request.get_preferred_type(["application/json", *YAML]) if "Accept" in request.headers else None
    body = _written(language, preferred in YAML)
    response = HttpResponse(body, content_type=preferred or "application/json")
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    response["Content-Language"] = language
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ("Accept", "Accept-Language"))
    return response


class DocsView(SpectacularSwaggerSplitView):
    """The document to read and to try out, with every file from this host."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    template_name = "api/docs.html"
    url_name = "schema"
