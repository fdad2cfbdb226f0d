from django.urls import path

from appeals.api import views
from appeals.verbs import ADDRESS, VERBS
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("notices/<str:ref>/appeals", views.FileAppealView.as_view(), name="file-appeal"),
    path("appeal-groups", views.FileAppealGroupView.as_view(), name="file-appeal-group"),
    path("appeal-groups/<str:ref>", views.AppealGroupView.as_view(), name="appeal-group"),
    path("appeal-groups/<str:ref>/evidence", views.SubmitGroupEvidenceView.as_view(), name="group-evidence"),
    path("appeals", views.AppealsView.as_view(), name="appeals"),
    path("appeals/<str:ref>", views.AppealView.as_view(), name="appeal"),
    path("appeals/<str:ref>/events", views.AppealEventsView.as_view(), name="appeal-events"),
    path("appeals/<str:ref>/receipts/<int:no>", views.AppealReceiptView.as_view(), name="appeal-receipt"),
    path("appeals/<str:ref>/letter", views.LetterView.as_view(), name="appeal-letter"),
    path("appeals/<str:ref>/case-file", views.CaseFileView.as_view(), name="case-file"),
    path("appeals/<str:ref>/evidence", views.StageEvidenceView.as_view(), name="stage-evidence"),
    path("appeals/<str:ref>/evidence/<int:no>", views.EvidenceFileView.as_view(), name="evidence-file"),
    path("appeals/<str:ref>/open", views.OpeningView.as_view(), name="record-opening"),
    path("appeals/<str:ref>/suggestion", views.SuggestionView.as_view(), name="suggestion"),
    *verb_paths(
        ADDRESS,
        VERBS,
        views.AppealVerbView,
        {"submit-evidence": views.SubmitEvidenceView, "record-first-view": views.RecordFirstViewView},
    ),
    path("review-queue", views.ReviewQueueView.as_view(), name="review-queue"),
    path("review-queue/claim", views.ClaimView.as_view(), name="claim"),
]
