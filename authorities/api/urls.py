from django.urls import path

from authorities import verbs
from authorities.api import views
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("authority-seats", views.AuthoritySeatsView.as_view(), name="authority-seats"),
    path("authority-seats/<str:ref>", views.AuthoritySeatView.as_view(), name="authority-seat"),
    *verb_paths("authority-seats/<str:ref>/", verbs.SEAT, views.AuthoritySeatView),
    path("authority-matters", views.AuthorityMattersView.as_view(), name="authority-matters"),
    path("authority-matters/<str:ref>", views.AuthorityMatterView.as_view(), name="authority-matter"),
    *verb_paths("authority-matters/<str:ref>/", verbs.MATTER, views.AuthorityMatterView),
]
