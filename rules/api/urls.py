"""Addresses of rules under `/api/v1/`."""

from django.urls import path

from rules.api import views

urlpatterns = [
    path("rules", views.RulesView.as_view(), name="rules"),
    path("terms", views.TermsView.as_view(), name="terms"),
    path("law-articles", views.LawArticlesView.as_view(), name="law-articles"),
    path("rules/<name:ref>", views.RuleView.as_view(), name="rule"),
    path("rules/<name:ref>/versions/<name:no>", views.RuleVersionView.as_view(), name="rule-version"),
]
