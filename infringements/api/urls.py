from django.urls import path

from infringements import verbs
from infringements.api import views
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("infringements", views.InfringementsView.as_view(), name="infringements"),
    path("infringements/<str:ref>", views.InfringementView.as_view(), name="infringement"),
    *verb_paths("infringements/<str:ref>/", verbs.INFRINGEMENT, views.InfringementView),
    *verb_paths("infringements/<str:ref>/", verbs.INFRINGEMENT_FILES, views.InfringementFilesView),
    path("infringements/<str:ref>/files/<int:no>", views.InfringementFileView.as_view(), name="infringement-file"),
]
