"""Addresses of appeals and reviewing under `/api/v1/`. What does not belong here: views."""

from django.urls import path

from appeals.api import views

urlpatterns = [
    path("notices/<str:ref>/appeals", views.FileAppealView.as_view(), name="file-appeal"),
    path("appeals", views.AppealsView.as_view(), name="appeals"),
    path("appeals/<str:ref>", views.AppealView.as_view(), name="appeal"),
    path("appeals/<str:ref>/events", views.AppealEventsView.as_view(), name="appeal-events"),
    path("appeals/<str:ref>/letter", views.LetterView.as_view(), name="appeal-letter"),
    path("appeals/<str:ref>/case-file", views.CaseFileView.as_view(), name="case-file"),
    path("appeals/<str:ref>/demand-human", views.DemandHumanView.as_view(), name="demand-human"),
    path("appeals/<str:ref>/withdraw", views.WithdrawAppealView.as_view(), name="withdraw-appeal"),
    path("appeals/<str:ref>/respond", views.RespondView.as_view(), name="respond"),
    path("appeals/<str:ref>/evidence", views.StageEvidenceView.as_view(), name="stage-evidence"),
    path("appeals/<str:ref>/evidence/<int:no>", views.EvidenceFileView.as_view(), name="evidence-file"),
    path("appeals/<str:ref>/submit-evidence", views.SubmitEvidenceView.as_view(), name="submit-evidence"),
    path("appeals/<str:ref>/release", views.ReleaseView.as_view(), name="release"),
    path("appeals/<str:ref>/open", views.OpeningView.as_view(), name="record-opening"),
    path("appeals/<str:ref>/record-first-view", views.RecordFirstViewView.as_view(), name="record-first-view"),
    path("appeals/<str:ref>/suggestion", views.SuggestionView.as_view(), name="suggestion"),
    path("appeals/<str:ref>/request-information", views.RequestInformationView.as_view(), name="request-information"),
    path("appeals/<str:ref>/decide", views.DecideAppealView.as_view(), name="decide"),
    path("appeals/<str:ref>/accept-late", views.AcceptLateView.as_view(), name="accept-late"),
    path("appeals/<str:ref>/refuse-late", views.RefuseLateView.as_view(), name="refuse-late"),
    path("review-queue", views.ReviewQueueView.as_view(), name="review-queue"),
    path("review-queue/claim", views.ClaimView.as_view(), name="claim"),
]
