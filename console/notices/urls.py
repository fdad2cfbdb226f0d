"""Addresses of the notices that are looked at again, and of the blind second looks. Nothing a party can open."""

from django.urls import path

from console.frame import verb_pages
from console.notices import blind_looks, publications, siblings, translation
from notices.policies import SWEEPS
from notices.queries import publication_for
from notices.verbs import PUBLICATION

app_name = "siblings"

urlpatterns = [
    path("", siblings.siblings, name="list"),
    path("<slug:ref>/", siblings.sibling, name="sibling"),
]

blind = [
    path("", blind_looks.start, name="list"),
    path("<slug:ref>/", blind_looks.blind_look, name="look"),
    path("<slug:ref>/file/<int:no>/", blind_looks.file, name="file"),
]

public = [
    path("", publications.publications, name="list"),
    path("<slug:ref>/", publications.publication, name="publication"),
    *verb_pages("<slug:ref>/", PUBLICATION, publication_for, "publications:publication", roles=SWEEPS),
]

work = [path("<slug:ref>/translation/", translation.translation, name="translation")]
