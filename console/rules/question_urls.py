"""Addresses of the pages about questions of readers."""

from django.urls import path

from console.rules import lists, questions

app_name = "questions"

urlpatterns = [
    path("", lists.questions, name="list"),
    path("<slug:ref>/", questions.question, name="question"),
]
