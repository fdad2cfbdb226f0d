"""What a browser keeps this site as an app by: the manifest, and the page that it shows without a connection."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

DRAWN_WITH = ("vendor/pico/pico-2.1.1.min.css", "css/site.css", "img/mark.svg", "img/icons.svg")
ICONS = (
    {"src": "img/mark.svg", "sizes": "any", "type": "image/svg+xml"},
    {"src": "img/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "img/icon-512.png", "sizes": "512x512", "type": "image/png"},
    {"src": "img/icon-512-maskable.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
)


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C), in the language of the request."""
    name = settings.SITE_NAME or gettext("Appeals centre")
    content: dict[str, Any] = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": "en" if (translation.get_language() or "").startswith("en") else "zh-Hans",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0f5457",
        "icons": [icon | {"src": static(icon["src"])} for icon in ICONS],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def app_links(request: HttpRequest, name: str) -> HttpResponse:
    """Which apps may open links to this site, as their makers wrote it. 404 where the settings name none."""
    if not settings.APP_LINKS.get(name):
        raise Http404
    return JsonResponse(settings.APP_LINKS[name], safe=False)


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page for readers without a connection, in the language that `language` names; the same for everybody."""
    return HttpResponse(_offline_page(_language(request)))


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps that page. Another page, or another language, is another worker."""
    language = _language(request)
    page = f"{reverse('offline')}?language={language}"
    drawn_with = [static(name) for name in DRAWN_WITH]
    version = hashlib.sha256("".join([_offline_page(language), *drawn_with]).encode()).hexdigest()[:12]
    kept = json.dumps({"version": version, "page": page, "drawnWith": drawn_with})
    script = loader.render_to_string("offline_worker.js", {"kept": mark_safe(kept)})  # noqa: S308  addresses of ours
    return HttpResponse(script, content_type="text/javascript")


def _language(request: HttpRequest) -> str:
    named = request.GET.get("language", "")
    return named if named in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _offline_page(language: str) -> str:
    with translation.override(language):
        return loader.render_to_string("errors/offline.html")
