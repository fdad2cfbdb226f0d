"""Addresses of the pages of an executor's staff."""

from django.urls import path

from executors import queries, verbs
from executors.web.forms import ContestForm
from executors.web.frame import case_for_worker
from executors.web.views import home, incidents, instructions, quality, recourses, training
from surfaces.verb_pages import verb_pages

app_name = "executors"

urlpatterns = [
    path("executor/", home.home, name="home"),
    path("executor/certifications/", training.certifications, name="certifications"),
    path("executor/training/<slug:ref>/", training.training, name="training"),
    path("executor/training/<slug:ref>/start/", training.start, name="start-attempt"),
    path("executor/training/<slug:ref>/answers/", training.save, name="save-answers"),
    path("executor/training/<slug:ref>/finish/", training.finish, name="finish-attempt"),
    path("executor/instructions/<slug:ref>/", instructions.instruction, name="instruction"),
    *verb_pages(
        "executor/instructions/<slug:ref>/",
        verbs.INSTRUCTION,
        case_for_worker(queries.instruction_for),
        "executors:instruction",
    ),
    path("executor/instructions/<slug:ref>/complete/", instructions.complete, name="complete"),
    path("executor/incidents/", incidents.incidents, name="incidents"),
    path("executor/incidents/<slug:ref>/", incidents.incident, name="incident"),
    path("executor/incidents/<slug:ref>/explain/", incidents.explain, name="explain"),
    *verb_pages(
        "executor/incidents/<slug:ref>/",
        verbs.INCIDENT,
        case_for_worker(queries.incident_for),
        "executors:incident",
        {"contest": ContestForm},
        template="executors/contest.html",
    ),
    path("files/executor/<slug:ref>/<int:no>", incidents.file, name="file"),
    path("executor/recourses/<slug:ref>/", recourses.recourse, name="recourse"),
    path("executor/recourses/<slug:ref>/dispute/", recourses.dispute, name="dispute-recourse"),
    path("executor/quality/", quality.quality, name="quality"),
]
