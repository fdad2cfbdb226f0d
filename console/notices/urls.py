"""Addresses of the notices that are looked at again. What does not belong here: anything a party can open."""

from django.urls import URLPattern, path

from console.notices import blind_looks, siblings
from console.notices.blind_looks import Known, nothing_known

app_name = "siblings"

urlpatterns = [
    path("", siblings.siblings, name="list"),
    path("<slug:ref>/", siblings.sibling, name="sibling"),
]


def blind(*, known: Known = nothing_known) -> list[URLPattern]:
    """The blind second looks, without the notices of which an app above says that this person knows their case."""
    more = {"known": known}
    return [
        path("", blind_looks.start, more, name="list"),
        path("<slug:ref>/", blind_looks.look, more, name="look"),
        path("<slug:ref>/file/<int:no>/", blind_looks.file, more, name="file"),
    ]
