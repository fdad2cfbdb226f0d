from django.urls import path

from retention import verbs
from retention.api import views
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("me/records", views.RecordsView.as_view(), name="me-records"),
    path("legal-holds", views.LegalHoldsView.as_view(), name="legal-holds"),
    path("legal-holds/<str:ref>", views.LegalHoldView.as_view(), name="legal-hold"),
    *verb_paths("legal-holds/<str:ref>/", verbs.HOLD, views.LegalHoldView),
]
