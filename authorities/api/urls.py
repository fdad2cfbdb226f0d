"""Addresses of seats and matters under `/api/v1/`."""

from django.urls import path

from authorities import verbs
from authorities.api import views
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("authority-seats", views.SeatsView.as_view(), name="authority-seats"),
    path("authority-seats/<str:ref>", views.SeatView.as_view(), name="authority-seat"),
    *verb_paths("authority-seats/<str:ref>/", verbs.SEAT, views.SeatVerbView),
    path("authority-matters", views.MattersView.as_view(), name="authority-matters"),
    path("authority-matters/<str:ref>", views.MatterView.as_view(), name="authority-matter"),
    *verb_paths("authority-matters/<str:ref>/", verbs.MATTER, views.MatterVerbView),
]
