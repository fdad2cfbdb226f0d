"""Addresses of the pages about tips: giving one, with or without an account, and what became of it."""

from django.urls import path

from tips.web import lists, views

app_name = "tips"

urlpatterns = [
    path("tips/", lists.tips, name="list"),
    path("tips/new/", views.new, name="new"),
    path("tips/code/", views.by_code, name="code"),
    path("tips/code/<slug:code>/", views.stranger, name="stranger"),
    path("tips/<slug:ref>/", views.tip, name="detail"),
    path("files/tips/<slug:ref>/<int:no>", views.file, name="file"),
]
