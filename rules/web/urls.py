"""Addresses of the published rules, open to everybody."""

from django.urls import path

from rules.web import views

app_name = "rules"

urlpatterns = [
    path("rules/", views.rules, name="list"),
    path("rules/<slug:code>/", views.history, name="history"),
    path("rules/<slug:code>/<str:number>/", views.version, name="version"),
    path("rules/<slug:code>/<str:number>/text.<slug:ending>", views.download, name="download"),
]
