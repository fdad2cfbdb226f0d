"""Addresses of a sandbox under `/api/v1/`."""

from django.urls import path

from sample.api import views

urlpatterns = [
    path("test/clock", views.ClockView.as_view(), name="test-clock"),
    path("test/cases", views.ProvokedCasesView.as_view(), name="test-cases"),
]
