"""Every address, by surface. What does not belong here: views."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog

from config.api import health, pages
from config.api.documents import DocsView, schema

# The contract with mobile apps and the platform's back end; a change that is not an addition is a new version.
api: list[URLPattern | URLResolver] = [
    path("schema/", schema, name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("", include("accounts.api.urls")),
    path("", include("rules.api.urls")),
    path("", include("notices.api.urls")),
    path("", include("appeals.api.urls")),
]

# Pages. The first app that knows an address answers it.
web: list[URLPattern | URLResolver] = [
    path("account/", include("accounts.web.urls")),
    path("account/", include("allauth.urls")),
    path("problems/", pages.problems, name="problems"),
    path("problems/<slug:code>", pages.problem, name="problem"),  # the very address that `type` names
    path("problems/<slug:code>/", pages.problem),
    path("i18n/", include("django.conf.urls.i18n")),
    path("i18n/script/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("workbench/", include("appeals.workbench.urls")),
    path("api/v1/", include(api)),
    path(settings.ADMIN_PATH.lstrip("/"), admin.site.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *web,
]

handler400 = "config.failures.bad_request"
handler403 = "config.failures.not_allowed"
handler404 = "config.failures.not_found"
handler500 = "config.failures.server_error"
