from django.urls import path

from surfaces.api.verbs import verb_paths
from tips import verbs
from tips.api import views

urlpatterns = [
    path("tips", views.TipsView.as_view(), name="tips"),
    path("tips/<str:ref>", views.TipView.as_view(), name="tip"),
    *verb_paths("tips/<str:ref>/", verbs.TIP, views.TipView),
    *verb_paths("tips/<str:ref>/", verbs.TIP_FILES, views.TipFilesView),
    path("tips/<str:ref>/files/<int:no>", views.TipFileView.as_view(), name="tip-file"),
]
