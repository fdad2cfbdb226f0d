"""Addresses of executors under `/api/v1/`. What does not belong here: views."""

from django.urls import path

from executors.api.views import incidents, instructions, recourses, registry, training

urlpatterns = [
    # the registry
    path("executors", registry.ExecutorsView.as_view(), name="executors"),
    path("executors/<str:ref>", registry.ExecutorView.as_view(), name="executor"),
    path("executors/<str:ref>/persons", registry.PersonsView.as_view(), name="executor-persons"),
    path("executors/<str:ref>/persons/<str:code>/end", registry.EndPersonView.as_view(), name="end-person"),
    path("executors/<str:ref>/processing-terms", registry.ProcessingTermsView.as_view(), name="processing-terms"),
    path("executors/<str:ref>/sub-processors", registry.SubProcessorsView.as_view(), name="sub-processors"),
    path(
        "executors/<str:ref>/sub-processors/<str:sub>/decide",
        registry.DecideSubProcessorView.as_view(),
        name="decide-sub-processor",
    ),
    path("executors/<str:ref>/pay-terms", registry.PayTermsView.as_view(), name="pay-terms"),
    path("executors/<str:ref>/mandates", registry.MandatesView.as_view(), name="mandates"),
    path(
        "executors/<str:ref>/mandates/<str:mandate>/revoke",
        registry.RevokeMandateView.as_view(),
        name="revoke-mandate",
    ),
    path("executors/<str:ref>/extend-contract", registry.ExtendContractView.as_view(), name="extend-contract"),
    path("executors/<str:ref>/begin-training", registry.BeginTrainingView.as_view(), name="begin-training"),
    path("executors/<str:ref>/certify", registry.CertifyExecutorView.as_view(), name="certify-executor"),
    path("executors/<str:ref>/activate", registry.ActivateExecutorView.as_view(), name="activate-executor"),
    path("executors/<str:ref>/suspend", registry.SuspendExecutorView.as_view(), name="suspend-executor"),
    path("executors/<str:ref>/reinstate", registry.ReinstateExecutorView.as_view(), name="reinstate-executor"),
    path("executors/<str:ref>/end", registry.EndExecutorView.as_view(), name="end-executor"),
    path("executors/<str:ref>/certifications", training.CertificationsView.as_view(), name="certifications"),
    path("executors/<str:ref>/quality", incidents.QualityView.as_view(), name="executor-quality"),
    path("executor/me", registry.ExecutorMeView.as_view(), name="executor-me"),
    path("executor/quality", incidents.MyQualityView.as_view(), name="my-quality"),
    # training
    path("curricula", training.CurriculaView.as_view(), name="curricula"),
    path("curricula/<str:ref>", training.CurriculumView.as_view(), name="curriculum"),
    path("curricula/<str:ref>/attempts", training.StartAttemptView.as_view(), name="start-attempt"),
    path("attempts/<str:ref>", training.AttemptView.as_view(), name="attempt"),
    path("attempts/<str:ref>/answers", training.SaveAnswersView.as_view(), name="save-answers"),
    path("attempts/<str:ref>/finish", training.FinishAttemptView.as_view(), name="finish-attempt"),
    path("certifications/<str:ref>/withdraw", training.WithdrawCertificationView.as_view(), name="withdraw-cert"),
    # instructions
    path("instructions", instructions.InstructionsView.as_view(), name="instructions"),
    path("instructions/<str:ref>", instructions.InstructionView.as_view(), name="instruction"),
    path("instructions/<str:ref>/acknowledge", instructions.AcknowledgeView.as_view(), name="acknowledge"),
    path("instructions/<str:ref>/complete", instructions.CompleteView.as_view(), name="complete"),
    path("instructions/<str:ref>/withdraw", instructions.WithdrawInstructionView.as_view(), name="withdraw"),
    # incidents
    path("incidents", incidents.IncidentsView.as_view(), name="incidents"),
    path("incidents/<str:ref>", incidents.IncidentView.as_view(), name="incident"),
    path("incidents/<str:ref>/explain", incidents.ExplainView.as_view(), name="explain-incident"),
    path("incidents/<str:ref>/files", incidents.AddIncidentFileView.as_view(), name="incident-files"),
    path("incidents/<str:ref>/files/<int:no>", incidents.IncidentFileView.as_view(), name="incident-file"),
    path("incidents/<str:ref>/contest", incidents.ContestView.as_view(), name="contest-finding"),
    path("incidents/<str:ref>/find", incidents.FindView.as_view(), name="find-incident"),
    path("incidents/<str:ref>/compensate", incidents.CompensateView.as_view(), name="compensate-incident"),
    path("incidents/<str:ref>/close", incidents.CloseIncidentView.as_view(), name="close-incident"),
    # recourse
    path("recourses", recourses.RecoursesView.as_view(), name="recourses"),
    path("recourses/<str:ref>", recourses.RecourseView.as_view(), name="recourse"),
    path("recourses/<str:ref>/dispute", recourses.DisputeRecourseView.as_view(), name="dispute-recourse"),
    path("recourses/<str:ref>/part-payment", recourses.PartPaymentView.as_view(), name="part-payment"),
    path("recourses/<str:ref>/settle", recourses.SettleRecourseView.as_view(), name="settle-recourse"),
    path("recourses/<str:ref>/write-off", recourses.WriteOffView.as_view(), name="write-off-recourse"),
]
