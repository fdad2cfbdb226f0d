"""Addresses of the exits on old terms."""

from django.urls import path

from console.frame import OVERSEES, verb_pages
from console.rules import exits, lists
from rules.queries import exit_for
from rules.verbs import PLATFORM

app_name = "exits"

urlpatterns = [
    path("", lists.exits, name="list"),
    path("<slug:ref>/", exits.one, name="exit"),
    *verb_pages("<slug:ref>/", PLATFORM, exit_for, "exits:exit", roles=OVERSEES),
]
