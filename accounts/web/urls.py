"""Addresses of one's own account, beside allauth's, and of the door for whoever cannot sign in."""

from django.urls import path

from accounts.web import access, views

app_name = "accounts"

urlpatterns = [
    path("account/", views.profile, name="profile"),
    path("account/language/", views.set_language, name="set_language"),
    path("account/large-text/", views.set_large_text, name="set_large_text"),
    path("access/", access.ask, name="ask-access"),
    path("access/asked/", access.asked, name="access-asked"),
    path("access/leave/", access.leave, name="leave"),
    path("access/<str:ref>/", access.enter, name="enter"),
]
