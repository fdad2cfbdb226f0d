from django.urls import URLPattern, path

from notices.web import lists, views
from notices.web.views import Beside, Several, no_address, nothing_beside

app_name = "notices"


def pages(*, beside: Beside = nothing_beside, several: Several = no_address) -> list[URLPattern]:
    """The pages, with what an app above says beside a notice, and where it takes an appeal against several of them; an
    app below cannot know that app.
    """
    return [
        path("notices/", lists.notices, {"several": several}, name="list"),
        path("notices/<slug:ref>/", views.notice, {"beside": beside}, name="detail"),
        path("public-records/", lists.public_records, name="public-records"),
        path("files/notices/<slug:ref>/<int:no>", views.exhibit, name="file"),
        path("l/n/<slug:ref>", views.link, name="link"),
    ]


urlpatterns = pages()
