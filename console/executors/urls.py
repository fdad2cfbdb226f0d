from django.urls import path

from console.executors import incidents, instructions, lists, recourses, registry
from console.frame import OVERSEES, verb_pages
from executors import verbs
from executors.queries import executor_for, incident_for, instruction_for, recourse_for

app_name = "executing"

urlpatterns = [
    path("", lists.executors, name="list"),
    path("register/", registry.register, name="register"),
    path("incidents/", lists.incidents, name="incidents"),
    path("incidents/<slug:ref>/", incidents.incident, name="incident"),
    path("incidents/<slug:ref>/files/<int:no>/", incidents.file, name="file"),
    path("instructions/", lists.instructions, name="instructions"),
    path("instructions/<slug:ref>/", instructions.instruction, name="instruction"),
    path("recourses/", lists.recourses, name="recourses"),
    path("recourses/<slug:ref>/", recourses.recourse, name="recourse"),
    path("<slug:ref>/", registry.executor, name="executor"),
    path("<slug:ref>/instructions/", instructions.give, name="give-instruction"),
    *verb_pages(
        "<slug:ref>/step/",
        (*verbs.EXECUTOR, *verbs.EXECUTOR_PARTS, verbs.CERTIFICATE_PAGE),
        executor_for,
        "executing:executor",
        roles=OVERSEES,
        template="executors/confirm.html",
    ),
    *verb_pages(
        "instructions/<slug:ref>/",
        verbs.INSTRUCTION,
        instruction_for,
        "executing:instruction",
        roles=OVERSEES,
        within=instructions.show_instruction,
    ),
    *verb_pages(
        "incidents/<slug:ref>/",
        incidents.STEPS,
        incident_for,
        "executing:incident",
        roles=OVERSEES,
        within=incidents.show_incident,
    ),
    *verb_pages(
        "recourses/<slug:ref>/",
        verbs.RECOURSE,
        recourse_for,
        "executing:recourse",
        roles=OVERSEES,
        within=recourses.show_recourse,
    ),
]
