"""Addresses of the published rules, open to everybody.

What is about a rule and no version of it has no slash at its end, so that it is no version's address.
"""

from django.urls import path

from rules.queries import exit_for
from rules.verbs import SIDE
from rules.web import exits, memberships, views
from surfaces.verb_pages import verb_pages

app_name = "rules"

urlpatterns = [
    path("rules/", views.rules, name="list"),
    path("rules/feed.atom", views.feed, name="feed"),
    path("rules/<name:code>/", views.history, name="history"),
    path("rules/<name:code>/feed.atom", views.feed, name="rule-feed"),
    path("rules/<name:code>/compare", views.compare, name="compare"),
    path("rules/<name:code>/<name:number>/", views.version, name="version"),
    path("rules/<name:code>/<name:number>/explain", views.explain, name="explain"),
    path("rules/<name:code>/<name:number>/agree", exits.agree, name="agree"),
    path("rules/<name:code>/<name:number>/leave", exits.leave, name="leave"),
    path("memberships/", memberships.memberships, name="memberships"),
    path("exits/<slug:ref>/", exits.exits, name="exit"),
    *verb_pages("exits/<slug:ref>/", SIDE, exit_for, "rules:exit"),
    path("consultations/<slug:ref>/", views.consultation, name="consultation"),
    path("explanations/<slug:ref>/", views.explanation, name="explanation"),
    path("rules/<name:code>/<name:number>/text.<slug:ending>", views.download, name="download"),
]
