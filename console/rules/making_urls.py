"""Addresses of the versions of rules in the making."""

from django.urls import path

from console.rules import laws, lists, making

app_name = "making"

urlpatterns = [
    path("", lists.makings, name="list"),
    path("new/", making.draft, name="new"),
    path("import/", making.import_draft, name="import"),
    path("laws/", laws.laws, name="laws"),
    path("<slug:ref>/", making.version, name="version"),
    path("<slug:ref>/talks/<int:no>/minutes", making.minutes, name="minutes"),
    path("<slug:ref>/edit/", making.draft, name="edit"),
    path("<slug:ref>/import/", making.import_draft, name="import-into"),
]
