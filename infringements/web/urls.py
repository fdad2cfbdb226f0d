"""Addresses of the pages about right holders' notices: of both sides, and what everybody reads."""

from django.urls import path

from infringements import queries, verbs
from infringements.web import lists, views
from surfaces.verb_pages import verb_pages

app_name = "infringements"

urlpatterns = [
    path("infringements/", lists.infringements, name="list"),
    path("infringements/new/", views.new, name="new"),
    path("infringements/<slug:ref>/", views.infringement, name="detail"),
    *verb_pages("infringements/<slug:ref>/", verbs.INFRINGEMENT, queries.infringement_for, "infringements:detail"),
    path("files/infringements/<slug:ref>/<int:no>", views.file, name="file"),
    path("public-infringements/", lists.published, name="published"),
]
