"""Addresses of notices and remedies under `/api/v1/`. What does not belong here: views."""

from django.urls import path

from notices.api import views

urlpatterns = [
    path("notices", views.NoticesView.as_view(), name="notices"),
    path("notices/batch", views.NoticeBatchView.as_view(), name="notice-batch"),
    path("notices/<str:ref>", views.NoticeView.as_view(), name="notice"),
    path("notices/<str:ref>/evidence/<int:no>", views.NoticeEvidenceView.as_view(), name="notice-evidence"),
    path("notices/<str:ref>/withdraw", views.WithdrawNoticeView.as_view(), name="withdraw-notice"),
    path("notices/<str:ref>/amend", views.AmendNoticeView.as_view(), name="amend-notice"),
    path("remedies", views.RemediesView.as_view(), name="remedies"),
    path("remedies/<str:ref>/confirm", views.ConfirmRemedyView.as_view(), name="confirm-remedy"),
    path("remedies/<str:ref>/fail", views.FailRemedyView.as_view(), name="fail-remedy"),
    path("sibling-reviews", views.SiblingReviewsView.as_view(), name="sibling-reviews"),
    path("sibling-reviews/<str:ref>", views.SiblingReviewView.as_view(), name="sibling-review"),
    path("sibling-reviews/<str:ref>/decide", views.DecideSiblingView.as_view(), name="decide-sibling"),
    path("measure-types", views.MeasureTypesView.as_view(), name="measure-types"),
    path("attachments", views.AttachmentsView.as_view(), name="attachments"),
]
