from django.urls import path

from console.frame import OVERSEES, verb_pages
from console.infringements import lists, views
from infringements.queries import infringement_for
from infringements.verbs import INFRINGEMENT

addresses = [
    path("", lists.infringements, name="list"),
    path("<slug:ref>/", views.case, name="case"),
    path("<slug:ref>/files/<int:no>", views.file, name="file"),
    *verb_pages("<slug:ref>/", INFRINGEMENT, infringement_for, "infringing:case", roles=OVERSEES),
]
