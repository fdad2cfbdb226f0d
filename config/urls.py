"""Every address, by surface."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import JavaScriptCatalog

from accounts.api import scim
from accounts.web.urls import pages as account_pages
from appeals.queries.acts import acts_in_appeals
from appeals.web.beside import address_for_several, beside_notice
from appeals.web.views.home import home_page
from config import failures, installing
from config.api import health, metrics, pages, proof, sockets
from config.api.documents import DocsView, schema
from config.api.todo import TodoView
from disputes.web.acts import acts_in_disputes, matters_of_disputes
from disputes.web.views.listing import home_sections
from executors.web.views.home import work_address_of
from infringements.web.beside import with_infringement
from notices.queries import matters_of_notices
from notices.web.urls import pages as notice_pages
from transparency.web.views import visitors_figures

# The contract with mobile apps and the platform's back end; a change that is not an addition is a new version.
api: list[URLPattern | URLResolver] = [
    path("schema/", schema, name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("sockets/", sockets.schema, name="sockets"),
    path("", include("accounts.api.urls")),
    path("", include("rules.api.urls")),
    path("", include("executors.api.urls")),
    path("", include("notices.api.urls")),
    path("", include("appeals.api.urls")),
    path("", include("disputes.api.urls")),
    path("", include("infringements.api.urls")),
    path("", include("tips.api.urls")),
    path("", include("webhooks.api.urls")),
    path("", include("transparency.api.urls")),
    path("", include("retention.api.urls")),
    path("", include("sample.api.urls")),
    path("", include("authorities.api.urls")),
    path("todo", TodoView.as_view(), name="todo"),  # what waits in every app, which none of them knows
]

# Pages. The first app that knows an address answers it.
web: list[URLPattern | URLResolver] = [
    path("", include("sample.web.urls")),
    path(
        "",
        include(
            (
                account_pages(
                    acts=(acts_in_appeals, acts_in_disputes), matters=(matters_of_notices, matters_of_disputes)
                ),
                "accounts",
            )
        ),
    ),
    path("account/", include("allauth.urls")),
    path("problems/", pages.problems, name="problems"),
    path("problems/<slug:code>", pages.problem, name="problem"),  # the very address that `type` names
    path("problems/<slug:code>/", pages.problem),
    path("case-files/check/", proof.check_case_file, name="check-case-file"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("i18n/script/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path(
        "",
        home_page(
            beside=home_sections,
            work_addresses={
                "mediator": "mediation:queue",
                "help_line": "calls:list",
                "counsel": "counsel:list",
                "authority": "authority:figures",
                "compliance": "workbench:start",
                "administrator": "workbench:start",
            },
            work_address_of=work_address_of,
            figures=visitors_figures,
        ),
        name="home",
    ),  # appeals and disputes do not know each other, and neither knows executors
    path("", include("executors.web.urls")),
    path(
        "", include((notice_pages(beside=with_infringement(beside_notice), several=address_for_several), "notices"))
    ),  # appeals know notices, never the reverse
    path("", include("appeals.web.urls")),
    path("", include("disputes.web.urls")),
    path("", include("infringements.web.urls")),
    path("", include("tips.web.urls")),
    path("", include("rules.web.urls")),
    path("", include("helpline.web.urls")),
    path("", include("transparency.web.urls")),
    path("", include("retention.web.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("workbench/", include("console.urls")),
    path("api/v1/", include(api)),
    path("scim/v2/", include(scim.urlpatterns)),
    path(settings.ADMIN_PATH.lstrip("/"), admin.site.urls),
    re_path(
        r"^_allauth/\w+/v1/account/phone", failures.not_offered
    ),  # we keep no numbers, and allauth answers 500 there
    path("_allauth/", include("allauth.headless.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.show, name="metrics"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("offline/", installing.offline, name="offline"),
    path("service-worker.js", installing.worker, name="service-worker"),
    *(path(f".well-known/{name}", installing.app_links, {"name": name}) for name in settings.APP_LINKS),
    path(".well-known/appeals-keys.json", proof.keys, name="public-keys"),
    path(".well-known/appeals-checkpoint.json", proof.checkpoint, name="checkpoint"),
    path(".well-known/appeals-checkpoint/<int:no>.json", proof.checkpoint, name="checkpoint-of"),
    path(".well-known/verify_case_file.py", proof.verifier, name="verifier"),
    *web,
]

handler400 = "config.failures.bad_request"
handler403 = "config.failures.not_allowed"
handler404 = "config.failures.not_found"
handler500 = "config.failures.server_error"
