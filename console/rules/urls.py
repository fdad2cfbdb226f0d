"""Addresses of the pages about rules."""

from django.urls import path

from console.rules import wording

app_name = "wording"

urlpatterns = [path("", wording.wording, name="page")]
