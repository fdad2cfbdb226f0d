"""Addresses of the pages about notices."""

from django.urls import URLPattern, path

from notices.web import views
from notices.web.views import Beside, nothing_beside

app_name = "notices"


def pages(*, beside: Beside = nothing_beside) -> list[URLPattern]:
    """The pages, with what an app above says beside a notice; an app below cannot know that app."""
    return [
        path("notices/", views.notices, name="list"),
        path("notices/export.csv", views.export, name="export"),
        path("notices/<slug:ref>/", views.notice, {"beside": beside}, name="detail"),
        path("public-records/", views.public_records, name="public-records"),
        path("files/notices/<slug:ref>/<int:no>", views.exhibit, name="file"),
        path("l/n/<slug:ref>", views.link, name="link"),
    ]


urlpatterns = pages()
