from django.urls import path

from console.triage import automation, learning, second_looks, training

app_name = "triage"

urlpatterns = [
    path("automation/", automation.automation, name="automation"),
    path("automation/policy/", automation.set_policy, name="automation-policy"),
    path("automation/attempt/", automation.attempt, name="certification-attempt"),
    path("certificates/<slug:ref>/", automation.certificate, name="certificate"),
    path("certificates/<slug:ref>/sign/", automation.sign, name="sign-certificate"),
    path("certificates/<slug:ref>/revoke/", automation.revoke, name="revoke-certificate"),
    path("second-looks/", second_looks.start, name="second-looks"),
    path("second-looks/<slug:ref>/", second_looks.second_look, name="second-look"),
    path("second-looks/<slug:ref>/file/<str:subject>/", second_looks.file, name="second-look-file"),
    path("triage-models/", learning.triage_models, name="triage-models"),
    path("triage-models/train/", training.ask, name="triage-train"),
    path("triage-models/training/<slug:ref>/", training.triage_training, name="triage-training"),
    path("triage-models/<slug:ref>/", learning.triage_model, name="triage-model"),
    path("triage-models/<slug:ref>/<str:step>/", learning.take_step, name="triage-step"),
]
