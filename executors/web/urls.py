from django.urls import path

from executors import queries, verbs
from executors.web import lists
from executors.web.frame import case_for_worker
from executors.web.views import home, incidents, instructions, quality, recourses, training
from surfaces.verb_pages import verb_pages

app_name = "executors"

urlpatterns = [
    path("executor/", home.home, name="home"),
    path("executor/guide/", home.guide, name="guide"),
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
        within=instructions.show_instruction,
    ),
    path("executor/incidents/", lists.incidents, name="incidents"),
    path("executor/incidents/<slug:ref>/", incidents.incident, name="incident"),
    *verb_pages(
        "executor/incidents/<slug:ref>/",
        verbs.INCIDENT,
        case_for_worker(queries.incident_for),
        "executors:incident",
        template="executors/contest.html",
        within=incidents.show_incident,
    ),
    path("files/executor/<slug:ref>/<int:no>", incidents.file, name="file"),
    path("executor/recourses/<slug:ref>/", recourses.recourse, name="recourse"),
    *verb_pages(
        "executor/recourses/<slug:ref>/",
        verbs.RECOURSE,
        case_for_worker(queries.recourse_for),
        "executors:recourse",
        within=recourses.show_recourse,
    ),
    path("executor/quality/", quality.quality, name="quality"),
]
