"""Addresses of disputes and mediating under `/api/v1/`. What does not belong here: views."""

from django.urls import path

from disputes.api.views import carrying_out, cases, mediation, proof, room, tables

urlpatterns = [
    path("disputes", cases.DisputesView.as_view(), name="disputes"),
    path("disputes/<str:ref>", cases.DisputeView.as_view(), name="dispute"),
    path("disputes/<str:ref>/events", cases.DisputeEventsView.as_view(), name="dispute-events"),
    path("disputes/<str:ref>/letter", cases.DisputeLetterView.as_view(), name="dispute-letter"),
    path("disputes/<str:ref>/case-file", cases.DisputeCaseFileView.as_view(), name="dispute-case-file"),
    path("disputes/<str:ref>/answer", cases.AnswerDisputeView.as_view(), name="answer-dispute"),
    path("disputes/<str:ref>/escalate", cases.EscalateDisputeView.as_view(), name="escalate-dispute"),
    path("disputes/<str:ref>/withdraw", cases.WithdrawDisputeView.as_view(), name="withdraw-dispute"),
    path("disputes/<str:ref>/demand-human", cases.DemandMediatorView.as_view(), name="demand-mediator"),
    path("disputes/<str:ref>/request-review", cases.RequestReviewView.as_view(), name="request-review"),
    path(
        "disputes/<str:ref>/accept-determination",
        cases.AcceptDeterminationView.as_view(),
        name="accept-determination",
    ),
    path("disputes/<str:ref>/consent-no-return", cases.ConsentToNoReturnView.as_view(), name="consent-no-return"),
    # what must be shown
    path("disputes/<str:ref>/facts", proof.DisputeFactsView.as_view(), name="dispute-facts"),
    path("disputes/<str:ref>/facts/<int:no>/evidence", proof.AddFactEvidenceView.as_view(), name="fact-evidence"),
    path("disputes/<str:ref>/facts/<int:no>/submit", proof.SubmitFactEvidenceView.as_view(), name="submit-fact"),
    path("disputes/<str:ref>/facts/<int:no>/nothing-to-add", proof.NothingToAddView.as_view(), name="nothing-to-add"),
    path("disputes/<str:ref>/facts/<int:no>/admit", proof.AdmitFactView.as_view(), name="admit-fact"),
    path("disputes/<str:ref>/facts/<int:no>/object", proof.ObjectToEvidenceView.as_view(), name="object"),
    path("disputes/<str:ref>/evidence", proof.DisputeEvidenceView.as_view(), name="dispute-evidence"),
    path("disputes/<str:ref>/evidence/<int:no>/remove", proof.RemoveEvidenceView.as_view(), name="remove-evidence"),
    path("disputes/<str:ref>/evidence/<int:no>/file", proof.DisputeEvidenceFileView.as_view(), name="dispute-file"),
    # the room
    path("disputes/<str:ref>/messages", room.MessagesView.as_view(), name="messages"),
    path("disputes/<str:ref>/messages/<int:sequence>/recall", room.RecallMessageView.as_view(), name="recall-message"),
    path("disputes/<str:ref>/messages/<int:sequence>/report", room.ReportMessageView.as_view(), name="report-message"),
    path("disputes/<str:ref>/offers", room.OffersView.as_view(), name="offers"),
    path("offers/<str:ref>/accept", room.AcceptOfferView.as_view(), name="accept-offer"),
    path("offers/<str:ref>/refuse", room.RefuseOfferView.as_view(), name="refuse-offer"),
    path("offers/<str:ref>/withdraw", room.WithdrawOfferView.as_view(), name="withdraw-offer"),
    # the mediator
    path("dispute-queue", mediation.DisputeQueueView.as_view(), name="dispute-queue"),
    path("dispute-queue/join", mediation.JoinNextDisputeView.as_view(), name="join-next-dispute"),
    path("disputes/<str:ref>/join", mediation.JoinDisputeView.as_view(), name="join-dispute"),
    path("disputes/<str:ref>/hand-over", mediation.HandOverView.as_view(), name="hand-over"),
    path("disputes/<str:ref>/derived", mediation.DerivedView.as_view(), name="derived"),
    path("disputes/<str:ref>/facts/<int:no>/shift-burden", mediation.ShiftBurdenView.as_view(), name="shift-burden"),
    path("disputes/<str:ref>/facts/<int:no>/rule", mediation.RuleFactView.as_view(), name="rule-fact"),
    path("disputes/<str:ref>/facts/<int:no>/reopen", mediation.ReopenEvidenceView.as_view(), name="reopen-evidence"),
    path("disputes/<str:ref>/close-evidence", mediation.CloseEvidenceView.as_view(), name="close-evidence"),
    path("disputes/<str:ref>/determine", mediation.DetermineView.as_view(), name="determine"),
    path("disputes/<str:ref>/pause", mediation.PauseView.as_view(), name="pause-dispute"),
    path("disputes/<str:ref>/resume", mediation.ResumeView.as_view(), name="resume-dispute"),
    # what is owed
    path(
        "disputes/<str:ref>/obligations/<int:no>/report",
        carrying_out.ReportObligationView.as_view(),
        name="report-obligation",
    ),
    path(
        "disputes/<str:ref>/obligations/<int:no>/confirm",
        carrying_out.ConfirmObligationView.as_view(),
        name="confirm-obligation",
    ),
    path(
        "disputes/<str:ref>/obligations/<int:no>/fail",
        carrying_out.FailObligationView.as_view(),
        name="fail-obligation",
    ),
    path("disputes/<str:ref>/advances", carrying_out.AdvancesView.as_view(), name="advances"),
    path(
        "disputes/<str:ref>/advances/<int:no>/settle", carrying_out.SettleAdvanceView.as_view(), name="settle-advance"
    ),
    # burden tables
    path("burden-tables/current", tables.CurrentBurdenTableView.as_view(), name="current-burden-table"),
    path("burden-tables/<str:ref>/<str:no>", tables.BurdenTableView.as_view(), name="burden-table"),
    path(
        "rules/<str:ref>/versions/<str:no>/burden-table",
        tables.PublishBurdenTableView.as_view(),
        name="publish-burden-table",
    ),
]
