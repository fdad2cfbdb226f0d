"""Addresses of the exits on old terms."""

from django.urls import path

from console.frame import OVERSEES, verb_pages
from console.rules import exits
from rules.queries import exit_for
from rules.verbs import PLATFORM

app_name = "exits"

urlpatterns = [
    path("", exits.exits, name="list"),
    path("<slug:ref>/", exits.one, name="exit"),
    *verb_pages("<slug:ref>/", PLATFORM, exit_for, "exits:exit", roles=OVERSEES),
]
