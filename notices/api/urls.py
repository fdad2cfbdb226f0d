from django.urls import path

from notices import verbs
from notices.api import views
from notices.api.points import PointsView
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("me/points", PointsView.as_view(), name="me-points"),
    path("notices", views.NoticesView.as_view(), name="notices"),
    path("notices/batch", views.NoticeBatchView.as_view(), name="notice-batch"),
    path("notices/<str:ref>", views.NoticeView.as_view(), name="notice"),
    path("notices/<str:ref>/evidence/<int:no>", views.NoticeEvidenceView.as_view(), name="notice-evidence"),
    path("notices/<str:ref>/translations", views.NoticeTranslationsView.as_view(), name="notice-translations"),
    *verb_paths("notices/<str:ref>/", verbs.NOTICE, views.NoticeView),
    path("remedies", views.RemediesView.as_view(), name="remedies"),
    *verb_paths("remedies/<str:ref>/", verbs.REMEDY, views.RemedyVerbView),
    path("sibling-reviews", views.SiblingReviewsView.as_view(), name="sibling-reviews"),
    path("sibling-reviews/<str:ref>", views.SiblingReviewView.as_view(), name="sibling-review"),
    *verb_paths("sibling-reviews/<str:ref>/", verbs.SIBLING, views.SiblingReviewView),
    path("public-records", views.PublicRecordsView.as_view(), name="public-records"),
    path("publications", views.PublicationsView.as_view(), name="publications"),
    path("publications/<str:ref>", views.PublicationView.as_view(), name="publication"),
    *verb_paths("publications/<str:ref>/", verbs.PUBLICATION, views.PublicationView),
    path("measure-types", views.MeasureTypesView.as_view(), name="measure-types"),
    path("attachments", views.AttachmentsView.as_view(), name="attachments"),
]
