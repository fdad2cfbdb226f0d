"""Addresses of the pages about questions of readers."""

from django.urls import path

from console.rules import questions

app_name = "questions"

urlpatterns = [
    path("", questions.questions, name="list"),
    path("<slug:ref>/", questions.question, name="question"),
]
