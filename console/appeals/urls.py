"""Addresses of the workbench. What does not belong here: anything a party can open."""

from django.urls import path

from console.appeals import automation, learning, second_looks, training, views

app_name = "workbench"

urlpatterns = [
    path("", views.start, name="start"),
    path("queue/", views.queue, name="queue"),
    path("queue/next/", views.claim_next, name="next"),
    path("me/", views.me, name="me"),
    path("automation/", automation.automation, name="automation"),
    path("automation/policy/", automation.set_policy, name="automation-policy"),
    path("automation/attempt/", automation.attempt, name="certification-attempt"),
    path("certificates/<str:ref>/", automation.certificate, name="certificate"),
    path("certificates/<str:ref>/sign/", automation.sign, name="sign-certificate"),
    path("certificates/<str:ref>/revoke/", automation.revoke, name="revoke-certificate"),
    path("second-looks/", second_looks.start, name="second-looks"),
    path("second-looks/<str:ref>/", second_looks.second_look, name="second-look"),
    path("second-looks/<str:ref>/file/<str:subject>/", second_looks.file, name="second-look-file"),
    path("triage-models/", learning.triage_models, name="triage-models"),
    path("triage-models/train/", training.ask, name="triage-train"),
    path("triage-models/training/<str:ref>/", training.triage_training, name="triage-training"),
    path("triage-models/<str:ref>/", learning.triage_model, name="triage-model"),
    path("triage-models/<str:ref>/<str:step>/", learning.take_step, name="triage-step"),
    path("me/shortcuts/", views.set_shortcuts, name="shortcuts"),
    path("case/<str:ref>/", views.case, name="case"),
    path("case/<str:ref>/file/<str:subject>/", views.file, name="file"),
    path("case/<str:ref>/claim/", views.claim, name="claim"),
    path("case/<str:ref>/release/", views.release, name="release"),
    path("case/<str:ref>/heartbeat/", views.heartbeat, name="heartbeat"),
    path("case/<str:ref>/open/", views.open_piece, name="open"),
    path("case/<str:ref>/edit/", views.edit, name="edit"),
    path("case/<str:ref>/first-view/", views.lock_first_view, name="first-view"),
    path("case/<str:ref>/reveal/", views.reveal, name="reveal"),
    path("case/<str:ref>/check/", views.check, name="check"),
    path("case/<str:ref>/decide/", views.decide, name="decide"),
    path("case/<str:ref>/ask/", views.ask, name="ask"),
    path("case/<str:ref>/late/", views.answer_late, name="late"),
]
