from django.urls import path

from executors import verbs
from executors.api.views import base, incidents, instructions, recourses, registry, training
from surfaces.api.verbs import verb_paths

urlpatterns = [
    # the registry
    path("executors", registry.ExecutorsView.as_view(), name="executors"),
    path("executors/<str:ref>", registry.ExecutorView.as_view(), name="executor"),
    *verb_paths("executors/<str:ref>/", verbs.EXECUTOR, registry.ExecutorView, {"persons": base.AddPersonView}),
    *verb_paths("executors/<str:ref>/", verbs.EXECUTOR_PARTS, registry.ExecutorView),
    path("executors/<str:ref>/certifications", training.CertificationsView.as_view(), name="certifications"),
    path("executors/<str:ref>/quality", incidents.QualityView.as_view(), name="executor-quality"),
    path("executor/me", registry.ExecutorMeView.as_view(), name="executor-me"),
    path("executor/quality", incidents.MyQualityView.as_view(), name="my-quality"),
    # training
    path("curricula", training.CurriculaView.as_view(), name="curricula"),
    path("curricula/<str:ref>", training.CurriculumView.as_view(), name="curriculum"),
    path("curricula/<str:ref>/attempts", training.StartAttemptView.as_view(), name="start-attempt"),
    path("attempts/<str:ref>", training.AttemptView.as_view(), name="attempt"),
    *verb_paths("attempts/<str:ref>/", verbs.ATTEMPT, training.AttemptView),
    *verb_paths("certifications/<str:ref>/", verbs.CERTIFICATION, base.CertificationVerbView),
    # instructions
    path("instructions", instructions.InstructionsView.as_view(), name="instructions"),
    path("instructions/<str:ref>", instructions.InstructionView.as_view(), name="instruction"),
    *verb_paths("instructions/<str:ref>/", verbs.INSTRUCTION, instructions.InstructionView),
    # incidents
    path("incidents", incidents.IncidentsView.as_view(), name="incidents"),
    path("incidents/<str:ref>", incidents.IncidentView.as_view(), name="incident"),
    *verb_paths("incidents/<str:ref>/", verbs.INCIDENT, incidents.IncidentView),
    *verb_paths("incidents/<str:ref>/", verbs.INCIDENT_FILES, base.IncidentFileUploadView),
    path("incidents/<str:ref>/files/<int:no>", incidents.IncidentFileView.as_view(), name="incident-file"),
    # recourse
    path("recourses", recourses.RecoursesView.as_view(), name="recourses"),
    path("recourses/<str:ref>", recourses.RecourseView.as_view(), name="recourse"),
    *verb_paths("recourses/<str:ref>/", verbs.RECOURSE, recourses.RecourseView),
]
