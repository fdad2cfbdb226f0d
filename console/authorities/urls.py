"""Addresses of the pages about authorities: of compliance, and of who reads by a seat."""

from django.urls import path

from authorities.queries import matter_for, seat_for
from authorities.verbs import MATTER, SEAT
from console.authorities import lists, views
from console.frame import OVERSEES, verb_pages

authorities = [
    path("", lists.matters, name="matters"),
    path("new/", views.register, name="register"),
    path("seats/", lists.seats, name="seats"),
    path("seats/<slug:ref>/", views.seat, name="seat"),
    *verb_pages("seats/<slug:ref>/", SEAT, seat_for, "authorities:seat", roles=OVERSEES),
    path("looks/", lists.looks, name="looks"),
    path("<slug:ref>/", views.matter, name="matter"),
    path("<slug:ref>/export/", views.export, name="export"),
    *verb_pages("<slug:ref>/", MATTER, matter_for, "authorities:matter", roles=OVERSEES),
]
authority = [
    path("", views.figures, name="figures"),
    path("rules/", views.rules, name="rules"),
    path("case/", views.case, name="case"),
    path("<slug:quarter>/", views.figures, name="quarter"),
]
