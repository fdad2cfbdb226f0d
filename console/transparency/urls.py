"""Addresses of the pages about figures."""

from django.urls import path

from console.transparency import lists, views

app_name = "figures"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:code>/", views.metric, name="metric"),
    path("<slug:code>/days/", lists.rows, name="rows"),
    path("<slug:code>/cases/", lists.cases, name="cases"),
]
