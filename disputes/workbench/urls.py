"""Addresses of the mediators' workbench. What does not belong here: anything a party can open."""

from django.urls import path

from disputes.workbench import determine, oversight, views

app_name = "mediation"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("next/", views.join_next, name="next"),
    path("reports/", oversight.reports, name="reports"),
    path("outages/", oversight.outage_ledger, name="outages"),
    path("<str:ref>/", views.case, name="case"),
    path("<str:ref>/join/", views.join, name="join"),
    path("<str:ref>/edit/", views.edit, name="edit"),
    path("<str:ref>/evidence/<int:no>/", views.file, name="file"),
    path("<str:ref>/case-file/", views.case_file, name="case-file"),
    path("<str:ref>/letter/", views.letter, name="letter"),
    path("<str:ref>/say/<str:lane>/", views.say, name="say"),
    path("<str:ref>/facts/<int:no>/rule/", views.rule, name="rule"),
    path("<str:ref>/facts/<int:no>/shift/", views.shift, name="shift"),
    path("<str:ref>/close-evidence/", views.close_evidence, name="close-evidence"),
    path("<str:ref>/hand-over/", views.hand_over, name="hand-over"),
    path("<str:ref>/pause/", views.pause, name="pause"),
    path("<str:ref>/resume/", views.resume, name="resume"),
    path("<str:ref>/propose/", views.propose, name="propose"),
    path("<str:ref>/withdraw-proposal/", views.withdraw_proposal, name="withdraw-proposal"),
    path("<str:ref>/check/", determine.check, name="check"),
    path("<str:ref>/determine/", determine.determine, name="determine"),
    path("<str:ref>/obligations/<int:no>/confirm/", oversight.confirm, name="confirm"),
    path("<str:ref>/obligations/<int:no>/fail/", oversight.fail, name="fail"),
    path("<str:ref>/advance/", oversight.advance, name="advance"),
    path("<str:ref>/advances/<int:no>/settle/", oversight.settle_advance, name="settle-advance"),
]
