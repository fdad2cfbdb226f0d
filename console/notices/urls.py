"""Addresses of the notices that are looked at again, and of the blind second looks. Nothing a party can open."""

from django.urls import path

from console.frame import staff, verb_pages
from console.notices import blind_looks, lists, publications, siblings
from console.translations import translation_page
from notices import commands
from notices.policies import READS_ALL, SWEEPS
from notices.queries import notice_for, publication_for, sibling_for
from notices.verbs import NOTICE, PUBLICATION, SIBLING

app_name = "siblings"

urlpatterns = [
    path("", lists.siblings, name="list"),
    path("<slug:ref>/", siblings.sibling, name="sibling"),
    *verb_pages(
        "<slug:ref>/",
        SIBLING,
        sibling_for,
        "siblings:sibling",
        roles=SWEEPS,
        within=siblings.show_sibling,
        then=siblings.others_of_its_cause,
    ),
]

blind = [
    path("", blind_looks.start, name="list"),
    path("<slug:ref>/", blind_looks.blind_look, name="look"),
    path("<slug:ref>/file/<int:no>/", blind_looks.file, name="file"),
]

public = [
    path("", lists.publications, name="list"),
    path("<slug:ref>/", publications.publication, name="publication"),
    *verb_pages("<slug:ref>/", PUBLICATION, publication_for, "publications:publication", roles=SWEEPS),
]

work = [
    path(
        "<slug:ref>/translation/",
        translation_page(
            lambda request: staff(request, *READS_ALL),
            notice_for,
            commands.translatable,
            commands.add_translation,
            "notices:detail",
        ),
        name="translation",
    ),
    *verb_pages("<slug:ref>/", NOTICE, notice_for, "notices:detail", roles=READS_ALL),
]
