"""Addresses of one's own account, beside allauth's."""

from django.urls import path

from accounts.web import views

app_name = "accounts"

urlpatterns = [
    path("", views.profile, name="profile"),
    path("language/", views.set_language, name="set_language"),
    path("large-text/", views.set_large_text, name="set_large_text"),
]
