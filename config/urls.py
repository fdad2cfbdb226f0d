"""Every address, by surface. What does not belong here: views."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# The contract with mobile apps and the platform's back end; a change that is not an addition is a new version.
api: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

# Pages. The first app that knows an address answers it.
web: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("i18n/script/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(api)),
    path(settings.ADMIN_PATH.lstrip("/"), admin.site.urls),
    path("_allauth/", include("allauth.headless.urls")),
    *web,
]
