"""Addresses of the published rules, open to everybody."""

from django.urls import path

from rules.web import views

app_name = "rules"

urlpatterns = [
    path("rules/", views.rules, name="list"),
    path("rules/<name:code>/", views.history, name="history"),
    path("rules/<name:code>/<name:number>/", views.version, name="version"),
    path("rules/<name:code>/<name:number>/text.<slug:ending>", views.download, name="download"),
]
