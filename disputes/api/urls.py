from django.urls import path

from disputes.api.views import cases, fast_refunds, mediation, proof, room, tables
from disputes.api.views.verbs import SPECIAL, DisputeVerbView
from disputes.verbs import ADDRESS, VERBS
from surfaces.api.verbs import verb_paths

urlpatterns = [
    path("disputes", cases.DisputesView.as_view(), name="disputes"),
    path("disputes/<str:ref>", cases.DisputeView.as_view(), name="dispute"),
    path("disputes/<str:ref>/events", cases.DisputeEventsView.as_view(), name="dispute-events"),
    path("disputes/<str:ref>/receipts/<int:no>", cases.DisputeReceiptView.as_view(), name="dispute-receipt"),
    path("disputes/<str:ref>/letter", cases.DisputeLetterView.as_view(), name="dispute-letter"),
    path("disputes/<str:ref>/case-file", cases.DisputeCaseFileView.as_view(), name="dispute-case-file"),
    path("disputes/<str:ref>/facts", proof.DisputeFactsView.as_view(), name="dispute-facts"),
    path("disputes/<str:ref>/facts/<int:no>/evidence", proof.AddFactEvidenceView.as_view(), name="fact-evidence"),
    path("disputes/<str:ref>/evidence", proof.DisputeEvidenceView.as_view(), name="dispute-evidence"),
    path("disputes/<str:ref>/evidence/<int:no>/file", proof.DisputeEvidenceFileView.as_view(), name="dispute-file"),
    path("disputes/<str:ref>/messages", room.MessagesView.as_view(), name="messages"),
    path(
        "disputes/<str:ref>/messages/<int:sequence>/receipt", room.MessageReceiptView.as_view(), name="message-receipt"
    ),
    path("disputes/<str:ref>/offers", room.OffersView.as_view(), name="offers"),
    path("dispute-queue", mediation.DisputeQueueView.as_view(), name="dispute-queue"),
    path("dispute-queue/join", mediation.JoinNextDisputeView.as_view(), name="join-next-dispute"),
    path("disputes/<str:ref>/derived", mediation.DerivedView.as_view(), name="derived"),
    *verb_paths(ADDRESS, VERBS, DisputeVerbView, SPECIAL),
    path(
        "parties/<str:ref>/fast-refund-opt-ins", fast_refunds.FastRefundOptInsView.as_view(), name="fast-refund-opt-ins"
    ),
    path(
        "parties/<str:ref>/fast-refund-opt-ins/end",
        fast_refunds.EndFastRefundOptInView.as_view(),
        name="fast-refund-opt-ins-end",
    ),
    # burden tables
    path("burden-tables/current", tables.CurrentBurdenTableView.as_view(), name="current-burden-table"),
    path("burden-tables/<name:ref>/<name:no>", tables.BurdenTableView.as_view(), name="burden-table"),
    path(
        "rules/<name:ref>/versions/<name:no>/burden-table",
        tables.PublishBurdenTableView.as_view(),
        name="publish-burden-table",
    ),
]
