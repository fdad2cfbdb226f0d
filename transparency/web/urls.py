"""Addresses of the figures that everybody reads."""

from django.urls import path

from transparency.web import views

app_name = "public-figures"

urlpatterns = [
    path("figures/", views.figures, name="page"),
    path("figures/<str:quarter>.csv", views.as_file, name="file"),
    path("figures/<str:quarter>/", views.figures, name="quarter"),
]
